"""Reporting with apps, and looking after the place with them."""

from datetime import UTC, datetime
from typing import Any

from plausch.insights.actions import keep_finding
from plausch.insights.model import Loyalties, Measure, Result
from plausch.insights.model.loyalty import FEW, Cohort
from plausch.kernel import clock
from plausch.moderation import actions as moderation
from plausch.moderation import queries
from plausch.moderation.model import DecisionKind, Verdict
from plausch.people.model import Role
from tests.mastodon.conftest import Town
from tests.mastodon.shapes import ADMIN_ACCOUNT, ADMIN_REPORT, REPORT, check
from tests.mastodon.test_notifications import say, settle


async def test_somebody_is_reported_and_decided_about(town: Town) -> None:
    anna, ben, cleo = await town.person("anna", role=Role.OWNER), await town.person("ben"), await town.person("cleo")
    post = await say(town, ben, "Kauft jetzt")
    said: dict[str, Any] = {"account_id": ben.id, "status_ids": [str(post)]}
    await cleo.post("/api/v1/reports", 422, **said)
    await cleo.post("/api/v1/reports", 422, **said, category="boring")
    await cleo.post("/api/v1/reports", 404, account_id=anna.id, status_ids=[str(post)], comment="Falsch")
    await cleo.post("/api/v1/reports", 404, account_id="1", comment="Wer?")
    made = await cleo.post("/api/v1/reports", **said, category="spam", forward=True)
    check(made, REPORT)
    assert (made["category"], made["status_ids"], made["action_taken"]) == ("spam", [str(post)], False)
    assert made["target_account"]["acct"] == "ben"
    await settle(town)
    (told,) = await anna.get("/api/v1/notifications")
    assert (told["type"], told["report"]["id"]) == ("admin.report", made["id"])
    async with town.site.database.write() as tx:
        report = await queries.get_report(tx, anna.viewer, int(made["id"]))
        verdict = Verdict(kind=DecisionKind.LIMITED, message="Keine Werbung")
        await moderation.decide_report(tx, anna.viewer, report.id, verdict)
    await settle(town)
    (warned,) = await ben.get("/api/v1/notifications")
    warning = warned["moderation_warning"]
    assert (warned["type"], warning["action"], warning["text"]) == ("moderation_warning", "silence", "Keine Werbung")
    (group,) = (await ben.get("/api/v2/notifications"))["notification_groups"]
    assert group["moderation_warning"]["id"] == warning["id"]
    assert await anna.get("/api/v1/notifications") == [], "nothing is left to be done"


async def test_those_who_look_after_the_place_do_so_with_an_app(town: Town) -> None:
    scopes = "read write admin:read admin:write"
    anna = await town.person("anna", scopes, role=Role.OWNER)
    mara = await town.person("mara", scopes, role=Role.MODERATOR)
    ben, cleo = await town.person("ben", scopes), await town.person("cleo")
    await town.person("dana")
    post = await say(town, ben, "Kauft jetzt")
    made = await cleo.post("/api/v1/reports", account_id=ben.id, status_ids=[str(post)], comment="Werbung")
    found = await mara.get("/api/v2/admin/accounts?status=active")
    check(found, ADMIN_ACCOUNT)
    assert [one["username"] for one in found] == ["dana", "cleo", "ben", "mara", "anna"]
    assert {one["email"] for one in found} == {""}, "addresses are for owners"
    (one,) = await anna.get("/api/v1/admin/accounts", username="ben")
    assert (one["email"], one["silenced"], one["confirmed"]) == ("ben@example.org", False, True)
    assert await anna.get("/api/v1/admin/accounts", remote="true") == []
    (report,) = await mara.get("/api/v1/admin/reports")
    check(report, ADMIN_REPORT)
    assert (report["id"], report["account"]["username"], report["target_account"]["username"]) == (
        made["id"],
        "cleo",
        "ben",
    )
    assert [status["id"] for status in report["statuses"]] == [str(post)]
    assert await mara.post(f"/api/v1/admin/reports/{made['id']}/assign_to_self") == report
    at = f"/api/v1/admin/accounts/{ben.id}"
    await mara.post(f"{at}/action", 422, type="disable")
    await mara.post(f"{at}/action", 422, type="silence")
    assert await mara.post(f"{at}/action", type="suspend", text="Werbung", report_id=made["id"]) == {}
    gone = await mara.get(at)
    assert (gone["suspended"], gone["account"]["suspended"]) == (True, True)
    check(gone, ADMIN_ACCOUNT)
    assert await mara.get("/api/v1/admin/reports") == []
    assert (await mara.get(f"/api/v1/admin/reports/{made['id']}"))["action_taken"] is True
    assert len(await mara.get("/api/v1/admin/reports", resolved="true")) == 1
    assert (await mara.post(f"{at}/unsuspend"))["suspended"] is False
    await mara.post(f"{at}/approve", 404)
    again = await cleo.post("/api/v1/reports", account_id=ben.id, comment="Wieder")
    assert (await mara.post(f"/api/v1/admin/reports/{again['id']}/resolve"))["action_taken"] is True
    keys = ["new_users", "opened_reports", "resolved_reports", "active_users", "unknown"]
    counted = {one["key"]: one for one in await anna.post("/api/v1/admin/measures", keys=keys)}
    assert {key: one["total"] for key, one in counted.items()} == {
        "new_users": "5",
        "opened_reports": "2",
        "resolved_reports": "2",
        "active_users": "5",
    }
    assert (len(counted["new_users"]["data"]), counted["new_users"]["data"][-1]["value"]) == (30, "5")
    (languages,) = await anna.post("/api/v1/admin/dimensions", keys=["languages"])
    assert languages["data"] == [{"key": "en", "human_key": "English", "value": "5"}]
    for path in ("domain_allows", "domain_blocks"):
        assert await anna.get(f"/api/v1/admin/{path}") == []
        await ben.get(f"/api/v1/admin/{path}", 403)
        await cleo.get(f"/api/v1/admin/{path}", 403)
    await ben.post("/api/v1/admin/retention", 403)
    await cleo.post("/api/v1/admin/retention", 403)
    # A token is not enough, and neither is a role.
    for path in ("accounts", f"accounts/{cleo.id}", "reports", f"reports/{made['id']}", "trends/tags"):
        await ben.get(f"/api/v1/admin/{path}", 403)
        await cleo.get(f"/api/v1/admin/{path}", 403)
    for path in (f"accounts/{cleo.id}/action", f"reports/{made['id']}/resolve", "trends/tags/x/reject", "measures"):
        await ben.post(f"/api/v1/admin/{path}", 403, text="Warum", keys=["opened_reports"])
    for act in ("approve", "reject", "enable", "unsilence", "unsuspend", "unsensitive"):
        await ben.post(f"/api/v1/admin/accounts/{cleo.id}/{act}", 403)


async def test_who_stays_is_told_by_month(town: Town) -> None:
    anna = await town.person("anna", "admin:read", role=Role.OWNER)
    assert await anna.post("/api/v1/admin/retention") == []
    december, january = (int(datetime(*day, tzinfo=UTC).timestamp() * 1000) for day in ((2025, 12, 1), (2026, 1, 1)))
    cohorts = (Cohort(december, 8, (1.0, 0.75, FEW)), Cohort(january, 6, (0.5,)))
    found = Result(0, Loyalties(people=14, cohorts=cohorts))
    await keep_finding(town.site.database, 0, Measure.LOYALTIES, [found], method="a method 7", as_of=clock.now())
    both = await anna.post("/api/v1/admin/retention", start_at="2025-12-24", end_at="2026-02-01", frequency="month")
    assert [(one["period"][:10], [(month["date"][:10], month["value"]) for month in one["data"]]) for one in both] == [
        ("2025-12-01", [("2025-12-01", "8"), ("2026-01-01", "6")]),
        ("2026-01-01", [("2026-01-01", "3")]),
    ]
    assert both[0]["data"][1]["rate"] == 0.75
    assert await anna.post("/api/v1/admin/retention", start_at="2026-01-31") == both[1:]
    assert await anna.post("/api/v1/admin/retention", end_at="2025-12-01") == both[:1]
    assert await anna.post("/api/v1/admin/retention", frequency="day") == []
