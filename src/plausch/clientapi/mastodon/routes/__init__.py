"""The API's addresses, a module a section of its documentation."""

from plausch.clientapi.mastodon.routes import (
    announcements,
    emojis,
    finding,
    instance,
    oauth,
    posting,
    responding,
    statuses,
    timelines,
)

ENDPOINTS = [
    *announcements.ENDPOINTS,
    *emojis.ENDPOINTS,
    *finding.ENDPOINTS,
    *instance.ENDPOINTS,
    *oauth.ENDPOINTS,
    *posting.ENDPOINTS,
    *responding.ENDPOINTS,
    *statuses.ENDPOINTS,
    *timelines.ENDPOINTS,
]
ROUTES = [one.route for one in ENDPOINTS]
