"""What the interaction graph has to be: worked out from all rows in plain Python, with nothing of ours."""

from collections import defaultdict
from typing import Any, NamedTuple

from plausch.insights.model.interactions import Rule
from plausch.storage import Database, metadata
from tests.harness.community import stored

Row = dict[str, Any]
Ledger = set[tuple[int, int, int, int, int, bool, int]]
Edges = dict[tuple[int, int, int], float]


class Kept(NamedTuple):
    """What is kept of the graph."""

    ledger: Ledger
    edges: Edges
    #: What the rows of the ledger add up to, by edge.
    sums: Edges


async def rows_of(database: Database) -> dict[str, list[Row]]:
    """Every row of every table, its columns by name."""
    found = await stored(database)
    return {
        name: [dict(zip(table.columns.keys(), row, strict=True)) for row in found[name]]
        for name, table in metadata.tables.items()
        if name in found
    }


def kept(rows: dict[str, list[Row]]) -> Kept:
    ledger: Ledger = set()
    sums: Edges = defaultdict(float)
    for row in rows["insights_interactions"]:
        *entry, amount = row.values()
        post, kind, source, target, place, open_, at = entry
        ledger.add((post, kind, source, target, place, bool(open_), at))
        for scope in ([0] if open_ else []) + ([place] if place else []):
            sums[scope, source, target] += amount
    edges = {tuple(row.values())[:3]: row["value"] for row in rows["insights_edges"] if row["count"]}
    assert all(row["value"] == 0 for row in rows["insights_edges"] if not row["count"])
    return Kept(ledger, edges, dict(sums))


def expected(rows: dict[str, list[Row]]) -> Ledger:
    """Who turned to whom, as it is said in words."""
    objected = {
        row["person_id"] for row in rows["people_consents"] if row["kind"] == "count_in_insights" and not row["granted"]
    }
    counted = {
        row["id"]
        for row in rows["people_actors"]
        if row["kind"] in ("person", "page") and row["standing"] in ("active", "limited") and row["id"] not in objected
    }
    visibility = {row["group_id"]: row["visibility"] for row in rows["groups_groups"]}
    place_of = {row["id"]: row["place_id"] for row in rows["talk_conversations"]}
    speaker = {row["id"]: row["actor_id"] for row in rows["talk_posts"]}
    where: dict[int, tuple[int, bool]] = {}
    found: Ledger = set()
    for row in rows["talk_posts"]:
        place = place_of[row["conversation_id"]]
        if row["deleted_at"] is not None:
            continue
        if row["scope_kind"] == "group":
            where[row["id"]] = (row["scope_id"], False)
        elif row["scope_kind"] in ("public", "quiet"):
            where[row["id"]] = (place, visibility[place] == "public") if place in visibility else (0, True)

    def add(post: int, kind: int, source: int, target: int, at: int) -> None:
        if post in where and source != target and {source, target} <= counted:
            found.add((post, kind, source, target, *where[post], at))

    at = {row["id"]: row["published_at"] for row in rows["talk_posts"]}
    for row in rows["talk_posts"]:
        if row["parent_id"] is not None:
            add(row["id"], 4, row["actor_id"], speaker[row["parent_id"]], row["published_at"])
    for row in rows["talk_mentions"]:
        add(row["post_id"], 2, speaker[row["post_id"]], row["actor_id"], at[row["post_id"]])
    for row in rows["talk_quotes"]:
        if row["withdrawn_at"] is None:
            add(row["post_id"], 5, speaker[row["post_id"]], speaker[row["quoted_id"]], at[row["post_id"]])
    for name, kind in (("talk_likes", 1), ("talk_shares", 3)):
        for row in rows[name]:
            add(row["post_id"], kind, row["actor_id"], speaker[row["post_id"]], row["at"])
    return found


def weighed(ledger: Ledger, rule: Rule, now: int) -> Edges:
    """The edges by the definition: what each counts, and how long ago it was."""
    found: Edges = defaultdict(float)
    weights = {1: rule.like, 2: rule.mention, 3: rule.share, 4: rule.reply, 5: rule.share}
    for _, kind, source, target, place, open_, at in ledger:
        for scope in ([0] if open_ else []) + ([place] if place else []):
            found[scope, source, target] += weights[kind] * 2 ** (-(now - at) / 86_400_000 / rule.half_life)
    return dict(found)
