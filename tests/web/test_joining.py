"""Coming in: after a look, by invitation, or with a reply begun as a visitor; and the first page of somebody new."""

import re
from collections.abc import AsyncIterator

import pytest

from plausch.community import actions as community_actions
from plausch.community.model import CommunityEdit
from plausch.kernel import clock
from plausch.people import actions, queries
from plausch.people import jobs as people_jobs
from plausch.people.model import DECLINED_FOR, VISITOR, Role, SignUp, Standing, Viewer
from plausch.settings import SignUpMode
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.model import Spot, WhoReplies
from tests.harness.community import publish, stored, tables_with
from tests.harness.mailbox import Mailbox, link_in, open_mailbox, text_of_letter
from tests.web.conftest import PASSWORD, Browser, OpenWeb, Web
from tests.web.test_people import eventually, person_of, text_of

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as opened:
        yield opened


async def own(web: Web, mode: SignUpMode | None = None, *, members_invite: bool = False) -> Browser:
    """Jonas, who owns the place, and has decided who may join."""
    jonas = await web.join("jonas", name="Jonas Weber")
    if mode is not None:
        async with web.site.database.write() as tx:
            edit = CommunityEdit(sign_up=mode, members_invite=members_invite)
            await community_actions.change_community(tx, await owner_of(web), edit)
        await web.site.held.renew()
    return jonas


async def owner_of(web: Web) -> Viewer:
    return await person_of(web, "jonas")


async def ask(browser: Browser, handle: str, **fields: str) -> str:
    """Where the form leads, or its status."""
    form = {"handle": handle, "email": f"{handle}@example.org", "password": PASSWORD, **fields}
    answer = await browser.submit("/sign-up", **form)
    return str(answer.headers.get("location", answer.status_code))


async def standing_of(web: Web, handle: str) -> Standing:
    async with web.site.database.read() as tx:
        account = await queries.find_account(tx, handle)
    assert account is not None
    return account.standing


async def test_let_in_after_a_look(open_web: OpenWeb, mailbox: Mailbox) -> None:
    web = await open_web(smtp_url=mailbox.url)
    jonas = await own(web, SignUpMode.APPROVAL)
    await jonas.submit(link_in(await mailbox.next_to("jonas@example.org")))
    pia = await web.open("de")
    assert "Warum möchtest du dazukommen?" in text_of(await pia.get("/sign-up"))
    assert await ask(pia, "pia", name="Pia Sommer") == "422", "a reason is needed"
    assert await ask(pia, "pia", name="Pia Sommer", reason="Ich <singe> im Chor", language="de") == "/sign-up/waiting"
    assert "Deine Anfrage ist unterwegs" in text_of(await pia.get("/sign-up/waiting"))
    signing_in = {"login": "pia", "password": PASSWORD}
    assert (await pia.submit("/sign-in", **signing_in)).headers["location"] == "/sign-up/waiting"
    assert (await pia.get("/settings")).status_code == 303, "not signed in"
    for path in ("/@pia", "/search?q=pia", "/people"):
        assert "Pia Sommer" not in text_of(await jonas.get(path)), path
    async with web.site.database.read() as tx:
        assert await queries.resolve_handles(tx, ["pia"]) == {}

    told = await mailbox.next_to("jonas@example.org", "would like to join")
    assert "Pia" not in text_of_letter(told), "who it is stands where it is decided"
    await ask(await web.open(), "otto", reason="I like chess")
    page = await jonas.get(link_in(told))
    assert "Pia Sommer @pia" in text_of(page)
    assert "Ich <singe> im Chor" in text_of(page)
    forms = re.findall(r'action="(/admin/people/\d+/(?:approve|decline))"', page.text)
    assert (await pia.submit(forms[0])).status_code == 303, "visitors are led to sign in"
    assert await standing_of(web, "pia") is Standing.WAITING
    assert (await jonas.submit(forms[0])).headers["location"].endswith("done=approved")
    assert (await jonas.submit(forms[1])).status_code == 404, "it is decided"
    assert (await jonas.submit(forms[3])).headers["location"].endswith("done=declined")

    welcome = await mailbox.next_to("pia@example.org", "Willkommen")
    assert link_in(welcome) == "/sign-in?next=/welcome"
    assert (await pia.submit("/sign-in", **signing_in)).headers["location"] == "/"
    assert "Pia Sommer" in text_of(await jonas.get("/@pia"))
    assert "not to let you join" in text_of_letter(await mailbox.next_to("otto@example.org", "About your request"))
    refused = await (await web.open()).submit("/sign-in", login="otto", password=PASSWORD)
    assert "Your request to join was declined" in text_of(refused)
    async with web.site.database.write() as tx:
        with clock.at(clock.now() + DECLINED_FOR):
            await people_jobs.end_accounts(tx, None)
    found = await stored(web.site.database)
    assert tables_with(found, "I like chess", "otto@example.org", "Ich <singe>") == set()


@only_sqlite
async def test_those_who_decide_get_one_letter_for_all(open_web: OpenWeb, mailbox: Mailbox) -> None:
    web = await open_web(smtp_url=mailbox.url)
    jonas = await own(web, SignUpMode.APPROVAL)
    for handle in ("pia", "otto", "ruth"):
        await ask(await web.open(), handle, reason="Because")
        await mailbox.next_to(f"{handle}@example.org")
    await mailbox.next_to("jonas@example.org", "would like to join")
    assert not [letter for to, letter in mailbox.letters if "would like to join" in letter["subject"]]
    assert "3" in str((await jonas.get("/admin/people/waiting")).text.count("approve"))


@only_sqlite
async def test_only_those_who_run_the_place_let_people_in(open_web: OpenWeb) -> None:
    web = await open_web()
    await own(web)
    anna, mira = await web.join("anna"), await web.join("mira")
    async with web.site.database.write() as tx:
        await actions.set_role(tx, (await person_of(web, "mira")).person, Role.MODERATOR)
    assert (await anna.get("/admin/people/waiting")).status_code == 403
    assert (await anna.submit("/admin/people/1/approve")).status_code == 403
    assert "Nobody is waiting" in text_of(await mira.get("/admin/people/waiting"))
    assert (await mira.submit("/admin/people/1/approve")).status_code == 404
    assert (await mira.get("/admin/mails")).status_code == 403


@only_sqlite
async def test_the_first_one_never_waits(open_web: OpenWeb) -> None:
    web = await open_web(sign_up="approval")
    assert "Why would you like" not in text_of(await (await web.open()).get("/sign-up"))
    assert await ask(await web.open(), "jonas") == "/welcome"
    assert (await person_of(web, "jonas")).role is Role.OWNER
    assert await ask(await web.open(), "anna", reason="Why not") == "/sign-up/waiting"


@pytest.mark.parametrize("mode", [SignUpMode.INVITE, SignUpMode.APPROVAL])
@only_sqlite
async def test_by_invitation(open_web: OpenWeb, mode: SignUpMode) -> None:
    web = await open_web()
    jonas = await own(web, mode, members_invite=True)
    made = await jonas.submit("/invitations", note="The <choir>", uses="1", days="7")
    page = await jonas.get(made.headers["location"])
    assert "The <choir>" in text_of(page)
    [link] = re.findall(r'value="http://localhost:8000(/join/[^"]+)"', page.text)
    code = link.removeprefix("/join/")

    anna = await web.open()
    assert await ask(anna, "anna") == {"invite": "403", "approval": "422"}[mode]
    ruth = await web.open()
    invited = text_of(await ruth.get(link))
    assert "Jonas Weber" in invited
    assert "Why would you like to join" not in invited
    assert await ask(ruth, "x", invitation=code) == "422", "a mistake uses nothing up"
    assert await ask(ruth, "ruth", name="Ruth", invitation=code) == "/welcome"
    viewer = await person_of(web, "ruth")
    async with web.site.database.read() as tx:
        assert (await queries.get_relationship(tx, viewer, (await owner_of(web)).person)).follows
    welcome = await ruth.get("/welcome")
    assert "Jonas Weber @jonas has invited you" in text_of(welcome)
    assert "/@jonas/connect" in welcome.text
    assert "Came by it: Ruth" in text_of(await jonas.get("/invitations"))

    otto = await web.open()
    assert (await otto.get(link)).status_code == 404, "used up"
    assert await ask(otto, "otto", invitation=code) == "422"


@only_sqlite
async def test_an_invitation_ends_and_is_revoked(open_web: OpenWeb) -> None:
    web = await open_web()
    jonas = await own(web, SignUpMode.INVITE)
    for _ in range(2):
        made = await jonas.submit("/invitations", note="", uses="5", days="1")
    page = (await jonas.get("/invitations")).text
    first, second = re.findall(r'value="http://localhost:8000(/join/[^"]+)"', page)
    revoke = re.findall(r'action="(/invitations/\d+/revoke)"', page)
    anna = await web.open()
    assert (await anna.get(first)).status_code == 200
    await jonas.submit(revoke[0])
    assert (await anna.get(first)).status_code == 404
    assert (await anna.get(second)).status_code == 200
    async with web.site.database.write() as tx:
        await actions.limit(tx, (await owner_of(web)).person)
    assert (await anna.get(second)).status_code == 404
    for path in ("/invitations", "/invitations?all=1"):
        rests = await jonas.get(path)
        assert "those you have made do not work" in text_of(rests)
        assert "does not work at the moment" in text_of(rests)
        assert second not in rests.text
    async with web.site.database.write() as tx:
        await actions.unlimit(tx, (await owner_of(web)).person)
    assert (await anna.get(second)).status_code == 200
    with clock.at(clock.now() + clock.DAY + 1):
        assert (await anna.get(second)).status_code == 404
        assert await ask(anna, "anna", invitation=second.removeprefix("/join/")) == "422"
    assert (await jonas.submit("/invitations", note="", uses="1000", days="7")).status_code == 422
    assert made.status_code == 303


@only_sqlite
async def test_who_may_invite(open_web: OpenWeb) -> None:
    web = await open_web()
    jonas = await own(web, SignUpMode.OPEN, members_invite=False)
    anna = await web.join("anna")
    form = {"note": "", "uses": "1", "days": "7"}
    assert (await anna.submit("/invitations", **form)).status_code == 422
    await own_allows(web)
    assert (await anna.submit("/invitations", **form)).status_code == 303
    everybodys = await jonas.get("/invitations?all=1")
    assert "made by anna" in text_of(everybodys)
    assert "made by anna" not in text_of(await jonas.get("/invitations"))
    assert "No invitation yet" in text_of(await (await web.join("ben")).get("/invitations?all=1"))
    [revoke] = re.findall(r'action="(/invitations/\d+/revoke)"', everybodys.text)
    ben = await web.open()
    assert (await ben.submit(revoke, all="")).headers["location"] == "/sign-in"
    await jonas.submit(revoke, all="1")
    assert "over" in text_of(await anna.get("/invitations"))


async def own_allows(web: Web) -> None:
    async with web.site.database.write() as tx:
        await community_actions.change_community(tx, await owner_of(web), CommunityEdit(members_invite=True))


async def begin(web: Web, **draft: object) -> int:
    """A public question of Jonas."""
    async with web.site.database.write() as tx:
        return await publish(tx, await owner_of(web), "Wer kommt zum Fest?", **draft)


async def draft_of(web: Web, handle: str, post: int) -> str:
    async with web.site.database.read() as tx:
        found = await talk.find_draft_at(tx, await person_of(web, handle), Spot(post))
    return found.source if found is not None else ""


@only_sqlite
async def test_a_visitor_writes_first_and_joins_then(web: Web) -> None:
    await own(web)
    post = await begin(web)
    pia = await web.open("de")
    page = await pia.get(f"/conversations/{post}")
    assert 'action="/begin"' in page.text
    kept = await pia.submit("/begin", reply_to=str(post), text="Ich bringe <Kuchen>!")
    assert (kept.status_code, kept.headers["location"]) == (303, "/sign-up")
    assert "aufgehoben" in text_of(await pia.get("/sign-up"))
    assert await ask(pia, "pia") == f"/compose?reply_to={post}"
    assert "Ich bringe <Kuchen>!" in text_of(await pia.get(f"/compose?reply_to={post}"))
    assert "Du hast eine Antwort begonnen" in text_of(await pia.get("/welcome"))
    assert "Kuchen" not in text_of(await (await web.open()).get(f"/conversations/{post}")), "nothing is published"
    assert (await pia.submit("/sign-in", login="pia", password=PASSWORD)).headers["location"] == "/", "once"


@only_sqlite
async def test_a_visitor_answers_one_particular_reply(web: Web) -> None:
    await own(web)
    first = await begin(web)
    async with web.site.database.write() as tx:
        answer = await publish(tx, await owner_of(web), "Gibt es Kuchen?", reply_to=first)
        alone = await publish(tx, await owner_of(web), "Nur gelesen", who_replies=WhoReplies.NOBODY)
    pia = await web.open()
    assert f'href="/begin?reply_to={answer}"' in (await pia.get(f"/conversations/{first}")).text
    page = await pia.get(f"/begin?reply_to={answer}")
    assert "Gibt es Kuchen?" in text_of(page)
    assert f'name="reply_to" value="{answer}"' in page.text
    await pia.submit("/begin", reply_to=str(answer), text="Apfelkuchen!")
    assert await ask(pia, "pia") == f"/compose?reply_to={answer}"
    assert await draft_of(web, "pia", answer) == "Apfelkuchen!"
    assert (await pia.get(f"/begin?reply_to={answer}")).headers["location"] == f"/compose?reply_to={answer}"
    other = await web.open()
    led = await other.get(f"/begin?reply_to={alone}")
    assert led.headers["location"] == f"/sign-in?next=%2Fcompose%3Freply_to%3D{alone}"
    assert (await other.get("/begin?reply_to=1")).status_code == 404


@only_sqlite
async def test_a_visitor_writes_first_and_signs_in_then(web: Web) -> None:
    await own(web)
    await web.join("anna")
    post = await begin(web)
    anna = await web.open()
    await anna.submit("/begin", reply_to=str(post), text="The first try", sign_in="yes")
    kept = await anna.submit("/begin", reply_to=str(post), text="The second", sign_in="yes")
    assert kept.headers["location"] == "/sign-in"
    signed_in = await anna.submit("/sign-in", login="anna", password=PASSWORD, next="/people")
    assert signed_in.headers["location"] == f"/compose?reply_to={post}"
    assert await draft_of(web, "anna", post) == "The second"


@only_sqlite
async def test_what_a_visitor_wrote_waits_with_them(open_web: OpenWeb) -> None:
    web = await open_web()
    await own(web, SignUpMode.APPROVAL)
    post = await begin(web)
    pia = await web.open()
    await pia.submit("/begin", reply_to=str(post), text="Until later")
    assert await ask(pia, "pia", reason="To answer") == "/sign-up/waiting"
    assert await draft_of(web, "pia", post) == "Until later"


@only_sqlite
async def test_members_invite_where_strangers_may_ask_too(web: Web) -> None:
    await own(web)
    ines = await web.join("ines")
    for mode, may in (
        (SignUpMode.OPEN, True),
        (SignUpMode.APPROVAL, True),
        (SignUpMode.INVITE, False),
        (SignUpMode.CLOSED, False),
    ):
        async with web.site.database.write() as tx:
            await community_actions.change_community(tx, await owner_of(web), CommunityEdit(sign_up=mode))
        await web.site.held.renew()
        made = await ines.submit("/invitations", uses="1", days="7")
        assert (made.status_code == 303) == may, (mode, made.status_code)


@only_sqlite
async def test_what_visitors_cannot_answer(web: Web) -> None:
    await own(web)
    visitor = await web.open()
    for draft in ({"local_only": True}, {"who_replies": WhoReplies.NOBODY}):
        post = await begin(web, **draft)
        assert (await visitor.submit("/begin", reply_to=str(post), text="x")).status_code in (403, 404), draft
    assert (await visitor.submit("/begin", reply_to="junk", text="x")).status_code == 404
    post = await begin(web)
    assert (await visitor.submit("/begin", reply_to=str(post), text=" ")).status_code == 422
    async with web.site.database.write() as tx:
        await community_actions.change_community(tx, await owner_of(web), CommunityEdit(sign_up=SignUpMode.CLOSED))
    assert (await visitor.submit("/begin", reply_to=str(post), text="x")).status_code == 403


@only_sqlite
async def test_what_a_visitor_wrote_is_forgotten(web: Web) -> None:
    await own(web)
    post = await begin(web)
    async with web.site.database.write() as tx:
        old = await talk_actions.begin_reply(tx, post, "Nevermore")
        with clock.at(clock.now() + talk_actions.WAITING_LIFE):
            assert await talk_actions.take_up_reply(tx, VISITOR, old) is None
            await talk_actions.prune_visitor_replies(tx)
        await talk_actions.begin_reply(tx, post, "Evermore")
        await talk_actions.remove_post(tx, await owner_of(web), post)

    async def gone() -> bool:
        return tables_with(await stored(web.site.database), "Nevermore", "Evermore") == set()

    await eventually(gone)


async def test_the_first_page_is_never_empty(web: Web) -> None:
    jonas = await own(web)
    alone = text_of(await jonas.get("/welcome"))
    for words in ("There are no topics yet", "You are the first", "Say hello"):
        assert words in alone
    async with web.site.database.write() as tx:
        await publish(tx, await owner_of(web), "Ein Satz über #Garten und #Küche")
        question = await publish(tx, await owner_of(web), "Wer hat Samen für den #Garten?")
        await publish(tx, await owner_of(web), "Heute ist Mittwoch.")
        await actions.sign_up(tx, SignUp(handle="otto", email="otto@example.org", password_hash="-"))
    pia = await web.join("pia")
    page = await pia.get("/welcome")
    assert "Jonas Weber" in text_of(page)
    assert text_of(page).index("#garten") < text_of(page).index("#küche"), "what more is said about comes first"
    assert "Wer hat Samen" in text_of(page), "a question rather than a statement"
    assert "Mittwoch" not in text_of(page)
    assert f"/conversations/{question}" in page.text
    chosen = await pia.submit("/welcome/topics", tag=["garten"], offered=["garten", "küche"])
    assert chosen.headers["location"] == "/welcome#people"
    assert re.search(r'value="garten" checked', (await pia.get("/welcome")).text)
    await pia.submit("/welcome/topics", offered=["garten", "küche"])
    assert not re.search(r'value="garten" checked', (await pia.get("/welcome")).text)
