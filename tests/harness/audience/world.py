"""A plain model of a community, and the oracle: who may see which post, said without a database.

It shares no rule with the code under test; it was written from the sentences in ARCHITECTURE.md.
"""

from dataclasses import dataclass, field
from typing import Any

#: Wide to narrow. What is said in a closed or secret group is of the kind "group", which nobody wishes for.
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
    #: Who wrote it, where somebody else speaks: a page or a group.
    writer: int = 0
    #: Of the first post: the group or the person on whose wall it is, the board it stands in, what stands above.
    place: int = 0
    board: int = 0
    article: bool = False
    locked: bool = False
    pinned: bool = False
    #: Who is to be named beside its author, and whether they agreed.
    authors: dict[int, bool] = field(default_factory=dict)

    @property
    def root(self) -> "PlainPost":
        return self.parent.root if self.parent else self


@dataclass
class PlainGroup:
    """The first person has founded it and owns it for ever."""

    number: int
    id: int
    #: "public", "closed" or "secret".
    visibility: str
    #: "open" or "request"; whom nobody knows, nobody asks: by invitation.
    joining: str
    board: int
    #: Another board.
    shelf: int = 0
    #: How many posts of a newcomer somebody has to let through.
    newcomers: int = 0
    members: set[int] = field(default_factory=set)
    guardians: set[int] = field(default_factory=set)
    banned: set[int] = field(default_factory=set)
    #: Who was asked to join, and by whom.
    invited: dict[int, int] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    declined: set[int] = field(default_factory=set)
    closed: bool = False

    @property
    def word(self) -> str:
        """In its name, whatever becomes of it."""
        return f"g{self.number:03}g"


@dataclass
class PlainDraft:
    """What is not posted: it waits for somebody who lets it through, or nobody but its author knows of it."""

    id: int
    word: str
    tag: str
    #: The actor it is to be of, and who writes it.
    author: int
    writer: int
    #: Who decides, or 0 for a draft of one's own.
    waits_for: int = 0
    #: What is to be said, as the script has it.
    said: Any = None
    #: What stands in the link with which others read it, if there is one.
    link: str = ""


@dataclass
class PlainPack:
    """A starter pack."""

    id: int
    maker: int
    #: People and groups, who are "asked", have "agreed" or "declined".
    members: dict[int, str] = field(default_factory=dict)
    featured: bool = False


@dataclass
class World:
    """People are their ids; 0 is a visitor, who is nobody.

    A page and a group have ids, too: what is said of people here, is said of all who speak.
    """

    people: list[int] = field(default_factory=list)
    groups: list[PlainGroup] = field(default_factory=list)
    #: Names of groups that were deleted.
    gone: set[str] = field(default_factory=set)
    #: Pages of organisations, and who speaks for them as what: "admin" or "author".
    pages: dict[int, dict[int, str]] = field(default_factory=dict)
    #: Who is looking or acting, where it is done as a page or a group.
    hands: dict[int, int] = field(default_factory=dict)
    #: A board of the whole community.
    board: int = 0
    drafts: list[PlainDraft] = field(default_factory=list)
    packs: list[PlainPack] = field(default_factory=list)
    #: All links to drafts that ever were, also those that have ended.
    links: set[str] = field(default_factory=set)
    #: So many were ever made.
    drafted: int = 0
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
    #: Everybody's own feeds.
    recipes: dict[int, list[int]] = field(default_factory=dict)
    listed: set[tuple[int, int]] = field(default_factory=set)
    #: Who limited by whom they may be quoted: to followers, or to nobody.
    quotable: dict[int, str] = field(default_factory=dict)
    posts: list[PlainPost] = field(default_factory=list)

    def blocked(self, one: int, other: int) -> bool:
        return (one, other) in self.blocks or (other, one) in self.blocks

    @property
    def actors(self) -> list[int]:
        """All who can speak."""
        return [*self.people, *self.pages, *(group.id for group in self.groups)]

    def group(self, id_: int) -> PlainGroup | None:
        return next((group for group in self.groups if group.id == id_), None)

    def knows(self, viewer: int, group: PlainGroup) -> bool:
        """The viewer may know that there is such a group."""
        inside = viewer in group.members or viewer == group.id
        return (group.visibility != "secret" or inside) and not self.blocked(viewer, group.id)

    def near(self, viewer: int, other: int) -> bool:
        """The viewer may be shown the person, the page or the group."""
        group = self.group(other)
        if group is not None and not self.knows(viewer, group):
            return False
        return other not in self.absent and not self.blocked(viewer, other)

    def wrote(self, viewer: int, post: PlainPost) -> bool:
        """It is the viewer's own: said by whom it acts as, or by the person behind it, or for whom that one speaks."""
        person = self.hands.get(viewer, viewer)
        speaks = post.author == person or self.speaks_for(person, post.author)
        return viewer != 0 and (viewer == post.author or (person == post.writer and speaks))

    def speaks_for(self, person: int, other: int) -> bool:
        """At this moment: whoever has left the team of a page is like anybody."""
        group = self.group(other)
        return person in self.pages.get(other, {}) or (group is not None and person in group.guardians)

    def within(self, viewer: int, circle: Circle) -> bool:
        if circle.kind in ("public", "quiet"):
            return True
        if viewer == 0:
            return False
        if circle.kind == "participants":
            return viewer in circle.named
        group = self.group(circle.owner)
        if circle.kind == "group":
            return group is not None and (viewer in group.members or viewer == group.id)
        ties = self.connected | self.follows if circle.kind == "followers" else self.connected
        return viewer == circle.owner or (viewer, circle.owner) in ties

    def sees(self, viewer: int, post: PlainPost) -> bool:
        """The oracle."""
        if post.deleted:
            return False
        # What was said in a group stays with it: whoever leaves sees nothing of it, not even their own.
        if self.wrote(viewer, post) and post.circle.kind != "group":
            return True
        return (viewer != 0 or not post.local) and self.within(viewer, post.circle) and self.near(viewer, post.author)

    def seen_by(self, viewer: int) -> list[PlainPost]:
        return [post for post in self.posts if self.sees(viewer, post)]

    def may_change(self, who: int, post: PlainPost) -> bool:
        """One's own; what was said for a page or a group those who look after it now, if it is theirs, too."""
        if not self.sees(who, post) or not self.wrote(who, post):
            return False
        person = self.hands.get(who, who)
        if post.author in self.pages:
            return self.pages[post.author].get(person) == "admin"
        group = self.group(post.author)
        return group is None or person in group.guardians

    def named_to(self, viewer: int, post: PlainPost) -> set[int]:
        """Whom an article names beside its author: who agreed, as long as the two have nothing against each other."""
        agreed = {one for one, yes in post.authors.items() if yes and not self.blocked(one, post.author)}
        return {one for one in agreed if one == viewer or self.near(viewer, one)}

    def stands_in(self, viewer: int, pack: PlainPack, other: int) -> bool:
        """Somebody in a pack may be shown there to the viewer, if they agree: no group that takes nobody in."""
        group = self.group(other)
        if other not in self.people and (group is None or group.visibility == "secret" or group.closed):
            return False
        return other not in self.absent and not self.blocked(viewer, other) and not self.blocked(pack.maker, other)

    def packed(self, viewer: int, pack: PlainPack) -> set[int]:
        """Who is shown in a pack."""
        agreed = {one for one, said in pack.members.items() if said == "agreed"}
        return {one for one in agreed if self.stands_in(viewer, pack, one)}

    def answers_for(self, person: int) -> set[int]:
        """Oneself, and the groups one owns."""
        return {person, *(group.id for group in self.groups if person == self.people[0])}

    def knows_pack(self, viewer: int, pack: PlainPack) -> bool:
        """An empty one is for its maker, and for those who are asked."""
        if not self.near(viewer, pack.maker):
            return False
        concerned = any(pack.members.get(one) in ("asked", "agreed") for one in self.answers_for(viewer))
        return viewer == pack.maker or concerned or bool(self.packed(viewer, pack))

    def may_be_named(self, author: int, wanted: set[int], parent: PlainPost | None, *, alone: bool) -> bool:
        """All of them: nobody is drawn into what they may not see. `alone`: who names themselves need name no other."""
        return (bool(wanted) or alone) and all(
            self.near(author, person) and (parent is None or self.sees(person, parent)) for person in wanted
        )

    def may_quote(self, who: int, post: PlainPost, circle: Circle, local: bool) -> bool:
        """In a new post for a circle: what everybody may see anywhere, one's own for fewer only for the same."""
        if not self.sees(who, post) or (post.local and not local):
            return False
        own = self.wrote(who, post)
        if not own:
            allowed = self.quotable.get(post.author, "everybody")
            ties = self.connected | self.follows if allowed == "followers" else set()
            if allowed != "everybody" and (who, post.author) not in ties:
                return False
        if post.circle.kind in ("public", "quiet"):
            return True
        # What is said in a group, all of it have heard; it may be quoted there, and nowhere else.
        if post.circle.kind == "group":
            return circle == post.circle
        return own and circle == post.circle and circle.kind != "participants"

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
        in_group = parent is not None and parent.circle.kind == "group"
        if parent is not None and (kind is None or in_group or KINDS.index(kind) <= KINDS.index(parent.circle.kind)):
            return parent.circle
        kind = kind or "public"
        if kind == "participants":
            return Circle(kind, named=frozenset({author} | named))
        if kind in ("public", "quiet"):
            return Circle(kind)
        open_parent = parent is None or parent.circle.kind in ("public", "quiet")
        return Circle(kind, owner=author if open_parent or parent is None else parent.circle.owner)

    def looks_after(self, who: int, place: int) -> bool:
        """Whether somebody looks after a group; a person does, also when they speak as the group itself."""
        group = self.group(place)
        return group is not None and (self.hands[who] if who == place else who) in group.guardians

    def shut_out(self, who: int, group: PlainGroup) -> bool:
        """Banned; also whoever is that speaks for a page."""
        return bool({who, self.hands.get(who, who)} & group.banned)

    def may_speak_in(self, who: int, group: PlainGroup) -> bool:
        """Members may; somebody for the group itself, if they look after it."""
        if group.closed or not self.knows(who, group) or self.shut_out(who, group):
            return False
        return self.looks_after(who, group.id) if who == group.id else who in group.members

    def may_write_on(self, who: int, owner: int, kind: str | None) -> bool:
        """On one's own wall always; on that of somebody one is connected with, to everybody or to that one's people."""
        if who == owner:
            return True
        if not self.near(who, owner) or kind == "participants":
            return False
        return (who, owner) in self.connected

    def may_reply(self, who: int, parent: PlainPost) -> bool:
        if not self.sees(who, parent):
            return False
        root = parent.root
        group = self.group(root.place)
        if group is None:
            # A group speaks nowhere but in itself.
            return self.group(who) is None and not root.locked
        if not self.may_speak_in(who, group) or (root.locked and not self.looks_after(who, group.id)):
            return False
        # What was said to fewer while the group was public stays theirs; nothing is added that is not for all of it.
        return root.circle.kind != "group" or parent.circle.kind == "group"

    def needs_others(self, who: int) -> bool:
        """An author of a page does nothing for it alone."""
        return self.pages.get(who, {}).get(self.hands.get(who, 0)) == "author"

    def waits_for(self, who: int, place: int) -> list[int]:
        """Who has to let something through, one after the other."""
        found = [who] if self.needs_others(who) else []
        group = self.group(place)
        if group is not None and who != group.id and who not in group.guardians:
            said = [post for post in self.posts if post.author == who and post.root.place == place and not post.deleted]
            if len(said) < group.newcomers:
                found.append(group.id)
        return found

    def decides(self, person: int, draft: PlainDraft) -> bool:
        """Those who look after the page or the group at this moment, and nobody for their own."""
        if draft.writer == person or not draft.waits_for:
            return False
        group = self.group(draft.waits_for)
        admin = self.pages.get(draft.waits_for, {}).get(person) == "admin"
        return admin or (group is not None and person in group.guardians)
