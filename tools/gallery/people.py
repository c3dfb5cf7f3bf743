"""Made-up people and conversations, with what is hard to set: long names, no pictures, a hundred replies."""

import shutil
from pathlib import Path
from typing import Any

from plausch.feeds.model import Card, Feed, Reason, ReasonKind
from plausch.kernel.clock import DAY, HOUR, MINUTE
from plausch.people.model import Actor, ActorKind, Standing, WhoQuotes
from plausch.talk.model import AudienceKind, Conversation, Picture, Post, WhoReplies
from plausch.web.tree import Branch, grow

NOW = 1_795_457_400_000
INES, MEHMET, TOWN, GERDA, JONAS, PIA, LONG, ARABIC = 101, 102, 103, 104, 105, 106, 107, 108
_NAMES = {
    INES: ("ines", "Ines Krüger"),
    MEHMET: ("mehmet", "Mehmet Aydın"),
    TOWN: ("lindenau", "Stadt Lindenau"),
    GERDA: ("gerda", "Gerda Hollmann"),
    JONAS: ("jonas", "Jonas Weiß"),
    PIA: ("pia", "Pia Sommer"),
    LONG: ("maximiliane_von_und_zu_altenlin", "Maximiliane Gräfin von und zu Altenlindenau-Oberniederwiesenthal"),
    ARABIC: ("samir", "سمير الخطيب"),
}
ACTORS = {
    id_: Actor(
        id_, ActorKind.PAGE if id_ == TOWN else ActorKind.PERSON, handle, name, "key" if id_ == GERDA else "",
        Standing.ACTIVE, False, 1, WhoQuotes.EVERYBODY,
    )
    for id_, (handle, name) in _NAMES.items()
}  # fmt: skip
_SHOWN = dict(enumerate(("apfelkuchen", "marktplatz", "fahrrad", "nebel", "katze", "postkarte", "stadtplan"), 901))


def _picture(id_: int, post: int) -> Picture:
    return Picture(id_, post, f"Ein Bild: {_SHOWN[id_]}", 1200, 900, "", "#9fc2b8")


def post(id_: int, actor: int, html: str, **other: Any) -> Post:
    values: dict[str, Any] = {
        "conversation_id": 1, "parent_id": None, "author_id": actor, "audience_kind": AudienceKind.PUBLIC,
        "scope_id": 0, "local_only": False, "warning": "", "language": "de", "published_at": NOW - 3 * HOUR,
        "edited_at": None,
        "deleted": False, "version": 1, "pictures_count": 0, "replies": 0, "likes": 0, "shares": 0, "liked": False,
        "shared": False, "bookmarked": False,
    }  # fmt: skip
    return Post(id=id_, actor_id=actor, html=html, **{**values, **other})


def conversation(id_: int, root: int, replies: int, seen: int | None = None, **other: Any) -> Conversation:
    values: dict[str, Any] = {
        "actor_id": TOWN, "audience_kind": AudienceKind.PUBLIC, "scope_id": 0, "local_only": False,
        "who_replies": WhoReplies.EVERYBODY, "talkers": "104 105 106 107", "voices": min(17, replies), "last_at": NOW,
        "seen": None if seen is None else replies - 4, "seen_upto": seen,
    }  # fmt: skip
    return Conversation(id=id_, root_id=root, replies=replies, **{**values, **other})


_MARKET = (
    '<p dir="auto">Der Marktplatz soll grüner werden. Zwei Entwürfe liegen im Rathaus aus: einer mit zwölf Linden, '
    "einer mit Wasserlauf. <strong>Welcher passt besser zum Wochenmarkt, und was fehlt beiden?</strong></p>"
)
_LIMES = "<p>Linden ja, aber nicht auf der Nordseite: dort stehen samstags die Kühlwagen. Wer zeichnet das ein?</p>"
_HELLO = (
    '<p dir="auto">Hallo zusammen! Ich spiele seit einem halben Jahr online und würde gern einmal an einem echten '
    'Brett sitzen. Kann ich am Donnerstag einfach vorbeikommen, oder soll ich mich anmelden? '
    '<a class="tag" href="/tags/schach">#schach</a> <a href="https://example.org/a"><span class="invisible">https://</span>'
    '<span class="ellipsis">example.org/ein-langer-weg</span><span class="invisible">/x</span></a></p>'
)
_EVERYTHING = (
    "<h3>Eine Überschrift</h3><p>Text mit <code>code</code> und einemsehrlangenwortohneleerzeichen" + "a" * 90 + "</p>"
    "<ul><li>eins</li><li>zwei</li></ul><blockquote><p>Ein Zitat</p></blockquote><pre><code>eine_sehr_lange_zeile = "
    + "x" * 120 + "</code></pre>"
)  # fmt: skip
PICTURES = {
    31: [_picture(901, 31)],
    41: [_picture(902, 41), _picture(903, 41)],
    51: [_picture(904, 51), _picture(905, 51), _picture(906, 51)],
    61: [_picture(907, 61), _picture(901, 61), _picture(902, 61), _picture(903, 61)],
}


def feed() -> Feed:
    """One card of each kind."""
    card = _cards()
    return Feed(tuple(card), ACTORS, PICTURES, None)


def _cards() -> list[Card]:
    plain, replied, shared = (Reason(kind, who) for kind, who in (
        (ReasonKind.POSTED, JONAS), (ReasonKind.REPLIED, MEHMET), (ReasonKind.SHARED, LONG),
    ))  # fmt: skip
    market = post(11, TOWN, _MARKET, author_id=MEHMET, liked=True, likes=12, shares=3, language="de")
    replies = (
        post(12, GERDA, _LIMES, parent_id=11, published_at=NOW - 2 * HOUR),
        post(13, JONAS, "<p>Hier, mit Maßen. Zwei Bäume weniger, dann passt es.</p>", parent_id=12,
             published_at=NOW - 20 * MINUTE),
    )  # fmt: skip
    near = AudienceKind.CONNECTIONS
    hello = post(21, ARABIC, _HELLO, published_at=NOW - 3 * DAY, audience_kind=near, local_only=True)
    cake = post(31, PIA, "<p>Apfelkuchen.</p>", pictures_count=1, conversation_id=3, shared=True, shares=1)
    town = post(41, LONG, "<p>Zwei Bilder.</p>", pictures_count=2, conversation_id=4, bookmarked=True)
    three = post(51, INES, "<p>Drei Bilder.</p>", pictures_count=3, conversation_id=5, edited_at=NOW)
    four = post(61, GERDA, "", pictures_count=4, conversation_id=6, warning="Sehr viele Stadtpläne, und die Wahl")
    return [
        Card(10, conversation(1, 11, 31, seen=12), replied, market, replies),
        Card(20, conversation(2, 21, 0, audience_kind=near), plain, hello, ()),
        Card(30, conversation(3, 31, 1), shared, cake, (post(32, INES, "<p>Mit Zimt?</p>", parent_id=31),)),
        Card(40, conversation(4, 41, 2), plain, town, ()),
        Card(50, conversation(5, 51, 0), Reason(ReasonKind.SHARED, INES), three, ()),
        Card(60, conversation(6, 61, 0), plain, four, ()),
        Card(70, conversation(7, 71, 3), plain, post(71, JONAS, _EVERYTHING * 3, conversation_id=7), ()),
        Card(80, conversation(8, 81, 3), replied, None, (post(82, MEHMET, "<p>Nur eine Antwort.</p>", parent_id=81),)),
    ]


def long_conversation() -> tuple[Conversation, Branch]:
    """A hundred replies: a long chain, a wide branch, a removed post, unread ones at the end."""
    names = (GERDA, JONAS, PIA, LONG, ARABIC, MEHMET, INES)
    posts = [post(1000, TOWN, _MARKET, author_id=MEHMET, likes=4)]
    for n in range(1, 101):
        parent = 1000 + (n - 1 if n <= 12 else 1 if n < 40 and n % 3 else n - 3 if n % 5 == 0 else 0)
        if n > 60 and n % 4 == 0:
            parent = 1000 + n - 8
        text = ("<p>Kurz.</p>", _LIMES, _HELLO)[n % 3]
        at = NOW - (101 - n) * 9 * MINUTE
        posts.append(
            post(1000 + n, names[n % 7], text, parent_id=parent, deleted=n == 3, published_at=at)
        )
    return conversation(1, 1000, 100, seen=1090), grow(posts, 1000, seen=1090, me=INES).root


def lay_out_pictures(folder: Path) -> None:
    """Put pictures where the pages look for them."""
    for id_, name in _SHOWN.items():
        for size in ("small", "large"):
            target = folder / "pictures" / str(id_) / size
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "demo" / f"{name}.webp", target)
    face = folder / "faces" / str(GERDA) / "small"
    face.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "demo" / "person-gerda.webp", face)
