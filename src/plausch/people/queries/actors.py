"""Reads of actors: who they are, for those who may see them."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people.model import (
    VISITOR,
    Actor,
    ActorKind,
    Consent,
    Profile,
    ProfileField,
    Relation,
    Standing,
    Viewer,
)
from plausch.people.queries.clauses import consents_to, is_counted, no_block_between, related, stands_before
from plausch.people.tables import actors, counts, fields
from plausch.storage import Read, Statement, any_of, column_statement, param

ACTOR_COLUMNS = (
    actors.c.id,
    actors.c.kind,
    actors.c.handle,
    actors.c.name,
    actors.c.picture,
    actors.c.standing,
    actors.c.locked,
    actors.c.version,
    actors.c.who_quotes,
    actors.c.signature,
    actors.c.automated,
)
_LOCAL = actors.c.server_id == 0

_ACTORS = Statement(
    sa.select(*ACTOR_COLUMNS).where(
        any_of(actors.c.id, "ids"), stands_before(param("me"), actors), no_block_between(param("me"), actors.c.id)
    ),
    Actor,
)
_ACTOR = Statement(sa.select(*ACTOR_COLUMNS).where(actors.c.id == param("actor")), Actor)
_COUNTED = column_statement(sa.select(actors.c.id).where(any_of(actors.c.id, "ids"), is_counted(actors)))
_COUNTED_PAGES = column_statement(
    sa.select(actors.c.id).where(actors.c.kind == ActorKind.PAGE.value, is_counted(actors))
)
_AUTOMATED = column_statement(sa.select(actors.c.id).where(actors.c.automated))
_ALL_COUNTED = column_statement(sa.select(actors.c.id).where(is_counted(actors)))
_BY_HANDLES = Statement(
    sa.select(*ACTOR_COLUMNS).where(any_of(actors.c.handle, "handles"), _LOCAL, stands_before(param("me"), actors)),
    Actor,
)
PROFILE_COLUMNS = (
    *ACTOR_COLUMNS,
    actors.c.about_source,
    actors.c.about_html,
    actors.c.pronouns,
    actors.c.language,
    actors.c.created_at,
    sa.func.coalesce(counts.c.followers, 0),
    sa.func.coalesce(counts.c.following, 0),
    sa.func.coalesce(counts.c.connections, 0),
    actors.c.header,
    consents_to(Consent.BE_FOUND, actors.c.id),
    actors.c.picture_alt,
    actors.c.header_alt,
    actors.c.shows_pictures,
    actors.c.shows_replied_pictures,
    actors.c.shows_featured,
)


def with_counts() -> sa.Join:
    """Actors with what is counted about them: what `PROFILE_COLUMNS` are taken from."""
    return actors.outerjoin(counts, counts.c.actor_id == actors.c.id)


_PROFILE = Statement(
    sa.select(*PROFILE_COLUMNS)
    .select_from(with_counts())
    .where(
        actors.c.handle == param("handle", sa.Text()),
        _LOCAL,
        stands_before(param("me"), actors),
        sa.or_(actors.c.id == param("me"), sa.not_(related(Relation.BLOCK, actors.c.id, param("me")))),
    ),
    Profile,
)
#: A secret group is nobody's business: who was in it knows its handle, and learns no more by it.
_HANDLE = column_statement(
    sa.select(actors.c.id).where(
        actors.c.handle == param("handle", sa.Text()), _LOCAL, actors.c.standing != Standing.SECRET.value
    )
)
_FINDABLE = Statement(
    sa.select(*ACTOR_COLUMNS)
    .where(
        _LOCAL,
        actors.c.kind == ActorKind.PERSON.value,
        actors.c.standing == "active",
        actors.c.id < param("before"),
        sa.or_(actors.c.id == param("me"), consents_to(Consent.BE_FOUND, actors.c.id)),
        no_block_between(param("me"), actors.c.id),
    )
    .order_by(actors.c.id.desc())
    .limit(param("limit")),
    Actor,
)


_FIELDS = Statement(
    sa.select(fields.c.label, fields.c.value, fields.c.verified_at)
    .where(fields.c.actor_id == param("actor"))
    .order_by(fields.c.place),
    ProfileField,
)
_HEADER = column_statement(sa.select(actors.c.header).where(actors.c.id == param("actor")))


_SHOWN_HEADER = Statement(
    sa.select(actors.c.header, actors.c.standing == Standing.SECRET.value).where(
        actors.c.id == param("actor"), stands_before(param("me"), actors)
    ),
    lambda header, secret: (str(header), bool(secret)),
)


_STALE = column_statement(
    sa.select(fields.c.actor_id)
    .distinct()
    .where(fields.c.verified_at.is_not(None), fields.c.checked_at <= param("before"))
    .limit(param("limit"))
)


async def list_stale_links(tx: Read, before: int, limit: int) -> list[int]:
    """Actors of whom a verified link was last looked at before a moment (ms)."""
    return await tx.all(_STALE, before=before, limit=limit)


async def list_fields(tx: Read, actor: int) -> list[ProfileField]:
    """What a profile says in pairs; for those who may see the profile."""
    return await tx.all(_FIELDS, actor=actor)


async def find_header(tx: Read, actor: int) -> str:
    """The keys of an actor's wide picture, or nothing; of whatever standing, for the domain's own work."""
    return str(await tx.first(_HEADER, actor=actor) or "")


async def find_shown_header(tx: Read, viewer: Viewer, actor: int) -> tuple[str, bool]:
    """The keys of an actor's wide picture for the viewer, or nothing; and whether others may not know of it."""
    return await tx.first(_SHOWN_HEADER, actor=actor, me=viewer.acting_as) or ("", False)


async def list_actors(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Actor]:
    """Those of `ids` whom the viewer may see, by id. Gone, suspended and blocked ones are missing."""
    found = await tx.all(_ACTORS, ids=ids, me=viewer.acting_as)
    return {actor.id: actor for actor in found}


async def present_actors(tx: Read, ids: Sequence[int]) -> set[int]:
    """Those of `ids` who are neither suspended nor gone, for work without a viewer."""
    return {actor.id for actor in await tx.all(_ACTORS, ids=ids, me=0)}


async def list_counted(tx: Read, ids: Sequence[int]) -> set[int]:
    """Those of `ids` whom insights count: people and pages that are here and have not objected."""
    return set(await tx.all(_COUNTED, ids=ids))


async def list_automated(tx: Read) -> list[int]:
    """All who are programs."""
    return await tx.all(_AUTOMATED)


async def list_all_counted(tx: Read) -> list[int]:
    """All whom insights count."""
    return await tx.all(_ALL_COUNTED)


async def list_counted_pages(tx: Read) -> list[int]:
    """Those of them that are pages."""
    return await tx.all(_COUNTED_PAGES)


async def get_actor(tx: Read, id_: int) -> Actor:
    """An actor of whatever standing, for the domain's own checks. Raises NotFound."""
    found = await tx.first(_ACTOR, actor=id_)
    if found is None:
        raise NotFound("actor_not_found")
    return found


async def check_no_group(tx: Read, viewer: Viewer) -> None:
    """A group speaks, and does nothing else: it neither likes nor follows nor founds. Raises NotAllowed."""
    if viewer.acting_as != viewer.person and (await get_actor(tx, viewer.acting_as)).kind is ActorKind.GROUP:
        raise NotAllowed("group_only_speaks")


async def get_profile(tx: Read, viewer: Viewer, handle: str) -> Profile:
    """An actor's page. Raises NotFound, also for whom the actor has blocked."""
    found = await tx.first(_PROFILE, handle=handle.lower(), me=viewer.acting_as)
    if found is None:
        raise NotFound("actor_not_found")
    return found


async def resolve_handles(tx: Read, handles: Sequence[str], viewer: Viewer = VISITOR) -> dict[str, Actor]:
    """The local actors that these lower-case handles name: a secret group for a viewer who is in it."""
    if not handles:
        return {}
    return {actor.handle: actor for actor in await tx.all(_BY_HANDLES, handles=handles, me=viewer.acting_as)}


async def resolve_names(
    tx: Read, names: Iterable[str], here: Collection[str], viewer: Viewer = VISITOR
) -> dict[str, Actor]:
    """Whom `name` and `name@server` call, by what was written (in lower case); `here` are the names of this server."""
    handles = {name: _handle_of(name, here) for name in names}
    found = await resolve_handles(tx, list(dict.fromkeys(handles.values())), viewer)
    return {name: found[handle] for name, handle in handles.items() if handle in found}


def _handle_of(name: str, here: Collection[str]) -> str:
    """Of somebody elsewhere the whole, which is nobody's handle here."""
    handle, _, server = name.partition("@")
    return handle if server in here else name


async def find_handle(tx: Read, handle: str) -> int | None:
    """Whose a handle is or once was, if anybody's."""
    found: int | None = await tx.first(_HANDLE, handle=handle)
    return found


async def list_findable(tx: Read, viewer: Viewer, page: Page) -> list[Actor]:
    """People of this server who agree to be found, the newest first."""
    return await tx.all(_FINDABLE, me=viewer.acting_as, before=page.before, limit=page.limit)


async def has_consent(tx: Read, person: int, consent: Consent) -> bool:
    statement = _CONSENTS[consent]
    return bool(await tx.first(statement, person=person))


_CONSENTS = {kind: column_statement(sa.select(consents_to(kind, param("person")))) for kind in Consent}


class Words(NamedTuple):
    """What search indexes of somebody."""

    handle: str
    name: str
    about_html: str
    language: str


_WORDS = Statement(
    sa.select(actors.c.handle, actors.c.name, actors.c.about_html, actors.c.language).where(
        actors.c.id == param("actor"), actors.c.standing != Standing.DELETED.value
    ),
    Words,
)


async def find_words(tx: Read, actor: int) -> Words | None:
    """How somebody describes themselves, for indexing; None when they are gone."""
    return await tx.first(_WORDS, actor=actor)
