"""The pages. Each module holds one subject and lists its addresses in `ROUTES`."""

from plausch.web.views import (
    about,
    account,
    arriving,
    conversations,
    home,
    live,
    notifications,
    pictures,
    posting,
    profiles,
    relations,
    responding,
    search,
    settings,
)

ROUTES = [
    *home.ROUTES,
    *conversations.ROUTES,
    *posting.ROUTES,
    *responding.ROUTES,
    *pictures.ROUTES,
    *live.ROUTES,
    *arriving.ROUTES,
    *profiles.ROUTES,
    *relations.ROUTES,
    *notifications.ROUTES,
    *search.ROUTES,
    *settings.ROUTES,
    *account.ROUTES,
    *about.ROUTES,
]
