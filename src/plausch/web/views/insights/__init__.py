"""Pages of insights: what helps conversations along, for those whom it concerns.

Whose conversations a page looks at is in its address: `plausch.web.views.insights.scopes`.
"""

from plausch.web.views.insights import (
    adviser,
    communities,
    export,
    greeting,
    health,
    letters,
    loyalty,
    makers,
    overview,
    spread,
    strategy,
)

ROUTES = [
    *overview.ROUTES,
    *makers.ROUTES,
    *communities.ROUTES,
    *adviser.ROUTES,
    *spread.ROUTES,
    *letters.ROUTES,
    *health.ROUTES,
    *greeting.ROUTES,
    *loyalty.ROUTES,
    *strategy.ROUTES,
    *export.ROUTES,
]
