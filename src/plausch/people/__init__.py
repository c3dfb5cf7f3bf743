"""People, and all else that can speak: persons, pages, groups, the server.

They share one id space (actors), so that follows, blocks, mentions and posts need no case distinction. Accounts,
sessions and tokens say who is looking; relations and standing say what may be seen.
"""
