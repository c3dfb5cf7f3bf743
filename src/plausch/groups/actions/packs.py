"""Starter packs: made, agreed to, left, and joined. Nobody is shown in one who has not said yes."""

import sqlalchemy as sa

from plausch.groups import queries
from plausch.groups.actions.joining import ask_to_join, join_group
from plausch.groups.actions.slugs import plain_slug
from plausch.groups.events import PackAnswered, PackAsked, PackChanged
from plausch.groups.model import (
    PACK_ABOUT_MAX,
    PACK_LINE_MAX,
    PACK_MEMBERS_MAX,
    PACK_NAME_MAX,
    PACKS_MAX,
    Group,
    GroupRole,
    Joining,
    Pack,
    PackDraft,
    PackJoined,
    Visibility,
)
from plausch.groups.tables import pack_members, packs
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from plausch.people import actions as people
from plausch.people import queries as persons
from plausch.people.model import ActorKind, Viewer, check_may_act, clean_line, clean_text
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

_PACK, _ACTOR = param("pack"), param("actor")
_MAKE = column_statement(upsert(packs).on_conflict_do_nothing())
_EDIT = column_statement(
    sa.update(packs)
    .where(packs.c.id == _PACK)
    .values(name=param("new_name", sa.Text()), about=param("new_about", sa.Text()), changed_at=param("now"))
)
_TOUCH = column_statement(sa.update(packs).where(packs.c.id == _PACK).values(changed_at=param("now")))
_COUNT = column_statement(
    sa.select(sa.func.count())
    .select_from(pack_members)
    .where(pack_members.c.pack_id == _PACK, pack_members.c.actor_id != _ACTOR)
)
_FEATURE = column_statement(sa.update(packs).where(packs.c.id == _PACK).values(featured_at=param("new_moment")))
_HOLD = column_statement(sa.select(packs.c.id).where(packs.c.id == _PACK).with_for_update())
_THIS = (pack_members.c.pack_id == _PACK, pack_members.c.actor_id == _ACTOR)
_ADD = column_statement(upsert(pack_members).on_conflict_do_nothing())
_AGREE = column_statement(sa.update(pack_members).where(*_THIS).values(agreed_at=param("now"), declined_at=None))
#: Remembered, lest they be asked again and again.
_LEAVE = column_statement(sa.update(pack_members).where(*_THIS).values(agreed_at=None, declined_at=param("now")))
_TAKE_OUT = column_statement(sa.delete(pack_members).where(*_THIS, pack_members.c.declined_at.is_(None)))
_DROP = [
    column_statement(sa.delete(pack_members).where(pack_members.c.pack_id == _PACK)),
    column_statement(sa.delete(packs).where(packs.c.id == _PACK)),
]
_MADE_BY = column_statement(sa.select(packs.c.id).where(packs.c.maker_id == _ACTOR))
#: How many packs of one name there may be before their addresses get numbers nobody chose.
_ALIKE = 20


async def make_pack(tx: Write, viewer: Viewer, draft: PackDraft) -> int:
    """A new pack; its id. Whoever is to be in it is asked. Raises Invalid, Conflict, NotAllowed."""
    check_may_act(viewer)
    name, about = _checked(draft)
    if await queries.count_own_packs(tx, viewer) >= PACKS_MAX:
        raise Conflict("packs_many")
    wanted = await _resolve(tx, viewer, draft.members) if draft.members is not None else {}
    pack, now = ids.new_id(), clock.now()
    row = {"id": pack, "maker_id": viewer.acting_as, "name": name, "about": about, "created_at": now}
    stem = plain_slug(name, "pack")
    slugs = [stem if stem != "new" else "new-pack", *(f"{stem}-{nth}" for nth in range(2, _ALIKE)), f"{stem}-{pack}"]
    for slug in slugs:
        if await tx.run(_MAKE, slug=slug, featured_at=None, changed_at=None, **row):
            break
    for actor in wanted:
        await _add(tx, viewer, pack, actor, wanted[actor])
    return pack


async def edit_pack(tx: Write, viewer: Viewer, pack_id: int, draft: PackDraft) -> None:
    """Its address stays. Whoever is new in it is asked. Raises NotFound, NotAllowed, Invalid."""
    pack = await _own(tx, viewer, pack_id)
    name, about = _checked(draft)
    wanted = await _resolve(tx, viewer, draft.members) if draft.members is not None else None
    await tx.run(_EDIT, pack=pack.id, new_name=name, new_about=about, now=clock.now())
    if (name, about) != (pack.name, pack.about):
        await record(tx, PackChanged(pack_id=pack.id, changed_by=viewer.acting_as))
    if wanted is None:
        return
    there = {one.actor_id for one in await queries.list_pack_members(tx, viewer, pack)}
    for actor in there - wanted.keys():
        await _take_out(tx, pack.id, actor)
    for actor in wanted.keys() - there:
        await _add(tx, viewer, pack.id, actor, wanted[actor])


async def add_to_pack(tx: Write, viewer: Viewer, pack_id: int, actor: int) -> None:
    """Whoever it is, is asked, once. Raises NotFound, NotAllowed, Invalid."""
    pack = await _own(tx, viewer, pack_id)
    agreed = (await _fitting(tx, viewer, [actor])).get(actor)
    if agreed is None:
        raise Invalid("account_id", "pack_unfit")
    if int(await tx.first(_COUNT, pack=pack.id, actor=actor) or 0) >= PACK_MEMBERS_MAX:
        raise Invalid("account_id", "pack_full")
    if await _add(tx, viewer, pack.id, actor, agreed):
        await tx.run(_TOUCH, pack=pack.id, now=clock.now())


async def take_out_of_pack(tx: Write, viewer: Viewer, pack_id: int, actor: int) -> None:
    """By its maker. Raises NotFound, NotAllowed."""
    pack = await _own(tx, viewer, pack_id)
    if not await _take_out(tx, pack.id, actor):
        raise NotFound("pack_not_found")
    await tx.run(_TOUCH, pack=pack.id, now=clock.now())


async def delete_pack(tx: Write, viewer: Viewer, pack_id: int) -> None:
    """Its maker may, and those who look after the place. Raises NotFound, NotAllowed."""
    pack = await _held(tx, viewer, pack_id)
    if pack.maker_id != viewer.acting_as and not viewer.staff:
        raise NotAllowed("not_allowed")
    await _drop(tx, pack.id)


async def feature_pack(tx: Write, viewer: Viewer, pack_id: int, featured: bool) -> None:
    """Put it before newcomers, or no longer. Raises NotFound, NotAllowed for all but staff."""
    pack = await _held(tx, viewer, pack_id)
    if not viewer.staff:
        raise NotAllowed("not_allowed")
    await tx.run(_FEATURE, pack=pack.id, new_moment=clock.now() if featured else None)


async def agree_to_pack(tx: Write, viewer: Viewer, pack_id: int, actor: int) -> None:
    """Be shown in it, oneself or a group one owns. Raises NotFound."""
    await _answer(tx, viewer, pack_id, actor)
    if not await tx.run(_AGREE, pack=pack_id, actor=actor, now=clock.now()):
        raise NotFound("pack_not_found")
    await record(tx, PackAnswered(pack_id=pack_id, member_id=actor))


async def leave_pack(tx: Write, viewer: Viewer, pack_id: int, actor: int) -> None:
    """Be in it no more, or not at all; whoever made it is not told. Raises NotFound."""
    await _answer(tx, viewer, pack_id, actor)
    if not await tx.run(_LEAVE, pack=pack_id, actor=actor, now=clock.now()):
        raise NotFound("pack_not_found")
    await record(tx, PackAnswered(pack_id=pack_id, member_id=actor))


async def join_pack(tx: Write, viewer: Viewer, pack_id: int) -> PackJoined:
    """Follow the people in it and join its groups, or ask to; what cannot be is left out. Repeating it is harmless."""
    check_may_act(viewer)
    pack = await _held(tx, viewer, pack_id)
    members = [one for one in await queries.list_pack_members(tx, viewer, pack) if one.agreed_at is not None]
    known = await queries.list_groups(tx, viewer, [one.actor_id for one in members])
    done = {"followed": 0, "joined": 0, "asked": 0}
    left: list[int] = []
    for one in members:
        if one.actor_id == viewer.acting_as:
            continue
        group = known.get(one.actor_id)
        try:
            step = await (_enter(tx, viewer, group) if group is not None else _follow(tx, viewer, one.actor_id))
        except (NotAllowed, NotFound, Conflict, Invalid, TooMany):
            continue
        if step == "left":
            left.append(one.actor_id)
        elif step:
            done[step] += 1
    return PackJoined(**done, left=tuple(left))


async def forget_packs_of(tx: Write, maker: int) -> None:
    """Whoever made them is gone."""
    for pack in await tx.all(_MADE_BY, actor=maker):
        await _drop(tx, pack)


async def _follow(tx: Write, viewer: Viewer, actor: int) -> str:
    before = await persons.get_relationship(tx, viewer, actor)
    if before.follows or before.blocks or before.blocked_by:
        return ""
    await people.follow(tx, viewer, actor)
    return "followed"


async def _enter(tx: Write, viewer: Viewer, group: Group) -> str:
    if group.role is not None:
        return ""
    if group.joining is Joining.OPEN:
        await join_group(tx, viewer, group.id)
        return "joined"
    if group.joining is Joining.INVITATION:
        return "left"
    if await queries.find_request(tx, group.id, viewer.acting_as) is not None:
        return ""
    if group.question:
        return "left"
    await ask_to_join(tx, viewer, group.id, "")
    return "asked"


async def _drop(tx: Write, pack: int) -> None:
    for statement in _DROP:
        await tx.run(statement, pack=pack)
    await record(tx, PackAnswered(pack_id=pack, member_id=0))


async def _add(tx: Write, viewer: Viewer, pack: int, actor: int, agreed: bool) -> bool:
    now = clock.now()
    row = {"pack_id": pack, "actor_id": actor, "agreed_at": now if agreed else None, "added_at": now}
    added = await tx.run(_ADD, declined_at=None, **row) > 0
    if added and not agreed:
        await record(tx, PackAsked(pack_id=pack, member_id=actor, asked_by=viewer.acting_as))
    return added


async def _take_out(tx: Write, pack: int, actor: int) -> bool:
    gone = await tx.run(_TAKE_OUT, pack=pack, actor=actor) > 0
    if gone:
        await record(tx, PackAnswered(pack_id=pack, member_id=actor))
    return gone


async def _answer(tx: Write, viewer: Viewer, pack_id: int, actor: int) -> None:
    check_may_act(viewer)
    await _held(tx, viewer, pack_id)
    if actor != viewer.acting_as and await queries.find_role(tx, actor, viewer.acting_as) is not GroupRole.OWNER:
        raise NotFound("pack_not_found")


async def _held(tx: Write, viewer: Viewer, pack_id: int) -> Pack:
    await tx.first(_HOLD, pack=pack_id)
    pack = await queries.find_pack(tx, viewer, pack_id)
    if pack is None:
        raise NotFound("pack_not_found")
    return pack


async def _own(tx: Write, viewer: Viewer, pack_id: int) -> Pack:
    check_may_act(viewer)
    pack = await _held(tx, viewer, pack_id)
    if pack.maker_id != viewer.acting_as:
        raise NotAllowed("not_allowed")
    return pack


def _checked(draft: PackDraft) -> tuple[str, str]:
    name = clean_line(draft.name, "name", PACK_NAME_MAX)
    if not name:
        raise Invalid("name", "missing")
    return name, clean_text(draft.about, "about", PACK_ABOUT_MAX)


async def _resolve(tx: Write, viewer: Viewer, members: str) -> dict[int, bool]:
    """Who is to be in it, and whether they need not be asked. Raises Invalid."""
    line = clean_text(members, "members", PACK_LINE_MAX)
    handles = list(dict.fromkeys(one.removeprefix("@").lower() for one in line.replace(",", " ").split()))
    if not handles:
        raise Invalid("members", "missing")
    if len(handles) > PACK_MEMBERS_MAX:
        raise Invalid("members", "pack_full")
    named = await persons.resolve_handles(tx, handles)
    fitting = await _fitting(tx, viewer, [one.id for one in named.values()])
    wanted = [named[handle].id if handle in named else 0 for handle in handles]
    if not fitting.keys() >= set(wanted):
        raise Invalid("members", "pack_unknown")
    return {actor: fitting[actor] for actor in wanted}


async def _fitting(tx: Write, viewer: Viewer, actors: list[int]) -> dict[int, bool]:
    """Who of them can be in one, and whether they need not be asked: oneself, and groups one owns."""
    known = await persons.list_actors(tx, viewer, actors)
    groups = await queries.list_groups(tx, viewer, list(known))
    fitting = {}
    for actor in known.values():
        group = groups.get(actor.id)
        if actor.kind is ActorKind.PERSON or (group is not None and group.visibility is not Visibility.SECRET):
            fitting[actor.id] = actor.id == viewer.acting_as or (group is not None and group.role is GroupRole.OWNER)
    return fitting
