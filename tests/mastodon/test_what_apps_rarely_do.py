"""With Mastodon.py against a real server: what few apps have a button for, and what moderators do."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import mastodon
import pytest

from plausch.people.model import Role
from tests.harness.server import Server
from tests.mastodon.conftest import PASSWORD, SCOPES, eventually, tokens

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

_LOOKING_AFTER = f"{SCOPES} admin:read admin:write"


def _apps(server: Server, given: list[str]) -> list[Any]:
    return [mastodon.Mastodon(access_token=token, api_base_url=server.url) for token in given]


def _ids(several: Any) -> list[Any]:
    return [one.id for one in several]


def test_lists_filters_markers_and_what_is_said_later(server: Server, database_url: str) -> None:
    anna, ines = _apps(server, asyncio.run(tokens(database_url, "anna", "ines")))
    me = anna.me()
    ines.account_follow(me)
    first = anna.status_post("Am Samstag ist Markt")

    # A list of its own: who is on it is no longer at home.
    street = ines.list_create("Mühlgasse", replies_policy="list", exclusive=True)
    assert street.exclusive
    ines.list_accounts_add(street, [me])
    assert _ids(ines.account_lists(me)) == [street.id]
    assert (_ids(ines.timeline_home()), _ids(ines.timeline_list(street))) == ([], [first.id])
    assert not ines.list_update(street, "Mühlgasse", exclusive=False).exclusive
    assert _ids(ines.timeline_home()) == [first.id]
    ines.list_accounts_delete(street, [me])
    assert _ids(ines.timeline_list(street)) == []

    # A filter that warns, then one that hides.
    words = [{"keyword": "Regen", "whole_word": True}]
    rain = ines.create_filter_v2("Wetter", ["home", "public"], "warn", keywords_attributes=words)
    wet = anna.status_post("Es gibt Regen")
    (warned, plain) = ines.timeline_home()
    assert (warned.filtered[0].filter.title, warned.filtered[0].keyword_matches) == ("Wetter", ["Regen"])
    assert (warned.id, plain.filtered) == (wet.id, [])
    snow = ines.add_filter_keyword_v2(rain, "Schnee")
    assert {one.keyword for one in ines.filter_keywords_v2(rain)} == {"Regen", "Schnee"}
    ines.delete_filter_keyword_v2(snow)
    ines.update_filter_v2(rain, filter_action="hide")
    assert _ids(ines.timeline_home()) == [first.id]
    ines.delete_filter_v2(rain)
    assert _ids(ines.timeline_home()) == [wet.id, first.id]

    # How far Ines has read, here and among her notifications.
    ines.markers_set(["home"], [wet])
    assert ines.markers_get(["home"]).home.last_read_id == str(wet.id)
    anna.status_reply(ines.status_post("Wer kommt?"), "Ich!")
    eventually(lambda: ines.notifications_unread_count().count, 1)
    ines.markers_set(["notifications"], [ines.notifications()[0]])
    assert ines.notifications_unread_count().count == 0

    # Several answers to a question, told only to who has voted, and only at the end where that is wanted.
    asked = anna.status_post("Was gibt es?", poll=anna.make_poll(["Brot", "Käse", "Blumen"], 600, multiple=True))
    assert [one.votes_count for one in ines.poll(asked.poll).options] == [None, None, None]
    voted = ines.poll_vote(asked.poll, [0, 2])
    assert (voted.own_votes, [one.votes_count for one in voted.options]) == ([0, 2], [1, 0, 1])
    with pytest.raises(mastodon.MastodonAPIError, match="422"):
        ines.poll_vote(asked.poll, [1])
    secret = anna.status_post("Und wann?", poll=anna.make_poll(["Früh", "Spät"], 600, hide_totals=True))
    assert [one.votes_count for one in ines.poll_vote(secret.poll, [0]).options] == [None, None]

    # Said tomorrow, or the day after, or not at all.
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    later = anna.status_post("Heute ist Markt!", scheduled_at=tomorrow, spoiler_text="Erinnerung")
    assert (later.scheduled_at, later.params.text) == (tomorrow, "Heute ist Markt!")
    assert anna.scheduled_status_update(later, tomorrow + timedelta(days=1)).scheduled_at > tomorrow
    assert _ids(anna.scheduled_statuses()) == [later.id]
    anna.scheduled_status_delete(later)
    assert anna.scheduled_statuses() == []


def test_somebody_joins_by_an_app_and_follows_as_they_like(server: Server, database_url: str) -> None:
    anna, ines = _apps(server, asyncio.run(tokens(database_url, "anna", "ines")))
    made = mastodon.Mastodon.create_app("Elster", scopes=["read", "write"], api_base_url=server.url)
    pia = mastodon.Mastodon(client_id=made[0], client_secret=made[1], api_base_url=server.url)
    with pytest.raises(mastodon.MastodonIllegalArgumentError, match="Password is too short"):
        pia.create_account("pia", "kurz", "pia@example.org", agreement=True, scopes=["read", "write"])
    pia.create_account("pia", PASSWORD, "pia@example.org", agreement=True, locale="de", scopes=["read", "write"])
    assert (pia.me().acct, pia.preferences()["posting:default:language"]) == ("pia", "de")
    assert pia.app_verify_credentials().name == "Elster"

    # Of Anna what she says herself, and that at once; not what she passes on.
    stands = pia.account_follow(anna.me(), reblogs=False, notify=True)
    assert (stands.following, stands.showing_reblogs, stands.notifying) == (True, False, True)
    anna.status_reblog(ines.status_post("Guten Tag zusammen"))
    own = anna.status_post("Der Markt ist offen")
    assert _ids(pia.timeline_home()) == [own.id]
    eventually(lambda: [(one.type, one.status.id) for one in pia.notifications()], [("status", own.id)])

    # What is said to Pia alone is a conversation; when it is read, nobody has to look again.
    said = anna.status_post("@pia Willkommen!", visibility="direct")
    eventually(lambda: [(one.unread, one.last_status.id) for one in pia.conversations()], [(True, said.id)])
    (talk,) = pia.conversations()
    assert _ids(talk.accounts) == [anna.me().id]
    assert not pia.conversations_read(talk).unread


def test_a_moderator_answers_a_report(server: Server, database_url: str) -> None:
    (gerda,) = _apps(server, asyncio.run(tokens(database_url, "gerda", scopes=_LOOKING_AFTER, role=Role.OWNER)))
    anna, ines = _apps(server, asyncio.run(tokens(database_url, "anna", "ines", scopes=_LOOKING_AFTER)))
    said = ines.status_post("Kauft billige Uhren")
    with pytest.raises(mastodon.MastodonAPIError, match="403"):
        anna.admin_reports()
    anna.report(ines.me(), [said], comment="Werbung", category="spam")
    (report,) = gerda.admin_reports()
    assert (report.comment, report.category, _ids(report.statuses)) == ("Werbung", "spam", [said.id])
    assert (report.account.username, report.target_account.username) == ("anna", "ines")
    assert [one.username for one in gerda.admin_accounts_v2(username="ine")] == ["ines"]

    gerda.admin_account_moderate(report.target_account, "silence", report_id=report.id, text="Keine Werbung bitte")
    assert gerda.admin_account(report.target_account).silenced
    assert gerda.admin_reports() == []
    assert _ids(gerda.admin_reports(resolved=True)) == [report.id]
    eventually(lambda: [one.type for one in ines.notifications()], ["moderation_warning"])
    gerda.admin_account_unsilence(report.target_account)
    assert not gerda.admin_account(report.target_account).silenced

    today = datetime.now(UTC)
    measures = gerda.admin_measures(today - timedelta(days=1), today + timedelta(days=1), new_users=True)
    assert measures[0].total == "3"
    assert [one.key for one in gerda.admin_dimensions(today, today, languages=True)] == ["languages"]


def test_a_moderator_keeps_machines_out(server: Server, database_url: str) -> None:
    (gerda,) = _apps(server, asyncio.run(tokens(database_url, "gerda", scopes=_LOOKING_AFTER, role=Role.OWNER)))
    domain = gerda.admin_create_email_domain_block("spam.example")
    address = gerda.admin_create_canonical_email_block(email="Otto.K+x@example.org")
    with pytest.raises(mastodon.MastodonAPIError, match="lock yourself out"):
        gerda.admin_create_ip_block("127.0.0.1", "no_access")
    network = gerda.admin_create_ip_block("198.51.100.0/24", "sign_up_block", comment="Bots", expires_in=3600)
    assert (network.ip, network.expires_at > network.created_at) == ("198.51.100.0/24", True)
    assert gerda.admin_update_ip_block(network, severity="sign_up_requires_approval").comment == "Bots"
    assert gerda.admin_test_canonical_email_block("ottok@example.org")[0].id == address.id
    assert gerda.admin_email_domain_block(domain).domain == "spam.example"
    gerda.admin_delete_email_domain_block(domain)
    gerda.admin_delete_canonical_email_block(address)
    gerda.admin_delete_ip_block(network)
    kept = (gerda.admin_email_domain_blocks(), gerda.admin_canonical_email_blocks(), gerda.admin_ip_blocks())
    assert kept == ([], [], [])
