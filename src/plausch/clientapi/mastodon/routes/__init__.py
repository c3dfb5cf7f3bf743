"""The API's addresses, a module a section of its documentation."""

from plausch.clientapi.mastodon.routes import emojis, oauth

ENDPOINTS = [*emojis.ENDPOINTS, *oauth.ENDPOINTS]
ROUTES = [one.route for one in ENDPOINTS]
