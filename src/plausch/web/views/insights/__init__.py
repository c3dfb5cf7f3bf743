"""Pages of insights: what helps conversations along, for those whom it concerns.

Whose conversations a page looks at is in its address: `plausch.web.views.insights.scopes`.
"""

from plausch.web.views.insights import greeting, health, letters, loyalty, overview, spread, strategy

ROUTES = [
    *overview.ROUTES,
    *spread.ROUTES,
    *letters.ROUTES,
    *health.ROUTES,
    *greeting.ROUTES,
    *loyalty.ROUTES,
    *strategy.ROUTES,
]
