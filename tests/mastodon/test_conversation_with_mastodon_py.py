"""A conversation of two people, held entirely with Mastodon.py against a real server."""

import asyncio
import io
from datetime import UTC, datetime, timedelta

import mastodon
import pytest
from PIL import Image

from plausch.people.model import Role
from tests.harness.server import Server
from tests.mastodon.conftest import tokens


@pytest.mark.slow
def test_anna_and_ines_talk(server: Server, database_url: str) -> None:
    anna, ines = (
        mastodon.Mastodon(access_token=token, api_base_url=server.url)
        for token in asyncio.run(tokens(database_url, "anna", "ines"))
    )
    me, other = anna.me(), ines.account_lookup("anna")
    assert me.id == other.id
    assert ines.account_follow(me.id).following
    anna.account_update_credentials(display_name="Anna B.", note="Am Markt", fields=[("Web", "https://a.example/")])
    assert ines.account(me.id).fields[0].name == "Web"

    file = io.BytesIO()
    Image.new("RGB", (40, 30), "#aa3322").save(file, "PNG")
    picture = anna.media_post(file.getvalue(), "image/png", description="Rot", focus=(0.5, 0.0))
    poll = anna.make_poll(["Samstag", "Sonntag"], 3600)
    said = anna.status_post("Wer kommt? #Markt", media_ids=[picture], visibility="public", language="de")
    asked = anna.status_post("Wann?", poll=poll, idempotency_key="einmal")
    assert anna.status_post("Wann?", poll=poll, idempotency_key="einmal").id == asked.id
    assert [one.id for one in ines.timeline_home()] == [asked.id, said.id]
    assert ines.poll_vote(asked.poll.id, [1]).own_votes == [1]
    assert ines.timeline_hashtag("markt")[0].media_attachments[0].description == "Rot"

    answer = ines.status_reply(ines.status(said.id), "Ich!")
    assert (answer.in_reply_to_id, answer.mentions[0].acct) == (said.id, "anna")
    assert [one.id for one in anna.status_context(said.id).descendants] == [answer.id]
    assert anna.status_favourite(answer.id).favourited
    assert ines.status_reblog(said.id).reblog.reblogged
    assert [one.acct for one in anna.status_reblogged_by(said.id)] == ["ines"]
    edited = ines.status_update(answer.id, "Ich auch!", spoiler_text="Zusage")
    assert edited.edited_at is not None
    assert len(anna.status_history(answer.id)) == 2
    assert ines.status_source(answer.id).text == "Ich auch!"
    assert ines.status_bookmark(said.id).bookmarked
    assert [one.id for one in ines.bookmarks()] == [said.id]
    assert anna.status_pin(said.id).pinned
    assert [one.id for one in ines.account_statuses(me.id, pinned=True)] == [said.id]

    secret = anna.status_post("@ines nur wir", visibility="direct")
    assert ines.status(secret.id).visibility == "direct"
    pages = ines.timeline_home(limit=1)
    seen = list(pages)
    while pages := ines.fetch_next(pages):
        seen += pages
    assert [one.id for one in seen] == [one.id for one in ines.timeline_home(limit=40)]
    newest = ines.timeline_home(min_id=asked.id, limit=1)
    assert len(newest) == 1
    assert ines.account_mute(me.id, duration=60).muting
    assert not ines.account_unmute(me.id).muting
    assert ines.account_note_set(me.id, "Vom Markt").note == "Vom Markt"
    assert anna.status_delete(said.id).text == "Wer kommt? #Markt"
    with pytest.raises(mastodon.MastodonNotFoundError):
        ines.status(said.id)
    assert ines.account_block(me.id).blocking
    assert list(ines.timeline_home()) != []
    assert me.id not in {one.account.id for one in ines.timeline_home()}


@pytest.mark.slow
def test_mara_looks_after_the_place(server: Server, database_url: str) -> None:
    found = asyncio.run(tokens(database_url, "mara", scopes="read write admin:read admin:write", role=Role.OWNER))
    mara = mastodon.Mastodon(access_token=found[0], api_base_url=server.url)
    block = mara.admin_create_domain_block("Spam.example", severity="silence", public_comment="Werbung")
    with pytest.raises(mastodon.MastodonAPIError, match="stricter limits on spam"):
        mara.admin_create_domain_block("spam.example", severity="suspend")
    changed = mara.admin_update_domain_block(block.id, severity="suspend", obfuscate=True)
    assert (changed.severity, changed.public_comment) == ("suspend", "Werbung")
    assert [one.domain for one in mara.admin_domain_blocks()] == ["spam.example"]
    assert [(one.domain, one.comment) for one in mara.instance_domain_blocks()] == [("spam.****ple", "Werbung")]
    mara.admin_delete_domain_block(block.id)
    assert mara.admin_domain_blocks() == []
    allowed = mara.admin_create_domain_allow("gut.example")
    assert mara.admin_domain_allow(allowed.id).domain == "gut.example"
    mara.admin_delete_domain_allow(allowed.id)
    assert mara.admin_domain_allows() == []

    mara.status_reply(mara.status_post("Wir gehen #baden"), "Heute!")
    period = {"start_at": datetime.now(UTC) - timedelta(days=6), "end_at": datetime.now(UTC)}
    kinds = dict.fromkeys(("active_users", "new_users", "interactions", "opened_reports", "resolved_reports"), True)
    tags = dict.fromkeys(("tag_accounts", "tag_uses", "tag_servers"), "baden")
    measures = {one.key: one for one in mara.admin_measures(**period, **kinds, **tags, instance_statuses="x.example")}
    assert set(measures) == {*kinds, *tags, "instance_statuses"}
    assert (measures["interactions"].total, len(measures["interactions"].data)) == ("1", 7)
    assert (measures["tag_uses"].total, measures["instance_statuses"].total) == ("1", "0")
    wanted = dict.fromkeys(("languages", "sources", "servers", "space_usage", "software_versions"), True)
    dimensions = {one.key: one.data for one in mara.admin_dimensions(**period, **wanted, tag_languages="baden")}
    assert set(dimensions) == {*wanted, "tag_languages"}
    assert (mara.admin_reject_trending_tag("baden").name, mara.admin_trending_tags()) == ("baden", [])
    assert (mara.admin_trending_links(), mara.admin_trending_statuses()) == ([], [])
