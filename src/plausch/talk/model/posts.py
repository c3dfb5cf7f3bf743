"""Posts and conversations as a viewer gets them."""

import enum

import msgspec

from plausch.talk.model.attached import Poll, Preview, Quote
from plausch.talk.model.audiences import Audience, AudienceKind, WhoReplies


class EntryKind(enum.StrEnum):
    """What an entry in the stream of an actor's doings is."""

    POST = "post"
    REPLY = "reply"
    SHARE = "share"
    #: Somebody wrote on the actor's wall, or in the group that it is.
    WALL = "wall"


class Form(enum.StrEnum):
    """What a conversation hangs under: the same tree in every case."""

    NOTE = "note"
    TOPIC = "topic"
    ARTICLE = "article"


class TopicKind(enum.StrEnum):
    DISCUSSION = "discussion"
    #: One of its replies may be the answer.
    QUESTION = "question"
    ANNOUNCEMENT = "announcement"
    POLL = "poll"


class Held(enum.IntEnum):
    """Whether a picture stays though its post be removed, because somebody may still have to look at it."""

    NO = 0
    YES = 1
    #: The post is removed; nobody but those who look after the place sees the picture.
    GONE = 2


class Picture(msgspec.Struct, frozen=True):
    """A picture under a post."""

    id: int
    post_id: int
    alt: str
    width: int
    height: int
    blurhash: str
    colour: str
    #: What must stay in sight where the picture is cut, in percent from its left and top edge.
    focus_x: int = 50
    focus_y: int = 50


class Post(msgspec.Struct, frozen=True):
    """A post as a viewer gets it. Deleted ones keep their place in the tree and nothing else."""

    id: int
    conversation_id: int
    parent_id: int | None
    actor_id: int
    author_id: int
    audience_kind: AudienceKind
    scope_id: int
    local_only: bool
    html: str
    warning: str
    language: str
    published_at: int
    edited_at: int | None
    deleted: bool
    version: int
    #: Of topics and articles.
    title: str
    pictures_count: int
    #: Bits of `Attached`.
    attached: int
    #: A `WhoQuotes`; empty: as whoever speaks has it in general.
    who_quotes: str
    replies: int
    likes: int
    shares: int
    liked: bool
    shared: bool
    bookmarked: bool
    poll: Poll | None = None
    quote: Quote | None = None
    preview: Preview | None = None

    @property
    def audience(self) -> Audience:
        return Audience(self.audience_kind, self.scope_id, self.local_only)


class Conversation(msgspec.Struct, frozen=True):
    """What holds a tree of posts together."""

    id: int
    root_id: int
    actor_id: int
    audience_kind: AudienceKind
    scope_id: int
    local_only: bool
    who_replies: WhoReplies
    #: Replies that everybody in the conversation's audience may see.
    replies: int
    #: The last few who talked, newest first; ids separated by spaces.
    talkers: str
    #: How many different actors talk.
    voices: int
    last_at: int
    #: How many of the replies the viewer has seen; None when it never opened the conversation.
    seen: int | None
    seen_upto: int | None
    #: On whose wall or in which group it is; 0: where its speaker's other doings are.
    place_id: int = 0
    form: Form = Form.NOTE
    locked_at: int | None = None

    @property
    def audience(self) -> Audience:
        return Audience(self.audience_kind, self.scope_id, self.local_only)

    @property
    def unread(self) -> int:
        """Replies new since the viewer was last here; 0 when it never was."""
        return 0 if self.seen is None else max(0, self.replies - self.seen)

    @property
    def talker_ids(self) -> list[int]:
        return [int(word) for word in self.talkers.split()]


class Revision(msgspec.Struct, frozen=True):
    """How a post once read."""

    version: int
    html: str
    warning: str
    #: When this wording was written (ms).
    at: int


#: How many faces a card shows.
TALKERS_KEPT = 6


def kept_talkers(talkers: str, actor: int) -> str:
    """The list of recent talkers with `actor` at its front."""
    rest = [word for word in talkers.split() if word != str(actor)]
    return " ".join([str(actor), *rest][:TALKERS_KEPT])
