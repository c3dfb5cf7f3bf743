"""A plain model of a community, and the oracle: who may see which post, said without a database.

It shares no rule with the code under test; it was written from the sentences in ARCHITECTURE.md.
"""

from dataclasses import dataclass, field

#: Wide to narrow.
KINDS = ("public", "quiet", "followers", "connections", "participants")


@dataclass(frozen=True)
class Circle:
    """For whom a post is: a kind, and whose followers or connections, or who is named."""

    kind: str
    owner: int = 0
    named: frozenset[int] = frozenset()


@dataclass
class PlainPost:
    number: int
    id: int
    author: int
    circle: Circle
    local: bool
    parent: "PlainPost | None"
    tag: str
    #: One word for each wording it had; the last is the present one.
    words: list[str]
    picture: int | None = None
    #: The post it quotes, and whether its author took that back.
    quoted: "PlainPost | None" = None
    withdrawn: bool = False
    deleted: bool = False
    likers: set[int] = field(default_factory=set)
    #: Who shared it, with the share's id.
    sharers: dict[int, int] = field(default_factory=dict)

    @property
    def root(self) -> "PlainPost":
        return self.parent.root if self.parent else self


@dataclass
class World:
    """People are their ids; 0 is a visitor, who is nobody."""

    people: list[int] = field(default_factory=list)
    follows: set[tuple[int, int]] = field(default_factory=set)
    #: Both directions.
    connected: set[tuple[int, int]] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    mutes: set[tuple[int, int]] = field(default_factory=set)
    bookmarks: set[tuple[int, int]] = field(default_factory=set)
    absent: set[int] = field(default_factory=set)
    #: Who objected to being found by search.
    hidden: set[int] = field(default_factory=set)
    #: Who does not want their likes to be seen.
    shy: set[int] = field(default_factory=set)
    #: Tags that people follow.
    topics: set[tuple[int, str]] = field(default_factory=set)
    #: Conversations that people have muted, by their first post.
    muted_talks: set[tuple[int, int]] = field(default_factory=set)
    #: Each has at most one list; who was ever put on it.
    lists: dict[int, int] = field(default_factory=dict)
    listed: set[tuple[int, int]] = field(default_factory=set)
    #: Who limited by whom they may be quoted: to followers, or to nobody.
    quotable: dict[int, str] = field(default_factory=dict)
    posts: list[PlainPost] = field(default_factory=list)

    def blocked(self, one: int, other: int) -> bool:
        return (one, other) in self.blocks or (other, one) in self.blocks

    def near(self, viewer: int, other: int) -> bool:
        """The viewer may be shown the person."""
        return other not in self.absent and not self.blocked(viewer, other)

    def within(self, viewer: int, circle: Circle) -> bool:
        if circle.kind in ("public", "quiet"):
            return True
        if viewer == 0:
            return False
        if circle.kind == "participants":
            return viewer in circle.named
        ties = self.connected | self.follows if circle.kind == "followers" else self.connected
        return viewer == circle.owner or (viewer, circle.owner) in ties

    def sees(self, viewer: int, post: PlainPost) -> bool:
        """The oracle."""
        if post.deleted:
            return False
        if viewer == post.author:
            return True
        return (viewer != 0 or not post.local) and self.within(viewer, post.circle) and self.near(viewer, post.author)

    def seen_by(self, viewer: int) -> list[PlainPost]:
        return [post for post in self.posts if self.sees(viewer, post)]

    def may_be_named(self, author: int, wanted: set[int], parent: PlainPost | None) -> bool:
        """All of them: nobody is drawn into what they may not see."""
        return bool(wanted) and all(
            self.near(author, person) and (parent is None or self.sees(person, parent)) for person in wanted
        )

    def may_quote(self, who: int, post: PlainPost, circle: Circle, local: bool) -> bool:
        """In a new post for a circle: what everybody may see anywhere, one's own for fewer only for the same."""
        if not self.sees(who, post) or (post.local and not local):
            return False
        if who != post.author:
            allowed = self.quotable.get(post.author, "everybody")
            ties = self.connected | self.follows if allowed == "followers" else set()
            if allowed != "everybody" and (who, post.author) not in ties:
                return False
        if post.circle.kind in ("public", "quiet"):
            return True
        return who == post.author and circle == post.circle and circle.kind != "participants"

    def shows_quote(self, viewer: int, post: PlainPost) -> bool:
        """Somebody who sees the post sees in it what it quotes."""
        quoted = post.quoted
        return (
            quoted is not None
            and not post.withdrawn
            and self.sees(viewer, quoted)
            and not self.blocked(post.author, quoted.author)
        )

    def circle_of(self, author: int, kind: str | None, named: set[int], parent: PlainPost | None) -> Circle:
        """What becomes of a wish: a reply's circle is its parent's, or lies within it."""
        if parent is not None and (kind is None or KINDS.index(kind) <= KINDS.index(parent.circle.kind)):
            return parent.circle
        kind = kind or "public"
        if kind == "participants":
            return Circle(kind, named=frozenset({author} | named))
        if kind in ("public", "quiet"):
            return Circle(kind)
        open_parent = parent is None or parent.circle.kind in ("public", "quiet")
        return Circle(kind, owner=author if open_parent or parent is None else parent.circle.owner)
