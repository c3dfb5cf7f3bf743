"""The server itself: `/api/v1/instance`, `/api/v2/instance` and what belongs to them."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, for_all
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.instance import (
    Activity,
    DomainBlock,
    ExtendedDescription,
    Preferences,
    TermsOfService,
)
from plausch.clientapi.mastodon.figures import figures_of
from plausch.clientapi.mastodon.joining import join_account
from plausch.clientapi.mastodon.present.instance import (
    description_html,
    present_former_instance,
    present_instance,
    present_rules,
)
from plausch.community import queries as community
from plausch.community.model import Document, DocumentKind
from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.jobs import PUSH_KEY
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.http.site import tag_path
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.language import markdown
from plausch.language.formats import exact_iso, iso, languages_named
from plausch.net import push
from plausch.people import queries as people
from plausch.people.model import VISITOR, Role, WhoQuotes

_QUOTES = {WhoQuotes.EVERYBODY: "public", WhoQuotes.FOLLOWERS: "followers", WhoQuotes.NOBODY: "nobody"}


async def show_instance(request: Request) -> Response:
    figures = await figures_of(request)
    owner = await _owner(request)
    return for_all(request, present_instance(request.site, figures, await push_key(request), owner))


async def _owner(request: Request) -> bytes | None:
    """Whom to turn to, as strangers see them: whoever has owned the server longest."""
    async with request.site.database.read() as tx:
        owners = await people.list_holders(tx, VISITOR, Role.OWNER)
        body, made = await join_account(tx, request, owners[0].id, viewer=VISITOR) if owners else (None, [])
    await keep(request, made)
    return body


async def push_key(request: Request) -> str:
    """By which push services know this server; made when it is first asked for."""
    async with request.site.database.read() as tx:
        key = await feeds.find_server_key(tx, PUSH_KEY)
    if key is None:
        async with request.site.database.write() as write:
            key = await feeds_actions.keep_server_key(write, PUSH_KEY, push.new_private_key())
    return push.to_base64(push.public_key_of(key))


async def show_former_instance(request: Request) -> Response:
    figures = await figures_of(request)
    return for_all(request, present_former_instance(request.site, figures, await _owner(request)))


async def list_rules(request: Request) -> Response:
    return for_all(request, present_rules(request.site.community))


async def list_activity(request: Request) -> Response:
    weeks = (await figures_of(request)).weeks
    found = [
        Activity(str(one.starts_at // clock.SECOND), str(one.posts), str(one.sign_ins), str(one.joined))
        for one in weeks
    ]
    return for_all(request, found, 3600)


async def show_description(request: Request) -> Response:
    site = request.site
    return for_all(request, ExtendedDescription(exact_iso(site.community.changed_at), description_html(site)))


async def list_domain_blocks(request: Request) -> Response:
    """Other servers that are kept away."""
    async with request.site.database.read() as tx:
        blocks = await community.list_shown_blocks(tx)
    return for_all(
        request,
        [DomainBlock(one.public_domain, one.digest, one.severity.value, one.public_comment or None) for one in blocks],
    )


async def list_languages(request: Request) -> Response:
    """In what a status can be written."""
    named = languages_named(request.site.community.language)
    return for_all(request, [{"code": code, "name": name} for code, name in named.items()], 3600)


async def show_privacy(request: Request) -> Response:
    document = await _current(request, DocumentKind.PRIVACY)
    return for_all(request, ExtendedDescription(exact_iso(document.published_at), _html(request, document)))


async def show_terms(request: Request) -> Response:
    return for_all(request, _terms(request, await _current(request, DocumentKind.TERMS), None))


async def show_former_terms(request: Request) -> Response:
    """Those that came into force on a day; of several on the same day the last."""
    async with request.site.database.read() as tx:
        versions = await community.list_versions(tx, DocumentKind.TERMS)
        later: str | None = None
        for one in versions:
            day = _day(one.published_at)
            if day == request.params["date"]:
                document = await community.get_document(tx, DocumentKind.TERMS, one.version)
                return for_all(request, _terms(request, document, later))
            later = day
    raise NotFound


async def _current(request: Request, kind: DocumentKind) -> Document:
    async with request.site.database.read() as tx:
        found = await community.find_document(tx, kind)
    if found is None:
        raise NotFound
    return found


def _terms(request: Request, document: Document, later: str | None) -> TermsOfService:
    return TermsOfService(_day(document.published_at), later is None, _html(request, document), later)


def _day(moment: int) -> str:
    return iso(moment)[:10]


def _html(request: Request, document: Document) -> str:
    text = document.words.in_language(request.site.community.language)
    return request.site.absolute_html(markdown.parse(text).render({}, tag_path))


async def show_preferences(request: Request) -> Response:
    assert request.signed_in is not None
    async with request.site.database.read() as tx:
        actor = await people.get_actor(tx, request.viewer.acting_as)
    return answered(Preferences(language=request.signed_in.locale, quote_policy=_QUOTES[actor.who_quotes]))


def _always(found: object) -> Callable[[Request], Awaitable[Response]]:
    """What this server has none of."""

    async def view(request: Request) -> Response:
        return for_all(request, found, 3600)

    return view


def _open(path: str, view: View) -> Endpoint:
    return Endpoint("GET", path, view, caller=Caller.ANYBODY)


ENDPOINTS = [
    _open("/api/v2/instance", show_instance),
    _open("/api/v1/instance", show_former_instance),
    _open("/api/v1/instance/rules", list_rules),
    _open("/api/v1/instance/activity", list_activity),
    _open("/api/v1/instance/extended_description", show_description),
    _open("/api/v1/instance/privacy_policy", show_privacy),
    _open("/api/v1/instance/terms_of_service", show_terms),
    _open("/api/v1/instance/terms_of_service/{date}", show_former_terms),
    _open("/api/v1/instance/languages", list_languages),
    _open("/api/v1/instance/peers", _always([])),
    _open("/api/v1/instance/domain_blocks", list_domain_blocks),
    _open("/api/v1/instance/translation_languages", _always({})),
    Endpoint("GET", "/api/v1/preferences", show_preferences, "read:accounts"),
]
