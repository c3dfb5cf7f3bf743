"""What must hold of groups, boards, walls, pages, articles and what waits to be let through, read from the rows."""

from collections import Counter, defaultdict

from plausch.groups.model import GroupRole, Visibility
from plausch.groups.tables import bans, boards, groups, invitations, requests, roles
from plausch.kernel import clock
from plausch.people.model import ActorKind, Relation, Standing, TeamRole
from plausch.people.tables import actors, pages, relations, teams
from plausch.talk.model import OPEN, ApprovalStep, Attached, AudienceKind, Form
from plausch.talk.tables import approvals, article_authors, articles, conversations, drafts, series, topics
from tests.harness.stored import Row, Stored, audience_of, difference, first_word, miscounts


def faults_of_places(stored: Stored) -> list[str]:
    """Everything that contradicts itself there; empty when all is well."""
    return [
        *_groups(stored),
        *_topics(stored),
        *_walls(stored),
        *_pages(stored),
        *_waiting(stored),
        *_articles(stored),
    ]


def _groups(stored: Stored) -> list[str]:
    """Whoever is in a group is counted, has asked for nothing any more, and somebody owns it."""
    inside: dict[int, set[int]] = defaultdict(set)
    for row in stored.of(relations):
        if row["kind"] == Relation.MEMBER:
            inside[row["target_id"]].add(row["source_id"])
    there = {row["id"]: row for row in stored.of(actors) if row["kind"] == ActorKind.GROUP}
    faults = [f"members of {id_}, which is no group" for id_ in inside if id_ not in there]
    owners = {row["group_id"] for row in stored.of(roles) if row["role"] == GroupRole.OWNER}
    for row in stored.of(groups):
        id_ = row["group_id"]
        if there[id_]["standing"] == Standing.DELETED:
            faults += [f"group {id_} is gone and has members"] if inside[id_] else []
            continue
        faults += miscounts(f"group {id_}", row, {"members": len(inside[id_])})
        if id_ not in owners and row["closed_at"] is None:
            faults.append(f"group {id_} has no owner")
        if (there[id_]["standing"] == Standing.SECRET) != (row["visibility"] == Visibility.SECRET):
            faults.append(f"group {id_} is {row['visibility']}, its actor {there[id_]['standing']}")
    for actor, group in stored.pairs(roles, "actor_id", "group_id"):
        faults += [f"{actor} looks after group {group} and is not in it"] if actor not in inside[group] else []
    banned = [row for row in stored.of(bans) if row["ends_at"] is None or row["ends_at"] > clock.now()]
    for what, rows in (("asks", stored.of(requests)), ("is invited", stored.of(invitations)), ("is banned", banned)):
        faults += [
            f"{row['actor_id']} {what} and is in group {row['group_id']}"
            for row in rows
            if row["actor_id"] in inside[row["group_id"]]
        ]
    return [*faults, *_said_in_groups(stored)]


def _said_in_groups(stored: Stored) -> list[str]:
    """Nothing that is said in a group of few is for everybody, and what is for a group stays in it."""
    narrow = {row["group_id"] for row in stored.of(groups) if row["visibility"] != Visibility.PUBLIC}
    faults = []
    for id_, post in stored.posts.items():
        conversation = stored.conversations[post["conversation_id"]]
        if post["scope_kind"] == AudienceKind.GROUP:
            if (post["scope_id"], post["local_only"]) != (conversation["place_id"], True):
                faults.append(f"post {id_} is for a group in which it does not stand, or leaves it")
        elif conversation["place_id"] in narrow and post["scope_kind"] in OPEN:
            faults.append(f"post {id_} is for everybody, in a group of few")
        if conversation["scope_kind"] == AudienceKind.GROUP and audience_of(post) != audience_of(conversation):
            faults.append(f"post {id_} is for others than the group to which its conversation belongs")
    return faults


def _topics(stored: Stored) -> list[str]:
    """What is a topic stands in a board of its place, with the numbers of its conversation."""
    whose = {row["id"]: row["group_id"] for row in stored.of(boards)}
    faults = difference(
        "topic",
        [id_ for id_, row in stored.conversations.items() if row["form"] == Form.TOPIC],
        [row["conversation_id"] for row in stored.of(topics)],
    )
    for row in stored.of(topics):
        talk = stored.conversations.get(row["conversation_id"])
        if talk is None:
            continue
        numbers = {name: talk[name] for name in ("replies", "voices", "last_at")}
        faults += miscounts(f"topic {talk['id']}", row, numbers)
        if whose.get(row["board_id"]) != talk["place_id"]:
            faults.append(f"topic {talk['id']} stands in a board of another place")
        answer = stored.posts.get(row["answer_id"])
        if row["answer_id"] is not None and (answer is None or answer["conversation_id"] != talk["id"]):
            faults.append(f"topic {talk['id']} is answered by what is not in it")
    for row in stored.of(boards):
        parent = row["parent_id"]
        if parent and whose.get(parent) != row["group_id"]:
            faults.append(f"board {row['id']} is in a board of another place")
    return faults


def _walls(stored: Stored) -> list[str]:
    """What is on somebody's wall is for everybody, or for that one's people."""
    there = {row["id"]: row["kind"] for row in stored.of(actors)}
    faults = []
    for row in stored.of(conversations):
        place = row["place_id"]
        if place and place not in there:
            faults.append(f"conversation {row['id']} stands at {place}, which is nobody")
        elif place in (0, row["actor_id"]) or there[place] == ActorKind.GROUP:
            continue
        elif row["scope_kind"] not in OPEN and row["scope_id"] != place:
            faults.append(f"conversation {row['id']} is on a wall for others than its owner's people")
    return faults


def _pages(stored: Stored) -> list[str]:
    """Somebody looks after each page, and a person has written what it says."""
    kinds = {row["id"]: row["kind"] for row in stored.of(actors)}
    faults = difference(
        "page",
        [row["id"] for row in stored.of(actors) if (row["kind"], row["standing"]) == (ActorKind.PAGE, "active")],
        [row["page_id"] for row in stored.of(pages) if kinds.get(row["page_id"]) == ActorKind.PAGE],
    )
    team: dict[int, set[str]] = defaultdict(set)
    for row in stored.of(teams):
        if kinds.get(row["page_id"]) != ActorKind.PAGE or kinds.get(row["person_id"]) != ActorKind.PERSON:
            faults.append(f"{row['person_id']} is on the team of {row['page_id']}, which cannot be")
        if row["invited_by"] is None:
            team[row["page_id"]].add(row["role"])
    faults += [f"page {id_} has a team and no admin" for id_, found in team.items() if TeamRole.ADMIN not in found]
    for id_, post in stored.posts.items():
        speaks, wrote = post["actor_id"], post["author_id"]
        # Of whoever is gone not even the name is left.
        if speaks != wrote and (kinds[speaks] == ActorKind.PERSON or kinds.get(wrote) != ActorKind.PERSON):
            faults.append(f"post {id_} was written by {wrote} for {speaks}, which cannot be")
    return faults


def _waiting(stored: Stored) -> list[str]:
    """What waits is posted nowhere, somebody was asked; what was let through waits no more and was let through once."""
    steps: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(stored.of(approvals), key=lambda one: int(one["id"])):
        steps[row["draft_id"]].append(row)
    said = {first_word(post) for post in stored.posts.values()} - {""}
    faults = []
    for row in stored.of(drafts):
        if not row["waits_for"]:
            continue
        if row["waits_since"] is None:
            faults.append(f"draft {row['id']} waits since never")
        asked = steps[row["id"]]
        waiting = (ApprovalStep.SUBMITTED, ApprovalStep.CHANGED, ApprovalStep.APPROVED)
        if not asked or asked[-1]["step"] not in waiting or asked[-1]["post_id"] is not None:
            faults.append(f"draft {row['id']} waits, and nobody was asked")
        if first_word(row) in said:
            faults.append(f"draft {row['id']} waits and is posted")
    there = {row["id"] for row in stored.of(drafts)}
    for draft, found in steps.items():
        became = Counter(row["post_id"] for row in found if row["post_id"] is not None)
        if became.total() > 1:
            faults.append(f"draft {draft} was posted {became.total()} times")
        if became and draft in there:
            faults.append(f"draft {draft} was posted and is still there")
    return faults


def _articles(stored: Stored) -> list[str]:
    """An article is a post with a title, a row of its own, an author who stands first, and its series."""
    marked = {id_: post for id_, post in stored.posts.items() if post["attached"] & Attached.ARTICLE.value}
    rows = [row for row in stored.of(articles) if row["post_id"] in stored.posts]
    known = {row["id"]: row["blog_id"] for row in stored.of(series)}
    first = [(row["post_id"], row["actor_id"]) for row in stored.of(article_authors) if not row["place"]]
    return [
        *difference("article", marked, [row["post_id"] for row in rows]),
        *difference(
            "article",
            marked,
            [
                row["root_id"]
                for row in stored.conversations.values()
                if row["form"] == Form.ARTICLE and row["root_id"] in stored.posts
            ],
        ),
        *difference("first author", [(id_, post["actor_id"]) for id_, post in marked.items()], first),
        *(f"article {id_} has no title" for id_, post in marked.items() if not post["title"]),
        *(f"article {row['post_id']} has no text" for row in rows if not row["body_html"]),
        *(
            f"article {row['post_id']} is in a series of another blog"
            for row in rows
            if row["series_id"] is not None and known.get(row["series_id"]) != row["blog_id"]
        ),
        *(
            f"article {row['post_id']} is in another blog than where it stands"
            for row in rows
            if row["blog_id"]
            != (stored.conversations[row["post_id"]]["place_id"] or stored.posts[row["post_id"]]["actor_id"])
        ),
    ]
