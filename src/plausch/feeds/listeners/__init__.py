"""How feeds react to what happens below: notifications, the search index, and telling open pages.

A fact may be old when it is heard: what it speaks of may have been taken back meanwhile. So listeners look at how
things are now, and hold the post while they do, lest it be removed under their hands.
"""

from plausch.feeds.listeners import groups, pages, people, posts, responses, topics

MODULES = (posts, topics, responses, people, pages, groups)
