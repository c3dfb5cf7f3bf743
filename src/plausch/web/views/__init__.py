"""The pages. Each module holds one subject and lists its addresses in `ROUTES`."""

from plausch.web.views import (
    about,
    account,
    arriving,
    home,
    notifications,
    profiles,
    relations,
    search,
    settings,
)

ROUTES = [
    *home.ROUTES,
    *arriving.ROUTES,
    *profiles.ROUTES,
    *relations.ROUTES,
    *notifications.ROUTES,
    *search.ROUTES,
    *settings.ROUTES,
    *account.ROUTES,
    *about.ROUTES,
]
