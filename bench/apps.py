"""What apps ask for: the Mastodon client API, read and written."""

from collections.abc import Sequence

from bench.measuring import get, measure
from plausch.feeds.actions import notify
from plausch.feeds.model import NotificationKind
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.talk import queries as talk
from tests.harness.server import Server

_NOTIFIED = 30


def requests_of(
    port: int, tokens: dict[int, str], crowd: Sequence[str], people: Sequence[int], thread: int
) -> list[tuple[str, list[str], int]]:
    """Name, requests in turn, and how many times."""
    follows, token = next(iter(tokens.items()))

    def ask(path: str, secret: str = token) -> str:
        return get(path, port, f"Authorization: Bearer {secret}")

    home, account = "/api/v1/timelines/home", f"/api/v1/accounts/{people[0]}"
    return [
        ("app: verify_credentials", [ask("/api/v1/accounts/verify_credentials")], 4000),
        (f"app: home 20, follows {follows}", [ask(home)], 2000),
        *((f"app: home 20, follows {n}", [ask(home, one)], 2000) for n, one in list(tokens.items())[1:]),
        (f"app: home 40, follows {follows}", [ask(f"{home}?limit=40")], 1000),
        ("app: home 20, 200 people in turn", [ask(home, one) for one in crowd], 2000),
        ("app: local 20", [ask("/api/v1/timelines/public?local=true")], 2000),
        ("app: context, 100 replies", [ask(f"/api/v1/statuses/{thread}/context")], 500),
        ("app: account statuses", [ask(f"{account}/statuses")], 2000),
        ("app: notifications 20", [ask("/api/v1/notifications?limit=20")], 2000),
        ("app: notifications, grouped", [ask("/api/v2/notifications?limit=20")], 1000),
        ("app: search accounts", [ask("/api/v1/accounts/search?q=person1")], 1000),
        ("app: search, all kinds", [ask("/api/v2/search?q=person1")], 1000),
        ("app: an account", [ask(account)], 2000),
    ]


async def add_notifications(tx: Write, reader: int, people: Sequence[int], thread: int) -> None:
    """Of the reader's own posts, liked by others, and of as many in which others have named it."""
    viewer = Viewer(reader, reader)
    own = [one.id for one in await talk.list_own_sources(tx, viewer, 0, _NOTIFIED)]
    branches = await talk.list_branches(tx, thread, 2 * _NOTIFIED)
    others = await talk.list_posts(tx, viewer, [one.id for one in branches])
    actors = [one for one in people if one != reader]
    for number, (mine, other) in enumerate(zip(own, others.values(), strict=False)):
        await notify(tx, reader, NotificationKind.LIKED, actors[number], post=mine)
        if other.actor_id != reader:
            await notify(tx, reader, NotificationKind.MENTIONED, other.actor_id, post=other.id, conversation=thread)


def measure_writing(server: Server, writer: str, reader: str, posts: Sequence[int], database: int | None) -> None:
    """Posting to all followers, and favourites, with all that follows from them."""
    cases = {
        "a post": [_post(server.port, writer, "/api/v1/statuses", '{"status":"Guten Morgen #Schach","language":"de"}')],
        "a favourite": [
            _post(server.port, reader, f"/api/v1/statuses/{one}/{act}", "{}")
            for one in posts
            for act in ("favourite", "unfavourite")
        ],
    }
    for name, requests in cases.items():
        figures = measure(server.pid, server.port, requests, count=200, connections=1, database=database)
        print(
            f"app: {name}, side effects included: {figures.cpu_ms:.2f} ms CPU (+ {figures.database_ms:.2f} in the "
            f"database), answered after {figures.p50_ms:.1f} ms (p99 {figures.p99_ms:.1f})"
        )


def _post(port: int, token: str, path: str, body: str) -> str:
    headers = [f"Authorization: Bearer {token}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    return get(path, port, *headers).replace("GET", "POST", 1) + body
