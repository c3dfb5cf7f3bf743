"""Looking after the community: pages for its owners and moderators."""

from plausch.web.views.admin import (
    announcements,
    barring,
    community,
    deciding,
    emoji,
    legal,
    looks,
    machine,
    members,
    newcomers,
    servers,
    start,
)

ROUTES = [
    *start.ROUTES,
    *community.ROUTES,
    *looks.ROUTES,
    *legal.ROUTES,
    *announcements.ROUTES,
    *emoji.ROUTES,
    *newcomers.ROUTES,
    *barring.ROUTES,
    *servers.ROUTES,
    *deciding.ROUTES,
    *members.ROUTES,
    *machine.ROUTES,
]
