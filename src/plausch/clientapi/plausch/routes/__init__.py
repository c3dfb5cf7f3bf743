"""The API's addresses, a module a subject; their description is made of the same table."""

from plausch.clientapi.plausch.routes import (
    approvals,
    articles,
    boards,
    conversations,
    groups,
    home,
    insights,
    members,
    packs,
    pages,
    posts,
)
from plausch.clientapi.plausch.routes.description import describing

_DESCRIBED = [
    *home.ENDPOINTS,
    *posts.ENDPOINTS,
    *conversations.ENDPOINTS,
    *groups.ENDPOINTS,
    *members.ENDPOINTS,
    *boards.ENDPOINTS,
    *articles.ENDPOINTS,
    *packs.ENDPOINTS,
    *pages.ENDPOINTS,
    *approvals.ENDPOINTS,
    *insights.ENDPOINTS,
]
ENDPOINTS = [*_DESCRIBED, describing(_DESCRIBED)]
ROUTES = [one.route for one in ENDPOINTS]
