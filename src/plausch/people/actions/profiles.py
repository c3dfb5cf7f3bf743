"""What a person shows of itself, and what it agrees to."""

from collections.abc import Callable, Collection

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.language import markdown
from plausch.people import queries
from plausch.people.actions.showing import renew
from plausch.people.events import ConsentChanged, ProfileEdited
from plausch.people.model import (
    ABOUT_MAX,
    NAME_MAX,
    PRONOUNS_MAX,
    Consent,
    ProfileEdit,
    Tabs,
    Viewer,
    WhoQuotes,
    clean_line,
    clean_text,
    own_actor,
)
from plausch.people.tables import actors, consents
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

_EDIT = column_statement(
    sa.update(actors)
    .where(actors.c.id == param("actor"))
    .values(
        name=param("new_name", sa.Text()),
        about_source=param("source", sa.Text()),
        about_html=param("html", sa.Text()),
        pronouns=param("new_pronouns", sa.Text()),
        locked=param("new_locked", sa.Boolean()),
        version=actors.c.version + 1,
    )
)
_SET_WHO_QUOTES = column_statement(
    sa.update(actors)
    .where(actors.c.id == param("actor"), actors.c.who_quotes != param("who", sa.Text()))
    .values(who_quotes=param("who", sa.Text()), version=actors.c.version + 1)
)
_SET_TABS = column_statement(
    sa.update(actors)
    .where(actors.c.id == param("actor"))
    .values(
        shows_pictures=param("pictures", sa.Boolean()),
        shows_replied_pictures=param("replied", sa.Boolean()),
        shows_featured=param("featured", sa.Boolean()),
        version=actors.c.version + 1,
    )
)
_SET_AUTOMATED = column_statement(
    sa.update(actors)
    .where(actors.c.id == param("actor"), actors.c.automated != param("is_one", sa.Boolean()))
    .values(automated=param("is_one", sa.Boolean()), version=actors.c.version + 1)
)
_new_consent = upsert(consents)
_SET_CONSENT = column_statement(
    _new_consent.on_conflict_do_update(
        index_elements=[consents.c.person_id, consents.c.kind],
        set_={"granted": _new_consent.excluded.granted, "at": _new_consent.excluded.at},
    )
)


async def edit_profile(
    tx: Write,
    viewer: Viewer,
    edit: ProfileEdit,
    *,
    profile_url: Callable[[str], str],
    tag_url: Callable[[str], str],
    here: Collection[str] = (),
) -> None:
    """Change what the viewer shows of itself; `here` are the names of this server. Raises Invalid with the field that
    cannot be accepted."""
    me = own_actor(viewer)
    about = clean_text(edit.about, "about", ABOUT_MAX)
    parsed = markdown.parse(about)
    mentioned = await queries.resolve_names(tx, parsed.mentions, here)
    await tx.run(
        _EDIT,
        actor=me,
        new_name=clean_line(edit.name, "name", NAME_MAX),
        source=about,
        html=parsed.render({name: profile_url(one.handle) for name, one in mentioned.items()}, tag_url),
        new_pronouns=clean_line(edit.pronouns, "pronouns", PRONOUNS_MAX),
        new_locked=edit.locked,
    )
    await record(tx, ProfileEdited(actor_id=me))


async def set_who_quotes(tx: Write, viewer: Viewer, who: WhoQuotes) -> None:
    """Who may quote what the viewer posts, where a post says nothing else. Quotes there are stay."""
    await tx.run(_SET_WHO_QUOTES, actor=own_actor(viewer), who=who.value)


async def set_tabs(tx: Write, viewer: Viewer, tabs: Tabs) -> None:
    """Which tabs the viewer's profile has."""
    await tx.run(
        _SET_TABS,
        actor=own_actor(viewer),
        pictures=tabs.pictures,
        replied=tabs.replied_pictures,
        featured=tabs.featured,
    )


async def set_automated(tx: Write, viewer: Viewer, automated: bool) -> None:
    """Say that a program speaks, or that it is a person after all. Programs do not count in insights; whoever is a
    person again decides on that again."""
    me = own_actor(viewer)
    if not await tx.run(_SET_AUTOMATED, actor=me, is_one=automated):
        return
    if automated:
        await set_consent(tx, viewer, Consent.COUNT_IN_INSIGHTS, False)
    await record(tx, ProfileEdited(actor_id=me))


async def set_consent(tx: Write, viewer: Viewer, consent: Consent, granted: bool) -> None:
    """Agree or object; the moment of the decision is kept. What is automated never counts in insights."""
    me = own_actor(viewer)
    if consent is Consent.COUNT_IN_INSIGHTS and granted and (await queries.get_actor(tx, me)).automated:
        return
    if consent is Consent.BE_FOUND and granted != await queries.has_consent(tx, me, consent):
        await renew(tx, me)
    await note_consent(tx, me, consent, granted)


async def note_consent(tx: Write, person: int, consent: Consent, granted: bool) -> None:
    """The same of somebody of whom nobody has seen anything yet."""
    await tx.run(_SET_CONSENT, person_id=person, kind=consent.value, granted=granted, at=clock.now())
    await record(tx, ConsentChanged(person_id=person, consent=consent.value))
