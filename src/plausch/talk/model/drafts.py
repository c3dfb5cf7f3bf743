"""What somebody is about to post, keeps for later, or changes; and within what bounds."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language.inline_rules import tag_name
from plausch.people.model import WhoQuotes, clean_line
from plausch.talk.model.articles import ARTICLE_AUDIENCES, ArticlePart
from plausch.talk.model.attached import Attached, PollDraft
from plausch.talk.model.audiences import AudienceKind, WhoReplies
from plausch.talk.model.posts import Form, TopicKind


class PostDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is about to post."""

    source: str
    reply_to: int | None = None
    #: None: as the parent's, or public.
    audience: AudienceKind | None = None
    local_only: bool = False
    who_replies: WhoReplies = WhoReplies.EVERYBODY
    #: Actor ids, for named participants.
    participants: tuple[int, ...] = ()
    #: ISO 639-1, or empty when not known.
    language: str = ""
    warning: str = ""
    #: Ids of the author's own uploaded pictures, in order.
    pictures: tuple[int, ...] = ()
    poll: PollDraft | None = None
    #: Those of `LABELS` that it bears.
    labels: Attached = Attached(0)
    #: The post it quotes.
    quote: int | None = None
    #: Who may quote it; None: as whoever speaks has it in general.
    who_quotes: WhoQuotes | None = None
    #: On whose wall, or in which group; 0: where the speaker's other doings are.
    place: int = 0
    form: Form = Form.NOTE
    #: Of a topic or an article.
    title: str = ""
    #: Of a topic: where it stands.
    board: int = 0
    topic: TopicKind = TopicKind.DISCUSSION
    #: Beside those in the text.
    tags: tuple[str, ...] = ()
    #: Of an article, whose pictures are those it names.
    article: ArticlePart | None = None
    #: Name and address of the program it is written with, on a line each; empty where that is not told.
    program: str = ""


class PostEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody makes of a post of theirs."""

    source: str
    #: Of a topic or an article. None: as it is.
    title: str | None = None
    language: str = ""
    warning: str = ""
    #: Ids of its pictures in order: those it had, and loose ones of its author's. None, and of an article: as they are.
    pictures: tuple[int, ...] | None = None
    #: New alt texts by picture id.
    alts: dict[int, str] = {}
    #: What stays in sight of a picture that is cut, in percent from the left and the top, by its id.
    focuses: dict[int, tuple[int, int]] = {}
    #: What the poll is to be; other options begin the vote anew. Its end stays. None: as it is.
    poll: PollDraft | None = None
    #: It asks nothing any more.
    without_poll: bool = False
    #: Those of `LABELS` that it bears. None: as it is.
    labels: Attached | None = None
    #: A `WhoQuotes`; empty: as whoever speaks has it in general. None: as it is.
    who_quotes: str | None = None
    #: Of an article. None: as it is.
    article: ArticlePart | None = None
    #: Beside those in the text. None: as they are.
    tags: tuple[str, ...] | None = None


class TopicEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to stand above a topic; None: as it is."""

    title: str | None = None
    kind: TopicKind | None = None
    #: Beside those in the text.
    tags: tuple[str, ...] | None = None


class Spot(msgspec.Struct, frozen=True):
    """What something is written for: somebody has one draft for each."""

    #: 0: a post of its own.
    parent_id: int = 0
    quoted_id: int = 0
    #: On whose wall, or in which group or blog, and in which board.
    place_id: int = 0
    board_id: int = 0

    def asdict(self) -> dict[str, int]:
        """As parameters of a statement."""
        return {"parent": self.parent_id, "quoted": self.quoted_id, "place": self.place_id, "board": self.board_id}


OWN_SPOT = Spot()


class DraftText(msgspec.Struct, frozen=True, kw_only=True):
    """What the composer holds while somebody writes; nothing of it has to be right yet."""

    source: str = ""
    #: As in `Spot`.
    parent_id: int = 0
    quoted_id: int = 0
    place_id: int = 0
    board_id: int = 0
    form: Form = Form.NOTE
    title: str = ""
    audience: AudienceKind | None = None
    local_only: bool = False
    who_replies: WhoReplies = WhoReplies.EVERYBODY
    #: Handles as they were typed.
    participants: str = ""
    language: str = ""
    warning: str = ""
    pictures: tuple[int, ...] = ()
    #: What further parts of the composer keep (a poll), by their names.
    extras: dict[str, Any] = {}

    @property
    def spot(self) -> Spot:
        return Spot(self.parent_id, self.quoted_id, self.place_id, self.board_id)


class Draft(msgspec.Struct, frozen=True):
    """What somebody keeps for later; with `due_at` it is posted by itself at that moment."""

    id: int
    author_id: int
    actor_id: int
    parent_id: int
    quoted_id: int
    source: str
    warning: str
    language: str
    #: An AudienceKind, or empty.
    audience: str
    local_only: bool
    who_replies: WhoReplies
    participants: str
    extras_text: str
    changed_at: int
    due_at: int | None
    #: Why it could not be posted when it was due: a reason code, else empty.
    problem: str
    place_id: int = 0
    board_id: int = 0
    form: Form = Form.NOTE
    title: str = ""
    #: Since when it waits to be let through (ms), and by whom: a page's team, or those who look after a group.
    waits_since: int | None = None
    waits_for: int = 0
    #: Stands in the link with which others read it before it is posted.
    preview_code: str | None = None

    @property
    def extras(self) -> dict[str, Any]:
        return msgspec.json.decode(self.extras_text, type=dict[str, Any])


class LoosePicture(msgspec.Struct, frozen=True):
    """A picture that waits for its post in a draft."""

    id: int
    draft_id: int
    alt: str
    focus_x: int
    focus_y: int


TEXT_MAX = 20_000
WARNING_MAX = 200
TITLE_MAX = 150
ALT_MAX = 1_500
PICTURES_MAX = 4
PINS_MAX = 5
PARTICIPANTS_MAX = 50
#: Beside those in the text.
TAGS_MAX = 8
#: Of one person, scheduled ones among them.
DRAFTS_MAX = 200
#: Of what was typed into the line of those named, and of all extras together.
DRAFT_LINE_MAX = 4_000
EXTRAS_MAX = 20_000
#: How far ahead something may be scheduled.
SCHEDULE_MAX = 400 * clock.DAY
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")


def is_blank(source: str) -> bool:
    """Nothing in it is seen: only spaces, and signs that have no shape."""
    return all(unicodedata.category(sign)[0] in "CZ" for sign in source)


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are stored, each once. Raises Invalid("tags", ...) for what is none."""
    found = [tag_name(one) for one in tags if not is_blank(one)]
    cleaned = tuple(dict.fromkeys(one for one in found if one is not None))
    if None in found:
        raise Invalid("tags", "tag_form")
    if len(cleaned) > TAGS_MAX:
        raise Invalid("tags", "topic_tags_many")
    return cleaned


def clean_title(title: str) -> str:
    """Raises Invalid when there is none, or too much of it."""
    cleaned = clean_line(title, "title", TITLE_MAX)
    if is_blank(cleaned):
        raise Invalid("title", "title_missing")
    return cleaned


def clean_language(code: str) -> str:
    """The language's own code, without script and region; empty for what is none."""
    language = code[:20].partition("-")[0].lower()
    return language if _LANGUAGE.match(language) else ""


def check_due(due: int, now: int) -> None:
    """Raises Invalid when nothing can be posted at that moment."""
    if due <= now:
        raise Invalid("due", "due_past")
    if due > now + SCHEDULE_MAX:
        raise Invalid("due", "due_far")


def check_draft(draft: PostDraft, source: str) -> None:
    """Raises Invalid when there is nothing to post, or too much."""
    if is_blank(source) and not draft.pictures and draft.quote is None:
        raise Invalid("text", "post_empty")
    check_pictures(draft.pictures)
    if len(draft.participants) > PARTICIPANTS_MAX:
        raise Invalid("participants", "participants_many")
    if (draft.form is Form.ARTICLE) != (draft.article is not None):
        raise Invalid("form", "choice_unknown")
    if draft.form is not Form.NOTE and is_blank(draft.title):
        raise Invalid("title", "title_missing")
    if (draft.form is Form.TOPIC) != bool(draft.board):
        raise Invalid("board", "board_missing")
    if draft.article is not None:
        _check_article(draft, source)


def check_pictures(pictures: Sequence[int]) -> None:
    """Raises Invalid when there are too many, or one of them twice."""
    if len(pictures) > PICTURES_MAX:
        raise Invalid("pictures", "pictures_many")
    if len(set(pictures)) != len(pictures):
        raise Invalid("pictures", "picture_twice")


def _check_article(draft: PostDraft, source: str) -> None:
    if is_blank(source):
        raise Invalid("text", "post_empty")
    if draft.form is not Form.ARTICLE or draft.reply_to is not None or draft.poll is not None:
        raise Invalid("form", "choice_unknown")
    if draft.audience is not None and draft.audience not in ARTICLE_AUDIENCES:
        raise Invalid("audience", "article_audience")


class Extras(msgspec.Struct, frozen=True):
    """What the extras of a draft mean."""

    poll: PollDraft | None = None
    who_quotes: WhoQuotes | None = None
    topic: TopicKind = TopicKind.DISCUSSION
    tags: tuple[str, ...] = ()
    article: ArticlePart | None = None
    sponsored: bool = False
    ai_assisted: bool = False
    program: str = ""

    @property
    def labels(self) -> Attached:
        found = Attached.SPONSORED if self.sponsored else Attached(0)
        return found | Attached.AI_ASSISTED if self.ai_assisted else found


def read_extras(extras: dict[str, Any]) -> Extras:
    """Raises Invalid for what is none of ours."""
    try:
        return msgspec.convert(extras, Extras)
    except msgspec.ValidationError as error:
        raise Invalid("poll", "choice_unknown") from error
