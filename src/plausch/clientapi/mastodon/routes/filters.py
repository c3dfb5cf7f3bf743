"""`/api/v2/filters` and `/api/v1/filters`: words and single statuses somebody is spared.

Here a filter is one word or phrase, or one post; those of one set are one filter of the second version, and each word
is one of the first.
"""

from collections.abc import Sequence

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, id_of, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities import reading as entities
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.present.filters import ACTIONS, CONTEXTS, contexts_of
from plausch.clientapi.mastodon.showing import get_piece
from plausch.feeds import actions, queries
from plausch.feeds.model import Filter, FilterAction, FilterDraft, FilterPlace
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language.formats import exact_iso
from plausch.people.model import Viewer
from plausch.storage import Write

_PLACES = {name: place for place, names in CONTEXTS.items() for name in names}
_ACTIONS = {name: action for action, name in ACTIONS.items()} | {"blur": FilterAction.FOLD}
_LONGEST = 10 * 366 * 86_400
_DIGITS = 12


def _ends(one: Filter) -> str | None:
    return exact_iso(one.ends_at) if one.ends_at is not None else None


def _keyword(one: Filter) -> entities.FilterKeyword:
    return entities.FilterKeyword(str(one.id), one.phrase, one.whole_word)


def _status(one: Filter) -> entities.FilterStatus:
    return entities.FilterStatus(str(one.id), str(one.post_id))


def _present(several: Sequence[Filter]) -> entities.Filter:
    first = several[0]
    return entities.Filter(
        id=str(first.whole_id),
        title=first.name,
        context=contexts_of(first),
        expires_at=_ends(first),
        filter_action=ACTIONS[first.action],
        keywords=[_keyword(one) for one in several if one.phrase],
        statuses=[_status(one) for one in several if one.post_id],
    )


def _present_former(one: Filter) -> entities.FormerFilter:
    return entities.FormerFilter(
        id=str(one.id),
        phrase=one.phrase,
        context=contexts_of(one),
        expires_at=_ends(one),
        irreversible=one.action is FilterAction.HIDE,
        whole_word=one.whole_word,
    )


def _places(fields: Fields, otherwise: Filter | None) -> tuple[FilterPlace, ...]:
    if "context" not in fields and otherwise is not None:
        return tuple(place for place in FilterPlace if otherwise.holds_in(place))
    named = fields.texts("context")
    if not named or not set(named) <= _PLACES.keys():
        raise Invalid("context", "choice_unknown")
    return tuple(dict.fromkeys(_PLACES[name] for name in named))


def _ends_at(fields: Fields, otherwise: Filter | None) -> int | None:
    """`expires_in` is in seconds; empty or nothing: for good. Raises Invalid."""
    if "expires_in" not in fields:
        return otherwise.ends_at if otherwise is not None else None
    text = fields.text("expires_in").strip()
    seconds = _LONGEST if text.isdecimal() and text.strip("0") and len(text) > _DIGITS else fields.number("expires_in")
    if seconds is None and text:
        raise Invalid("expires_in", "choice_unknown")
    return clock.now() + min(max(seconds, 0), _LONGEST) * clock.SECOND if seconds else None


def _action(fields: Fields, otherwise: Filter | None) -> FilterAction:
    named = fields.maybe_text("filter_action")
    if named is None:
        return otherwise.action if otherwise is not None else FilterAction.FOLD
    if named not in _ACTIONS:
        raise Invalid("filter_action", "choice_unknown")
    return _ACTIONS[named]


def _draft(fields: Fields, phrase: str, *, whole_word: bool, before: Filter | None = None) -> FilterDraft:
    return FilterDraft(
        phrase=phrase,
        whole_word=whole_word,
        places=_places(fields, before),
        action=_action(fields, before),
        ends_at=_ends_at(fields, before),
    )


def _like(one: Filter, phrase: str, *, whole_word: bool) -> FilterDraft:
    """Another word for the same places."""
    return _draft(Fields({}), phrase, whole_word=whole_word, before=one)


# The second version


async def list_filters(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await queries.list_all_filters(tx, request.viewer)
    sets: dict[int, list[Filter]] = {}
    for one in found:
        sets.setdefault(one.whole_id, []).append(one)
    return answered([_present(several) for several in sets.values()])


async def get_filter(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(_present(await queries.list_set(tx, request.viewer, id_of(request))))


async def make_filter(request: Request) -> Response:
    fields, viewer = await read_fields(request), request.viewer
    words = fields.parts("keywords_attributes")
    drafts = [
        _draft(fields, one.text("keyword"), whole_word=bool(one.flag("whole_word"))) for one in words if not _goes(one)
    ]
    async with request.site.database.write() as tx:
        if drafts:
            id_ = await actions.add_filter_set(tx, viewer, fields.text("title"), drafts)
        else:
            # Statuses, or words, follow.
            bare = _draft(fields, "", whole_word=False)
            id_ = await actions.add_empty_set(tx, viewer, fields.text("title"), bare)
        return answered(_present(await queries.list_set(tx, viewer, id_)))


def _goes(word: Fields) -> bool:
    return bool(word.flag("_destroy"))


async def change_filter(request: Request) -> Response:
    """What holds for all its words, and the words that are named: changed, new, or gone."""
    fields, viewer, id_ = await read_fields(request), request.viewer, id_of(request)
    async with request.site.database.write() as tx:
        there = await queries.list_set(tx, viewer, id_)
        first = there[0]
        title = fields.text("title", first.name)
        whole = _draft(fields, first.phrase, whole_word=first.whole_word, before=first)
        await actions.change_filter_set(tx, viewer, id_, title, whole)
        known = {one.id: one for one in await queries.list_set(tx, viewer, id_)}
        for word in fields.parts("keywords_attributes"):
            before = known.get(word.id("id") or 0)
            if before is None and not _goes(word):
                draft = _like(
                    next(iter(known.values())), word.text("keyword"), whole_word=bool(word.flag("whole_word"))
                )
                await actions.add_filter(tx, viewer, draft, id_, title)
            elif before is not None and _goes(word):
                await actions.remove_from_set(tx, viewer, before.id)
            elif before is not None:
                await actions.change_filter(tx, viewer, before.id, _changed(word, before))
        return answered(_present(await queries.list_set(tx, viewer, id_)))


def _changed(word: Fields, before: Filter) -> FilterDraft:
    whole_word = word.flag("whole_word")
    return _like(
        before,
        word.text("keyword", before.phrase),
        whole_word=before.whole_word if whole_word is None else whole_word,
    )


async def remove_filter(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.remove_filter_set(tx, request.viewer, id_of(request))
    return nothing()


async def list_keywords(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await queries.list_set(tx, request.viewer, id_of(request))
    return answered([_keyword(one) for one in found if one.phrase])


async def add_keyword(request: Request) -> Response:
    word, viewer, id_ = await read_fields(request), request.viewer, id_of(request)
    async with request.site.database.write() as tx:
        first = await _as_set(tx, viewer, id_)
        draft = _like(first, word.text("keyword"), whole_word=bool(word.flag("whole_word")))
        added = await actions.add_filter(tx, viewer, draft, id_, first.name)
        return answered(_keyword(await queries.get_filter(tx, viewer, added)))


async def _as_set(tx: Write, viewer: Viewer, id_: int) -> Filter:
    """The first of several under a title, also if it was alone till now. Raises NotFound."""
    first = (await queries.list_set(tx, viewer, id_))[0]
    if not first.set_id:
        await actions.change_filter_set(tx, viewer, id_, first.name, _changed(Fields({}), first))
    return first


async def get_keyword(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(_keyword(await queries.get_filter(tx, request.viewer, id_of(request))))


async def change_keyword(request: Request) -> Response:
    word, viewer, id_ = await read_fields(request), request.viewer, id_of(request)
    async with request.site.database.write() as tx:
        before = await queries.get_filter(tx, viewer, id_)
        await actions.change_filter(tx, viewer, id_, _changed(word, before))
        return answered(_keyword(await queries.get_filter(tx, viewer, id_)))


async def remove_keyword(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await queries.get_filter(tx, request.viewer, id_of(request))
        await actions.remove_from_set(tx, request.viewer, id_of(request))
    return nothing()


async def list_filtered_statuses(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await queries.list_set(tx, request.viewer, id_of(request))
    return answered([_status(one) for one in found if one.post_id])


async def add_status(request: Request) -> Response:
    """A reblog stands for what was reblogged."""
    fields, viewer, id_ = await read_fields(request), request.viewer, id_of(request)
    status = fields.id("status_id")
    if status is None:
        raise Invalid("status_id", "missing")
    async with request.site.database.write() as tx:
        await _as_set(tx, viewer, id_)
        post = (await get_piece(tx, request, status)).post_id
        added = await actions.filter_post(tx, viewer, id_, post)
        return answered(_status(await queries.get_filtered_post(tx, viewer, added)))


async def get_filtered_status(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(_status(await queries.get_filtered_post(tx, request.viewer, id_of(request))))


async def remove_status(request: Request) -> Response:
    async with request.site.database.write() as tx:
        gone = await queries.get_filtered_post(tx, request.viewer, id_of(request))
        await actions.remove_from_set(tx, request.viewer, gone.id)
    return answered(_status(gone))


# The first version


async def list_former(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered([_present_former(one) for one in await queries.list_filters(tx, request.viewer)])


async def get_former(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(_present_former(await queries.get_filter(tx, request.viewer, id_of(request))))


def _former_draft(fields: Fields, before: Filter | None = None) -> FilterDraft:
    whole, hides = fields.flag("whole_word"), fields.flag("irreversible")
    action = FilterAction.HIDE if hides else FilterAction.FOLD
    return FilterDraft(
        phrase=fields.text("phrase", before.phrase if before is not None else ""),
        whole_word=bool(whole) if whole is not None or before is None else before.whole_word,
        places=_places(fields, before),
        action=before.action if hides is None and before is not None else action,
        ends_at=_ends_at(fields, before),
    )


async def make_former(request: Request) -> Response:
    draft, viewer = _former_draft(await read_fields(request)), request.viewer
    async with request.site.database.write() as tx:
        id_ = await actions.add_filter(tx, viewer, draft)
        return answered(_present_former(await queries.get_filter(tx, viewer, id_)))


async def change_former(request: Request) -> Response:
    fields, viewer, id_ = await read_fields(request), request.viewer, id_of(request)
    async with request.site.database.write() as tx:
        before = await queries.get_filter(tx, viewer, id_)
        await actions.change_filter(tx, viewer, id_, _former_draft(fields, before))
        return answered(_present_former(await queries.get_filter(tx, viewer, id_)))


async def remove_former(request: Request) -> Response:
    """With its last word a filter is gone: there is nothing else that these apps could see of it."""
    async with request.site.database.write() as tx:
        await queries.get_filter(tx, request.viewer, id_of(request))
        await actions.remove_filter(tx, request.viewer, id_of(request))
    return nothing()


_AT, _FORMER = "/api/v2/filters", "/api/v1/filters"
_NAMES = {"phrase": "keyword"}
_READ, _WRITE = "read:filters", "write:filters"
ENDPOINTS = [
    Endpoint("GET", _AT, list_filters, _READ),
    Endpoint("POST", _AT, make_filter, _WRITE, names=_NAMES),
    Endpoint("GET", f"{_AT}/{{id}}", get_filter, _READ),
    Endpoint("PUT", f"{_AT}/{{id}}", change_filter, _WRITE, names=_NAMES),
    Endpoint("DELETE", f"{_AT}/{{id}}", remove_filter, _WRITE),
    Endpoint("GET", f"{_AT}/{{id}}/keywords", list_keywords, _READ),
    Endpoint("POST", f"{_AT}/{{id}}/keywords", add_keyword, _WRITE, names=_NAMES),
    Endpoint("GET", f"{_AT}/keywords/{{id}}", get_keyword, _READ),
    Endpoint("PUT", f"{_AT}/keywords/{{id}}", change_keyword, _WRITE, names=_NAMES),
    Endpoint("DELETE", f"{_AT}/keywords/{{id}}", remove_keyword, _WRITE),
    Endpoint("GET", f"{_AT}/{{id}}/statuses", list_filtered_statuses, _READ),
    Endpoint("POST", f"{_AT}/{{id}}/statuses", add_status, _WRITE),
    Endpoint("GET", f"{_AT}/statuses/{{id}}", get_filtered_status, _READ),
    Endpoint("DELETE", f"{_AT}/statuses/{{id}}", remove_status, _WRITE),
    Endpoint("GET", _FORMER, list_former, _READ),
    Endpoint("POST", _FORMER, make_former, _WRITE),
    Endpoint("GET", f"{_FORMER}/{{id}}", get_former, _READ),
    Endpoint("PUT", f"{_FORMER}/{{id}}", change_former, _WRITE),
    Endpoint("DELETE", f"{_FORMER}/{{id}}", remove_former, _WRITE),
]
