"""What happens in conversations. Undo facts carry the original's kind and time."""

from plausch.work.facts import Fact


class PostPublished(Fact, frozen=True):
    post_id: int
    conversation_id: int
    actor_id: int
    author_id: int
    parent_id: int | None
    #: Whom the parent belongs to; 0 for a post of its own.
    parent_actor_id: int
    scope_kind: str
    scope_id: int
    #: Whom the post belongs to that it quotes; 0 when it quotes none.
    quoted_actor_id: int = 0
    #: On whose wall or in which group it begins a conversation; 0 for none.
    place_id: int = 0


class PostSubmitted(Fact, frozen=True):
    """Something waits for a page or a group to let it through."""

    draft_id: int
    place_id: int
    author_id: int


class ApprovalDecided(Fact, frozen=True):
    """It was let through or given back; `step` is one of `model.ApprovalStep`."""

    draft_id: int
    place_id: int
    author_id: int
    decided_by: int
    step: str
    #: None where nothing is posted, or not yet.
    post_id: int | None
    conversation_id: int | None = None


class PostEdited(Fact, frozen=True):
    post_id: int
    conversation_id: int
    actor_id: int
    #: Its words, its pictures or its poll are others now.
    reworded: bool = False


class PostRemoved(Fact, frozen=True):
    """The one removal fact: feeds, search, notifications, parts, pictures and queued work all hang on it."""

    post_id: int
    conversation_id: int
    actor_id: int
    parent_id: int | None
    scope_kind: str
    scope_id: int
    published_at: int
    #: Keys of picture files to delete.
    files: tuple[str, ...] = ()
    #: The tags it bore, where it was public, as `model.tag_number` has them.
    tags: tuple[int, ...] = ()


class PostShared(Fact, frozen=True):
    share_id: int
    post_id: int
    conversation_id: int
    actor_id: int
    #: Whose post it is.
    post_actor_id: int
    scope_kind: str
    scope_id: int


class ShareRemoved(Fact, frozen=True):
    share_id: int
    post_id: int
    actor_id: int
    shared_at: int


class PostLiked(Fact, frozen=True):
    post_id: int
    conversation_id: int
    actor_id: int
    post_actor_id: int
    scope_kind: str
    scope_id: int


class LikeRemoved(Fact, frozen=True):
    post_id: int
    actor_id: int
    liked_at: int


class AuthorNamed(Fact, frozen=True):
    """Somebody is asked to be named as an author of an article."""

    post_id: int
    conversation_id: int
    #: Whose article it is.
    actor_id: int
    named_id: int


class PicturesDiscarded(Fact, frozen=True):
    """Uploaded and never posted; the files may go."""

    files: tuple[str, ...]


class LanguageDetected(Fact, frozen=True):
    post_id: int


class PollEnded(Fact, frozen=True):
    """Nobody can vote any more; `occurred_at` is when that began."""

    post_id: int
    conversation_id: int
    #: Who asked.
    actor_id: int


class QuoteWithdrawn(Fact, frozen=True):
    """Somebody does not want to be quoted in the post any more."""

    post_id: int
    conversation_id: int


class PreviewChanged(Fact, frozen=True):
    """What a link in the post leads to is shown under it, or is not any more."""

    post_id: int
    conversation_id: int


class AnswerAccepted(Fact, frozen=True):
    """Somebody says that a reply answers the question of its topic."""

    post_id: int
    conversation_id: int
    actor_id: int
    #: Whose reply it is.
    post_actor_id: int


class StateChanged(Fact, frozen=True):
    """A conversation was closed or opened, or it is another kind of topic or has another answer; it says how it is."""

    conversation_id: int
    #: The reply that was its answer until then; 0 where that is as it was.
    unanswered_id: int = 0


class ConversationMoved(Fact, frozen=True):
    """It stands in another place than before."""

    conversation_id: int
    place_id: int


class GroupPostRemoved(Fact, frozen=True):
    """Those who look after a group have removed a post; why stands in the group's log."""

    group_id: int
    entry_id: int
    #: Whose post it was.
    actor_id: int
    removed_by: int


class TopicTended(Fact, frozen=True):
    """Those who look after the place did something with a topic, or another conversation there."""

    conversation_id: int
    #: Whose it is.
    actor_id: int
    tended_by: int
    #: One of `model.TopicStep`.
    step: str
    #: The group, which has a log of its own; 0 for the community.
    place_id: int
