"""A few people and posts in which everything occurs that pages can show, made in a second by the real actions."""

from pathlib import Path
from typing import Any, NamedTuple

from plausch.community import actions as community
from plausch.community.model import CommunityEdit, DocumentKind, Operator, Rule, Wording
from plausch.community.queries import draft_document
from plausch.exchange.errands import ErrandKind, begin_errand
from plausch.feeds import actions as feeds
from plausch.feeds.model import FilterDraft, RecipeDraft
from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft, GroupDraft, GroupRole, Joining, PackDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.moderation import actions as moderation
from plausch.moderation.model import DecisionKind, ReportDraft, Verdict
from plausch.people import actions as people
from plausch.people import queries as people_queries
from plausch.people.actions.proofs import make_proof
from plausch.people.model import (
    SHOWN_CODE,
    AppForm,
    Consent,
    PageEdit,
    PageKind,
    ProfileEdit,
    Purpose,
    Role,
    SignUp,
    TeamRole,
    Viewer,
    WhoWrites,
)
from plausch.settings import SignUpMode, read_settings
from plausch.storage import Database, Write, open_database
from plausch.storage.media import MediaFiles, new_key
from plausch.talk import actions as talk
from plausch.talk.model import LABELS, ArticleDraft, AudienceKind, DraftText, Form, PollDraft, PostEdit, TopicKind
from tests.harness.community import NO_PASSWORD, connect, join, publish, settle
from tests.journeys.looking_back import look_back
from tests.journeys.visitors import photograph

#: Hard to set: long, and in another script.
_NAMES = {
    "anna": "Anna Ritter",
    "mehmet": "Mehmet Aydın",
    "maximiliane_von_und_zu_altenli": "Maximiliane Gräfin von und zu Altenlindenau-Oberniederwiesenthal",
    "samir": "سمير الخطيب",
    "pia": "Pia Sommer",
    "gerda": "Gerda Hollmann",
    "ruth": "Ruth Zeidler",
    "karl": "Karl",
}
_LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänskajütentürschlüsselanhängerverlosung"
_EVERYTHING = (
    f"## Eine Überschrift\n\nText mit `code`, {_LONG_WORD} und einer Adresse: "
    f"https://example.org/ein/sehr/langer/weg/{'x' * 90}\n\n"
    "- eins\n- zwei\n\n> Ein Zitat\n\n```\neine_sehr_lange_zeile = " + "x" * 160 + "\n```\n\n#Garten @anna"
)
REPLIES = 100


class Town(NamedTuple):
    """What a browser needs to know of it."""

    ines: Viewer
    #: Of her session.
    secret: str
    #: The conversation of a hundred replies, and a post of Ines in it.
    conversation: int
    own: int
    #: With a history.
    edited: int
    #: Of Anna, and quotes Ines.
    quoting: int
    #: Of Ines: a list, a filter, a feed of her own.
    list_: int
    filter_: int
    recipe: int
    #: Secrets of an invitation, of a letter, and of a link that stops mails.
    invitation: str
    letter: str
    stop: str
    #: How a program is called that asks to speak for somebody.
    app: str
    #: A report of Gerda's, a post of Mehmet's, and the appeal of Pia, who was warned, with the key to it.
    report: int
    reported: int
    appeal: int
    appeal_key: str
    warned: int
    #: The slug of an article of Anna's with everything in it, and the code of the link to a draft of Ines'.
    article: str
    preview: str
    #: A board of the community, a topic in it that asks, and a note of Ines' that may become one.
    board: int
    topic: int
    note: int
    #: A group of Ines', of which nobody but its members may read: a member, a post in it, and the code of its link.
    member: int
    tended: int
    entry: str
    #: A post of Anna's that waits to be let through by Ines, for her page @rathaus.
    waiting: int
    #: A weekly letter about that page.
    weekly: int


async def settle_town(url: str, data: Path, language: str) -> Town:
    """The town of Ines, who reads in this language."""
    database = await open_database(url)
    try:
        async with database.write() as tx:
            ines = await join(tx, "ines", name="Ines Krüger", locale=language, time_zone="Europe/Berlin", locked=True)
            others = {handle: await join(tx, handle, name=name) for handle, name in _NAMES.items()}
            for one in others.values():
                await people.set_consent(tx, one, Consent.BE_SUGGESTED, True)
            secret = await people.start_session(tx, ines.person, "Firefox, Linux")
            await people.start_session(tx, ines.person, "Safari, iPhone")
            await _introduce(tx, ines, others)
            await _look_after(tx, Viewer(ines.person, ines.person, Role.OWNER))
        media = MediaFiles(data / "media")
        conversation, own = await _talk(database, ines, list(others.values()))
        edited = await _show_pictures(database, media, ines, others["anna"])
        await _begin(database, ines, own)
        quoting = await _ask_and_quote(database, ines, others["anna"])
        in_order = await _settle_in(database, ines, others["anna"])
        owner = Viewer(ines.person, ines.person, Role.OWNER)
        secrets = await _invite(database, owner, others["anna"])
        report, reported, appeal, key, warned = await _quarrel(database, owner, others, data)
        article, preview = await _write_articles(database, media, ines, others["anna"])
        board, topic, note = await _open_forum(database, owner, others["anna"])
        member, tended, entry = await _gather(database, ines, others)
        waiting = await _found_a_page(database, ines, others["anna"], others["pia"])
        await settle(database)
        weekly = await look_back(database, ines, others["anna"])
        own_places = (*in_order, *secrets)
        return Town(
            ines,
            secret,
            conversation,
            own,
            edited,
            quoting,
            *own_places,
            report,
            reported,
            appeal,
            key,
            warned,
            *(article, preview),
            *(board, topic, note),
            *(member, tended),
            entry,
            *(waiting, weekly),
        )
    finally:
        await database.close()


async def _found_a_page(database: Database, ines: Viewer, anna: Viewer, pia: Viewer) -> int:
    """With all that a page may say, a team, a post that is signed, one on its wall, and one that waits."""
    about = PageEdit(
        kind=PageKind.TOWN,
        website="https://rathaus.example",
        address="Markt 1\nLindenau",
        email="rathaus@rathaus.example",
        phone="0123 456",
        hours="8-12, 13-18\n8-12\n\n8-18",
        imprint="Verantwortlich: **Ines Krüger**",
    )
    async with database.write() as tx:
        name = "Rathaus Donaudampfschifffahrtsgesellschaftskapitänskajütenamt"
        page = await people.create_page(tx, ines, "rathaus", name, PageKind.TOWN, "de")
        await people.edit_page(tx, ines, page, about)
        await people.set_who_writes(tx, page, WhoWrites.EVERYBODY)
        await people.invite_to_team(tx, ines, page, "anna", TeamRole.AUTHOR)
        await people.accept_team(tx, anna, page)
        await people.invite_to_team(tx, ines, page, "pia", TeamRole.EDITOR)
        post = await publish(tx, Viewer(ines.person, page), "Das Rathaus ist wieder offen", labels=LABELS)
        await publish(tx, anna, "Endlich! Ich komme gleich.", reply_to=post)
        await publish(tx, pia, "Danke für die neue Bank!", place=page, audience=AudienceKind.PUBLIC)
        text = DraftText(source="Am Samstag ist **Markt** mit " + _LONG_WORD, language="de")
        writing = Viewer(anna.person, page)
        return await talk.submit_post(tx, writing, text, ADDRESSES)


async def _introduce(tx: Write, ines: Viewer, others: dict[str, Viewer]) -> None:
    about = "Ich singe im Chor und grabe im #Garten. " + _LONG_WORD
    edit = ProfileEdit(name="Ines Krüger", about=about, pronouns="sie/ihr", locked=True)
    await people.edit_profile(tx, ines, edit, profile_url=ADDRESSES.profile, tag_url=ADDRESSES.tag)
    await connect(tx, ines, others["anna"])
    await connect(tx, others["anna"], others["mehmet"])
    for handle in ("mehmet", "maximiliane_von_und_zu_altenli", "samir"):
        await people.follow(tx, ines, others[handle].person)
    await people.ask_to_connect(tx, others["pia"], ines.person, "Wir singen beide im Chor, und ich bin neu hier.")
    await people.follow(tx, others["gerda"], ines.person)
    await people.mute(tx, ines, others["ruth"].person)
    await people.block(tx, ines, others["karl"].person)


async def _look_after(tx: Write, owner: Viewer) -> None:
    """Ines came first, so the place is hers: a rule, and an imprint in two versions."""
    rule = Rule(0, Wording(de=f"Keine {_LONG_WORD}."), Wording(de="Auch nicht heimlich.", en="Not even secretly."))
    await community.change_community(tx, owner, CommunityEdit(rules=(rule,)))
    words = draft_document(DocumentKind.IMPRINT, "Lindenau", Operator(name="Verein", email="wir@example.org"))
    for text in (Wording(de="Bald."), words):
        await community.publish_document(tx, owner, DocumentKind.IMPRINT, text)


async def _talk(database: Database, ines: Viewer, others: list[Viewer]) -> tuple[int, int]:
    """A long chain, wide branches, a removed reply, and what is not read yet."""
    speakers = [ines, *others[:6]]
    async with database.write() as tx:
        root = await publish(tx, others[0], _EVERYTHING)
        posts = [root]
        for number in range(1, REPLIES + 1):
            parent = posts[number - 1] if number <= 12 else posts[number // 3] if number % 4 else root
            text = _EVERYTHING if number % 25 == 0 else f"Antwort {number} auf die Frage nach dem #Garten."
            posts.append(await publish(tx, speakers[number % 7], text, reply_to=parent))
        own = posts[7 * 6]
        await talk.remove_post(tx, others[2], posts[3])
        await talk.mark_read(tx, ines, root, posts[80])
        for one in others[:4]:
            await talk.like_post(tx, one, own)
        shared = await talk.share_post(tx, others[1], own, via=own)
        await talk.share_post(tx, others[3], own, via=shared)
        await talk.share_post(tx, others[2], own)
        await people.set_consent(tx, others[2], Consent.COUNT_IN_INSIGHTS, False)
        await talk.bookmark_post(tx, ines, root)
        await talk.like_post(tx, ines, root)
    return root, own


async def _begin(database: Database, ines: Viewer, post: int) -> None:
    """What Ines has not sent yet: a reply, something for tomorrow, and what could not be posted."""
    now = clock.now()
    async with database.write() as tx:
        await talk.save_draft(tx, ines, DraftText(source=f"Angefangen mit {_LONG_WORD}", parent_id=post))
        later = DraftText(source="Morgen mehr", warning="Achtung", audience=AudienceKind.CONNECTIONS)
        await talk.schedule_draft(tx, ines, later, now + clock.DAY, ADDRESSES)
        gone = await publish(tx, ines, "Nicht mehr da")
        late = DraftText(source="Zu spät", parent_id=gone)
        failed = await talk.schedule_draft(tx, ines, late, now + clock.SECOND, ADDRESSES)
        await talk.remove_post(tx, ines, gone)
    with clock.at(now + 2 * clock.SECOND):
        async with database.write() as tx:
            await talk.publish_due_draft(tx, failed, ADDRESSES)


async def _show_pictures(database: Database, media: MediaFiles, ines: Viewer, anna: Viewer) -> int:
    """Posts with one and four pictures, behind a warning, for few; one that was edited."""
    keys = {name: new_key() for name in ("large", "small")}
    for key in keys.values():
        await media.put(key, photograph())
    files = [(name, "image/jpeg", key) for name, key in keys.items()]
    async with database.write() as tx:
        await people.set_picture(tx, anna, ".".join(keys.values()))
        for count, more in ((1, {}), (4, {"warning": "Vier Bilder auf einmal"}), (2, {"local_only": True})):
            pictures = [
                await talk.add_picture(
                    tx, anna, files=files, width=900, height=600, blurhash="", colour="#2b6e80", alt=f"Beet {number}"
                )
                for number in range(count)
            ]
            await publish(tx, anna, "Aus dem #Garten", pictures=tuple(pictures), **more)
        await publish(tx, anna, "Nur für dich", audience=AudienceKind.PARTICIPANTS, participants=(ines.person,))
        edited = await publish(tx, ines, "Der erste Wortlaut", audience=AudienceKind.CONNECTIONS)
        await talk.edit_post(tx, ines, edited, PostEdit(source="Der zweite Wortlaut #Garten"), ADDRESSES)
    return edited


async def _write_articles(database: Database, media: MediaFiles, ines: Viewer, anna: Viewer) -> tuple[str, str]:
    """One with all that articles can have, two more of its series, and one that is shown before it is posted."""
    keys = {name: new_key() for name in ("large", "small")}
    for key in keys.values():
        await media.put(key, photograph())
    look = {"width": 900, "height": 600, "blurhash": "", "colour": "#2b6e80", "alt": "Beet"}
    async with database.write() as tx:
        files = [(name, "image/jpeg", key) for name, key in keys.items()]
        cover, inside = [await talk.add_picture(tx, anna, files=files, **look) for _ in range(2)]  # type: ignore[arg-type]
        table = f"| Posten | {_LONG_WORD} |\n|---|--:|\n| Erde | 12 € |\n"
        source = (
            f'Ein Anfang.[^1]\n\n{_EVERYTHING}\n\n### Geld\n\n{table}\n![](picture:{inside} "Am Abend")\n\n[^1]: Bald.'
        )
        more = {"subtitle": _LONG_WORD, "cover": cover, "series": "Der Garten", "authors": "@ines, @mehmet"}
        made = ArticleDraft(title="Alles auf einmal", source=source, language="de", **more)  # type: ignore[arg-type]
        post = await talk.publish_article(tx, anna, made, ADDRESSES)
        for title in ("Davor", f"Danach: {_LONG_WORD}"):
            small = ArticleDraft(title=title, source="Kurz. #Garten", language="de", series="Der Garten")
            await talk.publish_article(tx, anna, small, ADDRESSES)
        await talk.agree_to_authorship(tx, ines, post)
        await publish(tx, ines, "Schön beschrieben", reply_to=post)
        text = DraftText(source=f"## Eins\n\n{_EVERYTHING}", title="Noch nicht fertig", form=Form.ARTICLE)
        draft = await talk.save_draft(tx, ines, text)
        assert draft is not None
        return "alles-auf-einmal", await talk.make_preview_link(tx, ines, draft)


async def _gather(database: Database, ines: Viewer, others: dict[str, Viewer]) -> tuple[int, int, str]:
    """A closed group with all that there is to look after in it."""
    anna, pia, karl = others["anna"], others["pia"], others["karl"]
    async with database.write() as tx:
        draft = GroupDraft(
            name=f"Nachtwache {_LONG_WORD}"[:78],
            handle="nachtwache",
            about=_EVERYTHING,
            rules=_EVERYTHING,
            topics=("garten", "nacht"),
            visibility=Visibility.CLOSED,
            joining=Joining.REQUEST,
            question="Kannst du nachts wach bleiben?",
            slow_mode=clock.MINUTE,
            approve_first=1,
        )
        group = await groups.create_group(tx, ines, draft, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
        await groups.ask_to_join(tx, anna, group, "Ja")
        await groups.accept_joining(tx, ines, group, anna.person)
        await groups.set_group_role(tx, ines, group, anna.person, GroupRole.MODERATOR)
        await groups.ask_to_join(tx, pia, group, _LONG_WORD)
        await groups.ban(tx, ines, group, karl.person, f"Schläft ein, {_LONG_WORD}", clock.now() + clock.DAY)
        code = await groups.make_link(tx, ines, group, 5, clock.DAY)
        tended = await publish(tx, ines, "Wer wacht heute?", place=group)
        await talk.pin_in_group(tx, ines, tended)
        secret = GroupDraft(name=_LONG_WORD[:78], visibility=Visibility.SECRET)
        kept = await groups.create_group(tx, anna, secret, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
        await groups.invite_to_group(tx, anna, kept, ines.person)
        await groups.make_pack(tx, ines, PackDraft(name="Neu hier", about=_LONG_WORD, members="ines anna nachtwache"))
        asking = await groups.make_pack(tx, anna, PackDraft(name=_LONG_WORD[:78], members="anna ines nachtwache"))
        await groups.feature_pack(tx, Viewer(anna.person, anna.person, Role.OWNER), asking, True)
    return anna.person, tended, code


async def _open_forum(database: Database, owner: Viewer, anna: Viewer) -> tuple[int, int, int]:
    """Boards in boards, topics of every kind, an answer; and the forum of a group."""
    async with database.write() as tx:
        about = BoardDraft(name="Rund um den Garten", about=_EVERYTHING.partition("\n")[0] + " " + _LONG_WORD)
        board = await groups.make_board(tx, owner, 0, about)
        await groups.make_board(tx, owner, 0, BoardDraft(name=_LONG_WORD[:78], parent_id=board))
        club = GroupDraft(name="Beetgruppe", handle="beetgruppe")
        group = await groups.create_group(tx, anna, club, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
        inner = await groups.make_board(tx, anna, group, BoardDraft(name="Beete"))
        await publish(tx, anna, "Tief?", place=group, board=inner, form=Form.TOPIC, title="Wie tief")
        where: dict[str, Any] = {"board": board, "form": Form.TOPIC}
        topic = await publish(tx, owner, "Sagt mal #garten", title="Wann?", topic=TopicKind.QUESTION, **where)
        answer = await publish(tx, anna, "Im Mai", reply_to=topic)
        await publish(tx, anna, f"Oder im Juni, {_LONG_WORD}", reply_to=topic)
        await talk.accept_answer(tx, owner, answer)
        told = await publish(tx, owner, "Zu", title=_LONG_WORD, topic=TopicKind.ANNOUNCEMENT, **where)
        await talk.pin_topic(tx, owner, told)
        await talk.lock_conversation(tx, owner, told)
        poll = PollDraft(options=("Rot", "Grün"))
        await publish(tx, anna, "Farbe?", title="Farbe", topic=TopicKind.POLL, poll=poll, **where)
        note = await publish(tx, Viewer(owner.person, owner.person), "Wer gräbt mit?")
    return board, topic, note


async def _ask_and_quote(database: Database, ines: Viewer, anna: Viewer) -> int:
    """A poll that runs and one that has ended; a quote, the same again withdrawn, and one of what is gone."""
    now = clock.now()
    with clock.at(now - 2 * clock.DAY):
        async with database.write() as tx:
            await publish(tx, anna, "Was gab es?", poll=PollDraft(options=("Kartoffeln", _LONG_WORD)))
    async with database.write() as tx:
        poll = PollDraft(options=("Tomaten", "Zucchini", _LONG_WORD), multiple=True)
        await publish(tx, anna, "Was pflanzen wir?", poll=poll)
        said = await publish(tx, ines, "Am Samstag wird gegraben")
        quoting = await publish(tx, anna, "Wer kommt mit?", quote=said)
        withdrawn = await publish(tx, anna, "Ich nicht", quote=said)
        await talk.withdraw_quote(tx, ines, withdrawn)
    return quoting


async def _settle_in(database: Database, ines: Viewer, anna: Viewer) -> tuple[int, int, int]:
    """What Ines has put in order for herself: a list, a filter, a feed, a topic, a search, an archive on its way."""
    draft = FilterDraft(phrase=_LONG_WORD, ends_at=clock.now() + clock.DAY)
    async with database.write() as tx:
        list_ = await feeds.make_list(tx, ines, "Nachbarn am Lindenplatz")
        await feeds.add_to_list(tx, ines, list_, anna.person)
        filter_ = await feeds.add_filter(tx, ines, draft)
        recipe = await feeds.make_recipe(
            tx, ines, RecipeDraft(name=_LONG_WORD[:40], tags="garten", actors=(anna.person,))
        )
        await feeds.follow_tag(tx, ines, "garten")
        await feeds.keep_search(tx, ines, "from:anna has:picture")
        await begin_errand(tx, ines, ErrandKind.IMPORT)
    return list_, filter_, recipe


async def _invite(database: Database, owner: Viewer, anna: Viewer) -> tuple[str, str, str, str]:
    """An announcement, somebody who waits, an invitation, a letter to Anna, an app; the secrets of the links."""
    async with database.write() as tx:
        text = f"Am Samstag steht der Server still. {_LONG_WORD}"
        await community.announce(tx, owner, text, tag_url=ADDRESSES.tag)
        form = SignUp(handle="otto", email="otto@example.org", password_hash=NO_PASSWORD, reason=_LONG_WORD)
        await people.arrive(tx, form, SignUpMode.APPROVAL)
        await people.invite(tx, owner, note="Chor", uses=5, ends_at=clock.now() + clock.DAY, members_may=True)
        (invitation,) = await people_queries.list_invitations(tx, owner)
        letter = await make_proof(tx, anna.person, Purpose.RESET, "anna@example.org")
        stop = await feeds.make_stop_token(tx, owner.person, None)
        scopes = "read write:statuses write:media follow push admin:read:accounts"
        app, _ = await people.register_app(tx, AppForm(_LONG_WORD, (SHOWN_CODE,), scopes))
        return invitation.code, letter, stop, app.client_id


async def _quarrel(
    database: Database, owner: Viewer, others: dict[str, Viewer], data: Path
) -> tuple[int, int, int, str, int]:
    """Somebody is reported by two, somebody else was warned and objects."""
    settings, _ = read_settings({"data": str(data)}, {})
    async with database.write() as tx:
        post = await publish(tx, others["mehmet"], f"Ihr Pappnasen! {_LONG_WORD}", warning="Derb")
        draft = ReportDraft(posts=(post,), note=f"Das verletzt. {_LONG_WORD}")
        report = await moderation.report(tx, others["gerda"], draft, settings)
        await moderation.report(tx, Viewer(owner.person, owner.person), draft, settings)
        await moderation.report(tx, others["anna"], ReportDraft(person=others["samir"].person, note="Spam"), settings)
        verdict = Verdict(kind=DecisionKind.WARNED, message=f"So nicht. {_LONG_WORD}")
        decision = await moderation.decide(tx, owner, others["pia"].person, verdict)
        await moderation.appeal(tx, others["pia"], decision, "Das war ein Zitat.")
        return report, post, decision, await moderation.make_appeal_key(tx, decision), others["pia"].person
