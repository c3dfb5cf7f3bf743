"""The pages of groups: found, made, joined, read, looked after."""

from plausch.web.views.groups import directory, home, looking_after, members, settings, tending

ROUTES = [
    *directory.ROUTES,
    *home.ROUTES,
    *members.ROUTES,
    *looking_after.ROUTES,
    *settings.ROUTES,
    *tending.ROUTES,
]
