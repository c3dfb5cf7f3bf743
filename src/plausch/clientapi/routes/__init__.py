"""The API's addresses, a module a subject."""

from plausch.clientapi.routes import home, posts

ROUTES = [*home.ROUTES, *posts.ROUTES]
