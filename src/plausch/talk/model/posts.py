"""Posts and conversations as a viewer gets them."""

import enum
import zlib
from collections.abc import Sequence

import msgspec

from plausch.talk.model.articles import Article
from plausch.talk.model.attached import Poll, Preview, Quote
from plausch.talk.model.audiences import Audience, AudienceKind, WhoReplies
from plausch.talk.model.pictures import Picture


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


class TopicStep(enum.StrEnum):
    """What those who look after a place do with the conversations in it, for its log."""

    #: Its title, kind or tags.
    CHANGED = "topic_changed"
    MOVED = "topic_moved"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    LOCKED = "locked"
    UNLOCKED = "unlocked"


class TopicOrder(enum.StrEnum):
    """In which order topics are listed."""

    LATEST = "latest"
    NEWEST = "newest"
    #: Only what waits: questions without an answer, and what nobody has replied to.
    UNANSWERED = "unanswered"
    VOICES = "voices"


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
    article: Article | None = None

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
    title: str = ""
    #: Ids of its pictures with their words, in order; what is gone is among them. None: nobody had noted it.
    pictures: tuple[tuple[int, str], ...] | None = None
    #: What one could choose, if it asked something.
    options: tuple[str, ...] = ()

    def shown(self, pictures: Sequence[Picture]) -> list[Picture]:
        """Those of the post's pictures that it had then, with their words of then; if nobody noted that, all."""
        if self.pictures is None:
            return list(pictures)
        there = {one.id: one for one in pictures}
        return [msgspec.structs.replace(there[id_], alt=alt) for id_, alt in self.pictures if id_ in there]


class Topic(msgspec.Struct, frozen=True):
    """What a conversation is in the board it stands in."""

    conversation_id: int
    board_id: int
    kind: TopicKind
    #: The reply that answers a question.
    answer_id: int | None
    pinned_at: int | None


class ListedTopic(msgspec.Struct, frozen=True):
    """A topic as a viewer gets it in a list."""

    id: int
    board_id: int
    kind: TopicKind
    answer_id: int | None
    pinned_at: int | None
    last_at: int
    #: Empty when its first post was removed.
    title: str
    #: Who began it; 0 when its first post was removed.
    actor_id: int
    warning: str
    published_at: int
    replies: int
    voices: int
    talkers: str
    locked_at: int | None
    #: How many of the replies the viewer has seen; None when it never opened it.
    seen: int | None
    #: Never opened, and talked in since the viewer was last done with the board.
    is_new: bool

    @property
    def unread(self) -> int:
        """Replies new since the viewer was last in it."""
        return 0 if self.seen is None else max(0, self.replies - self.seen)

    @property
    def talker_ids(self) -> list[int]:
        return [int(word) for word in self.talkers.split()]


class BoardNumbers(msgspec.Struct, frozen=True):
    """What there is in a board for a viewer."""

    board_id: int
    topics: int
    replies: int
    #: Topics in which something is new to the viewer.
    unread: int
    last_at: int


#: How many faces a card shows.
TALKERS_KEPT = 6


def kept_talkers(talkers: str, actor: int) -> str:
    """The list of recent talkers with `actor` at its front."""
    rest = [word for word in talkers.split() if word != str(actor)]
    return " ".join([str(actor), *rest][:TALKERS_KEPT])


def tag_number(tag: str) -> int:
    """What stands for a tag where there are to be only numbers; now and then two tags have the same."""
    return zlib.crc32(tag.encode())
