"""Figures about a place are refused, with nothing of them in the refusal, to everybody who does not look after it now:
also to who did so before, or does so elsewhere."""

import pytest

from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft, GroupRole
from plausch.insights import actions
from plausch.insights.model import Community, Maker, Measure, Result, Scope, ScopeKind
from plausch.insights.model.awareness import Awareness
from plausch.insights.model.health import Figures, Health
from plausch.insights.model.loyalty import Loyalties
from plausch.insights.model.strategy import Target
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people import queries
from plausch.people.model import PageKind, Role, TeamRole, Viewer
from tests.harness.community import settle
from tests.web.conftest import Browser, OpenWeb, Web

#: Occurs in every finding, and nowhere else, as long as it is.
_FIGURE = 471_193_527
_REFUSED = (303, 403, 404)
_PAGES = (
    *("people", "health", "unanswered", "loyalty", "letters", "strategy", "awareness", "export"),
    *(f"export/{name}.{form}" for name in ("makers", "health", "loyalties", "target") for form in ("csv", "json")),
    *("export/history-week_people.csv", "export/memberships.json", "export/loyalty.csv", "export/graph.json"),
    *("export/awareness_posts.csv", "export/communities_usual.json", "export/loyalties-stages.csv"),
)


async def _keep(web: Web, scope: Scope, whom: int) -> None:
    findings = {
        Measure.MAKERS: (whom, Maker(voices=_FIGURE, circles=5, usual=12, begun=8, esteem=2.5)),
        Measure.HEALTH: (0, Health(Figures(people=_FIGURE, begun=_FIGURE))),
        Measure.LOYALTIES: (0, Loyalties(people=_FIGURE, stages=(_FIGURE, 0, 0, 0, 0, 0))),
        Measure.TARGET: (0, Target(people=_FIGURE, known=None, reached=None, talked=None, unknown=None)),
        Measure.AWARENESS: (
            0,
            Awareness(people=_FIGURE, posts=_FIGURE, weeks=(), voices=(), about=None, shares=()),
        ),
        Measure.COMMUNITIES_USUAL: (1, Community(_FIGURE, (f"word{_FIGURE}",), (), 0.5, 0.5, 0.2, 0.7)),
    }
    for measure, (subject, value) in findings.items():
        await actions.keep_finding(
            web.site.database, scope.id, measure, [Result(subject, value)], method="a method 7", as_of=clock.now()
        )
    async with web.site.database.write() as tx:
        await actions.keep_history(tx, scope.id, Measure.WEEK_PEOPLE, [(0, float(_FIGURE))], at=clock.now())


async def _is_refused(browser: Browser, of: str, pages: tuple[str, ...] = (*_PAGES, "adviser", "communities")) -> None:
    for page in pages:
        answer = await browser.get(f"/insights/{page}{f'?of={of}' if of else ''}")
        assert answer.status_code in _REFUSED, (page, of, answer.status_code)
        for written in (str(_FIGURE), f"{_FIGURE:,}"):
            assert written not in answer.text, (page, of)


async def test_whoever_does_not_look_after_a_place_learns_no_figure(web: Web) -> None:
    owner, anna = await web.join("wilma"), await web.join("anna")
    names = ("member", "elsewhere", "former", "banned", "asked", "gone", "author", "suspended")
    browsers = {name: await web.join(name) for name in names}
    await anna.submit("/groups/new", name="Chess", handle="chess", visibility="closed")
    await anna.submit("/groups/new", name="Council", visibility="secret")
    await browsers["elsewhere"].submit("/groups/new", name="Garden", handle="garden")
    async with web.site.database.write() as tx:
        ids = {name: one.id for name, one in (await queries.resolve_handles(tx, [*names, "anna", "chess"])).items()}
        looks_after, chess = Viewer(ids["anna"], ids["anna"]), ids["chess"]
        for name in ("member", "former", "banned", "suspended"):
            await groups.invite_to_group(tx, looks_after, chess, ids[name])
            await groups.accept_invitation(tx, Viewer(ids[name], ids[name]), chess)
        for name in ("former", "banned", "suspended"):
            await groups.set_group_role(tx, looks_after, chess, ids[name], GroupRole.MODERATOR)
        page = await people.create_page(tx, looks_after, "town", "Town", PageKind.TOWN)
        for name, role in (("gone", TeamRole.ADMIN), ("author", TeamRole.AUTHOR), ("asked", TeamRole.ADMIN)):
            await people.invite_to_team(tx, looks_after, page, name, role)
            if name != "asked":
                await people.accept_team(tx, Viewer(ids[name], ids[name]), page)
        for name in ("suspended", "former"):
            await people.set_role(tx, ids[name], Role.MODERATOR)
    await settle(web.site.database)
    for scope in (Scope(ScopeKind.SERVER), Scope(ScopeKind.GROUP, chess), Scope(ScopeKind.PAGE, page)):
        await _keep(web, scope, ids["anna"])

    # They may as long as they look after it.
    for browser, of in ((browsers["former"], "chess"), (browsers["gone"], "town"), (browsers["former"], "")):
        assert str(_FIGURE) in (await browser.get(f"/insights/export/makers.json{f'?of={of}' if of else ''}")).text
    assert str(_FIGURE) in (await browsers["author"].get("/insights/export/target.json?of=town")).text
    assert f"away,{_FIGURE}" in (await browsers["former"].get("/insights/export/loyalties-stages.csv?of=chess")).text
    assert (await browsers["former"].get("/insights/export/loyalties-nothing.csv?of=chess")).status_code == 404
    offered = (await browsers["former"].get("/insights/export?of=chess")).text
    assert "/insights/export/loyalties-stages.csv?of=chess" in offered
    assert "loyalties-moves" not in offered, "there is nothing in it"

    async with web.site.database.write() as tx:
        await groups.set_group_role(tx, looks_after, chess, ids["former"], GroupRole.MEMBER)
        await people.set_role(tx, ids["former"], Role.MEMBER)
        await groups.ban(tx, looks_after, chess, ids["banned"])
        await people.suspend(tx, ids["suspended"])
        await people.remove_from_team(tx, looks_after, page, ids["gone"])
    await settle(web.site.database)
    visitor = await web.open()
    for name in ("elsewhere", "banned", "suspended"):
        await _is_refused(browsers[name], "chess")
    await _is_refused(visitor, "chess")
    await _is_refused(owner, "chess")
    # Of a group one is in one learns what its communities are called, and nothing of anybody.
    for name in ("member", "former"):
        await _is_refused(browsers[name], "chess", _PAGES)
    for name in ("gone", "asked", "member"):
        await _is_refused(browsers[name], "town")
    await _is_refused(visitor, "town")
    await _is_refused(owner, "town")
    for name in ("member", "former", "author", "gone", "banned"):
        await _is_refused(browsers[name], "", _PAGES)
    await _is_refused(browsers["suspended"], "")


async def test_which_boards_a_group_has_is_for_those_inside(web: Web) -> None:
    owner, anna = await web.join("wilma"), await web.join("anna")
    await anna.submit("/groups/new", name="Chess", handle="chess", visibility="closed")
    async with web.site.database.write() as tx:
        known = await queries.resolve_handles(tx, ["anna", "chess"])
        viewer = Viewer(known["anna"].id, known["anna"].id)
        await groups.make_board(tx, viewer, known["chess"].id, BoardDraft(name="Openings"))
    for page in ("health", "export", "communities"):
        there, none = [await owner.get(f"/insights/{page}?of=chess&board={board}") for board in ("openings", "nothing")]
        assert (there.status_code, none.status_code) == (403, 403)
    assert (await anna.get("/insights/health?of=chess&board=openings")).status_code == 200
    assert (await anna.get("/insights/health?of=chess&board=nothing")).status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_nobody_gives_newcomers_round_and_round(open_web: OpenWeb) -> None:
    """Each time somebody stops to greet, others are told that it is their turn; nor is it done from another site."""
    web = await open_web(rate_limits="on")
    anna = await web.join("anna")
    foreign = {"sec-fetch-site": "cross-site", "origin": "https://example.net"}
    for path in ("greeting", "greeting/1", "unanswered/1", "strategy", "goals", "goals/1/remove"):
        answer = await anna.post(f"/insights/{path}", data={"do": "begin"}, headers=foreign)
        assert answer.status_code == 403, path
    answers = [
        (await anna.submit("/insights/greeting", do=("begin", "stop")[number % 2])).status_code for number in range(21)
    ]
    assert answers == [303] * 20 + [429]
