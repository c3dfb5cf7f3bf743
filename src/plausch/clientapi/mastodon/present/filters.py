"""Filters as far as statuses tell what they are caught in."""

from plausch.clientapi.mastodon.entities.statuses import FilterOf, FilterResult
from plausch.feeds.model import Filter, FilterAction, FilterPlace
from plausch.language.formats import exact_iso

#: What the API calls the places where a filter holds.
CONTEXTS = {
    FilterPlace.HOME: ("home", "public"),
    FilterPlace.CONVERSATIONS: ("thread", "account"),
    FilterPlace.NOTIFICATIONS: ("notifications",),
}

ACTIONS = {FilterAction.HIDE: "hide", FilterAction.FOLD: "warn"}


def contexts_of(caught: Filter) -> list[str]:
    return [name for place, names in CONTEXTS.items() if caught.holds_in(place) for name in names]


def present_caught(caught: Filter) -> FilterResult:
    of = FilterOf(
        id=str(caught.whole_id),
        title=caught.name,
        context=contexts_of(caught),
        expires_at=exact_iso(caught.ends_at) if caught.ends_at is not None else None,
        filter_action=ACTIONS[caught.action],
    )
    if caught.post_id:
        return FilterResult(filter=of, status_matches=[str(caught.post_id)])
    return FilterResult(filter=of, keyword_matches=[caught.phrase])
