"""The API's addresses, a module a subject."""

from plausch.http.routing import Route

ROUTES: list[Route] = []
