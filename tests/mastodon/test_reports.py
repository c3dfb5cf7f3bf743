"""Reporting with apps, and looking after the place with them."""

from typing import Any

from plausch.moderation import actions as moderation
from plausch.moderation import queries
from plausch.moderation.model import DecisionKind, Verdict
from plausch.people.model import Role
from tests.mastodon.conftest import Town
from tests.mastodon.shapes import REPORT, check
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
