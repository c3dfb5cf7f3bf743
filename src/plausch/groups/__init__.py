"""Groups of people with a shared interest: membership, roles, rules and boards.

A group is an actor of the room of people, and who is in it is a relation there (`Relation.MEMBER`), so that rooms below
and above can ask for it in a query. Here is what a group decides, and who decides it.
"""
