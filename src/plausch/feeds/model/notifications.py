"""What is addressed to somebody, and how it is put together."""

import enum
from collections.abc import Iterable

import msgspec


class NotificationKind(enum.StrEnum):
    REPLIED = "replied"
    MENTIONED = "mentioned"
    ADDRESSED = "addressed"
    LIKED = "liked"
    SHARED = "shared"
    QUOTED = "quoted"
    #: As an author of an article; the recipient has to agree.
    NAMED_AUTHOR = "named_author"
    #: One in which the recipient voted, or asked.
    POLL_ENDED = "poll_ended"
    #: What the recipient has shared says something else now.
    SHARED_EDITED = "shared_edited"
    #: So does what it has quoted; the post is its own, which quotes.
    QUOTED_EDITED = "quoted_edited"
    #: In a board, or a conversation, that the recipient watches.
    TOPIC_STARTED = "topic_started"
    #: By somebody of whose posts the recipient wants to hear.
    POSTED = "posted"
    TOPIC_REPLIED = "topic_replied"
    #: Those who look after its place have changed or moved a topic of the recipient's.
    TOPIC_TENDED = "topic_tended"
    #: The recipient's reply answers a question.
    ANSWER_ACCEPTED = "answer_accepted"
    #: Somebody began a conversation on one's wall.
    WALL_WRITTEN = "wall_written"
    FOLLOWED = "followed"
    FOLLOW_REQUESTED = "follow_requested"
    CONNECTION_REQUESTED = "connection_requested"
    CONNECTED = "connected"
    #: To somebody whom the recipient should meet; `request_id` is the introduction.
    INTRODUCED = "introduced"
    #: It is the recipient's turn to greet somebody new, who is the one named; `request_id` is that one too.
    GREETING_DUE = "greeting_due"
    #: To speak for a page; `request_id` is the page.
    TEAM_INVITED = "team_invited"
    #: Something waits to be let through by the recipient, or was let through or given back; `request_id` is the draft.
    APPROVAL_ASKED = "approval_asked"
    APPROVED = "approved"
    DECLINED = "declined"
    #: Into a group; `request_id` is the group, as in those that follow.
    GROUP_INVITED = "group_invited"
    #: Somebody would like to join a group that the recipient looks after.
    GROUP_REQUESTED = "group_requested"
    GROUP_ACCEPTED = "group_accepted"
    GROUP_ROLE = "group_role"
    #: Oneself, or a group one owns, is to be in a starter pack; `request_id` is the pack.
    PACK_ASKED = "pack_asked"
    #: One that shows the recipient, or a group it owns, was changed; `request_id` is the pack.
    PACK_CHANGED = "pack_changed"
    #: Those who look after a group have removed a post; `request_id` is the entry of its log that says why.
    GROUP_REMOVED = "group_removed"
    #: By those who look after the place: something about the recipient, or what they had reported.
    DECIDED = "decided"
    REPORT_ANSWERED = "report_answered"
    #: For those who look after the place.
    REPORTED = "reported"
    APPEALED = "appealed"
    #: Somebody new is here.
    JOINED = "joined"
    #: Nobody speaks for a page any more; for those who own the server.
    PAGE_ORPHANED = "page_orphaned"
    #: For those who look after a place; `request_id` is the letter.
    WEEKLY_LETTER = "weekly_letter"


class Channel(enum.StrEnum):
    """How somebody hears of something."""

    PAGE = "page"
    PUSH = "push"
    MAIL = "mail"


class FromWhom(enum.StrEnum):
    """Whose notifications somebody wants among the others."""

    EVERYBODY = "everybody"
    #: Whom one follows or is connected with; what others do is kept aside.
    KNOWN = "known"


class Place(enum.StrEnum):
    """Where a notification is on the pages."""

    PAGE = "page"
    #: Aside: done by somebody whom the recipient does not know. It is not counted, and sent nowhere.
    ASIDE = "aside"
    #: Only for other channels.
    NOWHERE = "nowhere"


_TALK = (
    NotificationKind.REPLIED,
    NotificationKind.MENTIONED,
    NotificationKind.ADDRESSED,
    NotificationKind.QUOTED,
    NotificationKind.NAMED_AUTHOR,
    NotificationKind.WALL_WRITTEN,
)
#: What the recipient watches, or began.
_TOPICS = (
    *(NotificationKind.TOPIC_STARTED, NotificationKind.TOPIC_REPLIED, NotificationKind.TOPIC_TENDED),
    *(NotificationKind.POSTED, NotificationKind.SHARED_EDITED, NotificationKind.QUOTED_EDITED),
)
_APPROVALS = (NotificationKind.APPROVAL_ASKED, NotificationKind.APPROVED, NotificationKind.DECLINED)
#: What `request_id` is a group in.
GROUP_KINDS = (
    *(NotificationKind.GROUP_INVITED, NotificationKind.GROUP_REQUESTED),
    *(NotificationKind.GROUP_ACCEPTED, NotificationKind.GROUP_ROLE),
)
_GROUPS = (NotificationKind.GROUP_INVITED, NotificationKind.GROUP_REQUESTED, NotificationKind.GROUP_REMOVED)
#: What somebody is asked for beside connecting and following.
_ASKED = (
    *(NotificationKind.APPROVAL_ASKED, NotificationKind.TEAM_INVITED),
    *(NotificationKind.PACK_ASKED, NotificationKind.INTRODUCED, NotificationKind.GREETING_DUE),
)
#: What waits for those who look after the place.
_MATTERS = (NotificationKind.REPORTED, NotificationKind.APPEALED)
#: What only they hear of.
FOR_STAFF = (*_MATTERS, NotificationKind.JOINED)
#: From the place itself: nobody is named as the one who did it, and `request_id` says what it is about.
FROM_HERE = (
    *(NotificationKind.DECIDED, NotificationKind.REPORT_ANSWERED, NotificationKind.PAGE_ORPHANED),
    NotificationKind.WEEKLY_LETTER,
    *_MATTERS,
)
#: The mail brings it itself, and is not gathered with others.
MAILED_APART = (NotificationKind.WEEKLY_LETTER,)
_REQUESTS = (NotificationKind.FOLLOW_REQUESTED, NotificationKind.CONNECTION_REQUESTED)
#: What holds until somebody decides otherwise: on the pages everything but who is new, aloud what waits for an answer,
#: by mail little.
CHANNEL_DEFAULTS: dict[Channel, frozenset[NotificationKind]] = {
    Channel.PAGE: frozenset(NotificationKind) - {NotificationKind.JOINED},
    Channel.PUSH: frozenset(
        (
            *(*_TALK, *_ASKED, *_GROUPS, *_MATTERS),
            *(NotificationKind.POSTED, NotificationKind.CONNECTION_REQUESTED, NotificationKind.DECIDED),
        )
    ),
    Channel.MAIL: frozenset(
        (
            *_ASKED,
            *_GROUPS,
            *(NotificationKind.ADDRESSED, NotificationKind.CONNECTION_REQUESTED),
            *(NotificationKind.DECIDED, NotificationKind.PAGE_ORPHANED, *_MATTERS),
            NotificationKind.WEEKLY_LETTER,
        )
    ),
}
#: How people make themselves known, and what is from nobody: these come through, whoever asks.
_FROM_ANYBODY = frozenset(
    (
        *(*_REQUESTS, *_ASKED, *_APPROVALS, *_TOPICS, *GROUP_KINDS, *_GROUPS, *FROM_HERE),
        *(NotificationKind.CONNECTED, NotificationKind.PACK_CHANGED, NotificationKind.JOINED),
    )
)
#: What may happen to the same thing again and again: it is told anew once it was read.
REPEATED = (NotificationKind.SHARED_EDITED, NotificationKind.QUOTED_EDITED, NotificationKind.PACK_CHANGED)
#: What is unread until it was opened or answered; the rest is over once it was looked at.
LASTING = frozenset(
    (
        *(*_TALK, *_ASKED, *_GROUPS, NotificationKind.DECLINED),
        *(NotificationKind.DECIDED, NotificationKind.PAGE_ORPHANED, *_MATTERS),
    )
)


class Group(enum.StrEnum):
    """The parts in which notifications can be looked at."""

    ALL = "all"
    TALK = "talk"
    RESPONSES = "responses"
    PEOPLE = "people"
    ASIDE = "aside"


_RESPONSES = (
    *(NotificationKind.LIKED, NotificationKind.SHARED),
    *(NotificationKind.POLL_ENDED, NotificationKind.ANSWER_ACCEPTED),
)
KINDS_OF: dict[Group, tuple[NotificationKind, ...]] = {
    Group.ALL: tuple(NotificationKind),
    Group.TALK: (*_TALK, *_TOPICS, *_APPROVALS),
    Group.RESPONSES: _RESPONSES,
    Group.PEOPLE: tuple(
        kind for kind in NotificationKind if kind not in (*_TALK, *_TOPICS, *_APPROVALS, *_RESPONSES, *FROM_HERE)
    ),
    Group.ASIDE: tuple(NotificationKind),
}


class Preferences(msgspec.Struct, frozen=True):
    """What somebody wants to hear of, where, and from whom."""

    #: Where it differs from the default.
    decided: dict[tuple[NotificationKind, Channel], bool] = {}
    from_whom: FromWhom = FromWhom.EVERYBODY

    def wants(self, kind: NotificationKind, channel: Channel) -> bool:
        return self.decided.get((kind, channel), kind in CHANNEL_DEFAULTS[channel])

    def places(self, kind: NotificationKind, *, known: bool) -> Place | None:
        """Where something of this kind goes, done by somebody `known` or not; None: nobody wants to hear of it."""
        if self.from_whom is FromWhom.KNOWN and not known and kind not in _FROM_ANYBODY:
            return Place.ASIDE if self.wants(kind, Channel.PAGE) else None
        if self.wants(kind, Channel.PAGE):
            return Place.PAGE
        elsewhere = self.wants(kind, Channel.PUSH) or self.wants(kind, Channel.MAIL)
        return Place.NOWHERE if elsewhere else None


class PushedOf(enum.StrEnum):
    """Of whom a program wants to hear by push."""

    ALL = "all"
    FOLLOWED = "followed"
    FOLLOWER = "follower"
    NOBODY = "none"


class PushSubscription(msgspec.Struct, frozen=True):
    """A browser that takes push messages, or a program."""

    id: int
    person_id: int
    session_id: int
    endpoint: str
    public_key: bytes
    secret: bytes
    client: str
    created_at: int
    #: Of a program: names of kinds, separated by spaces, of whom it wants to hear, and its token.
    kinds: str = ""
    pushed_of: PushedOf = PushedOf.ALL
    token: str = ""

    @property
    def of_program(self) -> bool:
        return self.token != ""

    def wants(self, kind: NotificationKind) -> bool:
        """As the program wishes it."""
        return self.pushed_of is not PushedOf.NOBODY and kind.value in self.kinds.split()


class Marker(msgspec.Struct, frozen=True):
    """How far somebody has read a stream."""

    stream: str
    last_id: int
    version: int
    at: int


class Notification(msgspec.Struct, frozen=True):
    """Something that is addressed to somebody."""

    id: int
    kind: NotificationKind
    actor_id: int
    post_id: int | None
    conversation_id: int | None
    request_id: int | None
    at: int
    read_at: int | None
    #: The page for whose team it is; 0 for what is the recipient's own.
    page_id: int = 0


class NotificationGroup(msgspec.Struct, frozen=True):
    """Notifications that are one to a reader: several people liked the same post."""

    kind: NotificationKind
    newest: Notification
    actor_ids: tuple[int, ...]
    unread: bool


#: Kinds of which several about one post are shown as one; of replies in what is watched, those in one conversation.
GROUPED = (
    *(NotificationKind.LIKED, NotificationKind.SHARED, NotificationKind.FOLLOWED),
    *(NotificationKind.TOPIC_REPLIED, NotificationKind.JOINED),
)


def group_notifications(notifications: Iterable[Notification]) -> list[NotificationGroup]:
    """Put together what belongs together, in the place of the newest."""
    groups: dict[tuple[str, int | None, int], list[Notification]] = {}
    for one in notifications:
        own = 0 if one.kind in GROUPED else one.id
        about = one.conversation_id if one.kind is NotificationKind.TOPIC_REPLIED else one.post_id
        groups.setdefault((one.kind.value, about, own), []).append(one)
    return [
        NotificationGroup(
            kind=members[0].kind,
            newest=members[0],
            actor_ids=tuple(dict.fromkeys(member.actor_id for member in members)),
            unread=any(member.read_at is None for member in members),
        )
        for members in groups.values()
    ]
