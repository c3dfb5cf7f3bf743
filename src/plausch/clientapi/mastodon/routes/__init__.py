"""The API's addresses, a module a section of its documentation."""

from plausch.clientapi.mastodon.routes import (
    accounts,
    announcements,
    credentials,
    emojis,
    finding,
    instance,
    media,
    oauth,
    posting,
    relating,
    responding,
    statuses,
    timelines,
)

ENDPOINTS = [
    *accounts.ENDPOINTS,
    *announcements.ENDPOINTS,
    *credentials.ENDPOINTS,
    *emojis.ENDPOINTS,
    *finding.ENDPOINTS,
    *instance.ENDPOINTS,
    *media.ENDPOINTS,
    *oauth.ENDPOINTS,
    *posting.ENDPOINTS,
    *relating.ENDPOINTS,
    *responding.ENDPOINTS,
    *statuses.ENDPOINTS,
    *timelines.ENDPOINTS,
]
ROUTES = [one.route for one in ENDPOINTS]
