"""The pages. Each module holds one subject and lists its addresses in `ROUTES`."""

from plausch.web.views import home

ROUTES = [*home.ROUTES]
