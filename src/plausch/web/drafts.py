"""What somebody is writing: read from a form, and kept whole when something in it is wrong."""

import enum
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from starlette.datastructures import FormData

from plausch.groups import queries as groups
from plausch.groups.model import Group
from plausch.http import forms
from plausch.http.errors import status_of
from plausch.http.reasons import explain
from plausch.http.request import Request
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.language.detection import tells_enough
from plausch.people import queries as people
from plausch.people.model import Actor, ActorKind
from plausch.storage import Read, Write
from plausch.talk import queries as talk
from plausch.talk.actions.approving import describe_drafted
from plausch.talk.actions.pictures import aim_pictures
from plausch.talk.model import (
    PICTURES_MAX,
    AudienceKind,
    Draft,
    DraftText,
    Form,
    LoosePicture,
    Post,
    PostDraft,
    PostEdit,
    Quote,
    Spot,
    WhoReplies,
)
from plausch.talk.model import read_extras as read_model_extras
from plausch.web.extras import read_extras, read_tags
from plausch.web.languages import POST_LANGUAGES
from plausch.web.problems import WHOLE, Problems
from plausch.web.uploads import take_picture
from plausch.web.zones import local_moment

_NOWHERE = -1
_FOCUS = re.compile(r"(\d{1,3}) (\d{1,3})")
ChoiceT = TypeVar("ChoiceT", bound=enum.StrEnum)


class KeptPicture(NamedTuple):
    """A picture that is uploaded already."""

    id: int
    alt: str
    #: What stays in sight where it is cut: percent from the left and from the top.
    focus: str = "50 50"


@dataclass(slots=True)
class DraftForm:
    """The fields of the composer as they were sent."""

    text: str = ""
    #: Empty: as the post it replies to, or everybody.
    audience: str = ""
    local_only: bool = False
    who_replies: str = WhoReplies.EVERYBODY.value
    #: Handles of those it is for, in one line.
    participants: str = ""
    language: str = ""
    warning: str = ""
    reply_to: int | None = None
    quoted_id: int = 0
    #: On whose wall, or in which group; 0: where the speaker's other doings are.
    place: int = 0
    #: In which board it is to stand; 0 for what is no topic.
    board: int = 0
    #: Of a topic or an article; None in a form that has no such field.
    title: str | None = None
    #: Of a topic, beside those in its text; None in a form that has no such field.
    tags: tuple[str, ...] | None = None
    #: The group it is written in, also where that is by replying; None elsewhere.
    group: Group | None = None
    #: On whose wall it begins a conversation; None elsewhere.
    wall: Actor | None = None
    #: In the name of the group.
    for_group: bool = False
    #: The post it quotes, to show it.
    quoted: Quote | None = None
    #: The scheduled post that is being changed; 0 for anything else.
    scheduled: int = 0
    #: It is none that has a time, but one that others have to let through, or gave back.
    came_back: bool = False
    #: When to post it, as the field has it.
    due: str = ""
    #: What further parts of the composer hold, by their names.
    extras: dict[str, Any] = field(default_factory=dict)
    #: The person was told that a picture has no words.
    alt_asked: bool = False
    #: There is a draft at this place: it has been put into the fields.
    kept: bool = False
    #: Tells this form, as it is filled in, from every other; empty when it is none of ours.
    form_hash: bytes = b""
    #: For texts too short to tell their language by.
    locale: str = ""
    pictures: list[KeptPicture] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    #: Of the answer when something is wrong.
    status: int = 422

    def note(self, error: DomainError) -> None:
        """Keep what is wrong, at its field where it has one."""
        if isinstance(error, Invalid | Conflict):
            self.problems.note(error)
        else:
            self.problems.setdefault(WHOLE, error.reason)
            self.status = status_of(error)

    def draft(self, participants: tuple[int, ...]) -> PostDraft:
        """What the domain is given. Raises Invalid."""
        extras = read_model_extras(self.extras)
        return PostDraft(
            source=self.text,
            reply_to=self.reply_to,
            audience=_choice("audience", AudienceKind, self.audience) if self.audience else None,
            local_only=self.local_only,
            who_replies=_choice("who_replies", WhoReplies, self.who_replies),
            participants=participants,
            language=self._spoken(),
            warning=self.warning,
            pictures=tuple(picture.id for picture in self.pictures),
            poll=extras.poll,
            labels=extras.labels,
            place=self.place,
            quote=self.quoted_id or None,
            who_quotes=extras.who_quotes,
            form=self.form,
            title=self.title or "",
            board=self.board,
            topic=extras.topic,
            tags=extras.tags,
        )

    def kept_text(self, *, to_send: bool = False) -> DraftText:
        """What is kept for later, or `to_send` by itself. Raises Invalid, NotFound when it replies to no post."""
        if self.reply_to == 0:
            raise NotFound("post_not_found")
        return DraftText(
            source=self.text,
            parent_id=self.reply_to or 0,
            quoted_id=self.quoted_id,
            place_id=self.place,
            board_id=self.board,
            form=self.form,
            title=self.title or "",
            audience=_choice("audience", AudienceKind, self.audience) if self.audience else None,
            local_only=self.local_only,
            who_replies=_choice("who_replies", WhoReplies, self.who_replies),
            participants=self.participants,
            language=self._spoken() if to_send else _language(self.language),
            warning=self.warning,
            pictures=tuple(picture.id for picture in self.pictures),
            extras=self.extras,
        )

    @property
    def pictures_max(self) -> int:
        return PICTURES_MAX

    @property
    def form(self) -> Form:
        """What it becomes: what stands in a board is a topic."""
        return Form.TOPIC if self.board else Form.NOTE

    @property
    def spot(self) -> Spot:
        """What it is written for."""
        return Spot(self.reply_to or 0, self.quoted_id, self.place, self.board)

    def _spoken(self) -> str:
        """The language that was chosen; else it is found out, or taken to be the person's own."""
        return _language(self.language) or ("" if tells_enough(self.text) else self.locale)

    def ask_for_alt(self) -> None:
        """Ask once for the words of pictures that have none; whoever sends it again means it."""
        if not self.alt_asked and any(not picture.alt.strip() for picture in self.pictures):
            self.alt_asked = True
            self.note(Invalid("pictures", "alt_missing"))

    def edit(self) -> PostEdit:
        """What the domain is given when it is a post already. Raises Invalid."""
        extras = read_model_extras(self.extras)
        return PostEdit(
            source=self.text,
            title=self.title,
            tags=self.tags,
            language=_language(self.language),
            warning=self.warning,
            alts=self.alts,
            focuses=self.focuses,
            poll=extras.poll,
            labels=extras.labels,
            who_quotes=extras.who_quotes.value if extras.who_quotes else "",
        )

    @property
    def values(self) -> dict[str, object]:
        """For the composer: what to put into its fields, by their names."""
        return {
            "text": self.text,
            "audience": self.audience or self._usual.value,
            "local_only": self.local_only,
            "who_replies": self.who_replies,
            "participants": self.participants,
            "language": self.language,
            "warning": self.warning,
            "pictures": self.pictures,
            "reply_to": self.reply_to,
            "quoted_id": self.quoted_id,
            "place": self.place,
            "board": self.board,
            "title": self.title,
            "quoted": self.quoted,
            "group": self.group,
            "wall": self.wall,
            "for_group": self.for_group,
            "scheduled": self.scheduled,
            "came_back": self.came_back,
            "due": self.due,
            "extras": self.extras,
            "alt_asked": self.alt_asked,
            "kept": self.kept,
        }

    @property
    def _usual(self) -> AudienceKind:
        """For whom it is where nobody has said so."""
        among_friends = self.wall is not None and self.wall.kind is ActorKind.PERSON
        return AudienceKind.CONNECTIONS if among_friends else AudienceKind.PUBLIC

    def errors(self, language: str) -> list[tuple[str, str]]:
        """What is wrong, as (field, sentence)."""
        return [(name, explain(language, reason)) for name, reason in self.problems.items()]

    @property
    def alts(self) -> dict[int, str]:
        return {picture.id: picture.alt for picture in self.pictures}

    @property
    def focuses(self) -> dict[int, tuple[int, int]]:
        return {picture.id: _focus(picture.focus) for picture in self.pictures}

    async def describe(self, tx: Write, request: Request) -> None:
        """Note what was said of the pictures that wait for this post."""
        await describe_drafted(tx, request.viewer, self.alts)
        await aim_pictures(tx, request.viewer, self.focuses)


class ReplyTarget(NamedTuple):
    """What one replies to, with what is needed to show it."""

    post: Post
    actor: Actor | None


def fresh_draft(request: Request, parent: Post | None = None) -> DraftForm:
    """An empty form for the viewer."""
    return DraftForm(
        reply_to=parent.id if parent is not None else None,
        local_only=parent.local_only if parent is not None else False,
    )


async def draft_at(
    tx: Read, request: Request, parent: Post | None = None, quoted_id: int = 0, place: int = 0, board: int = 0
) -> DraftForm:
    """The form with what the viewer has begun to write at a place."""
    spot = Spot(parent.id if parent is not None else 0, quoted_id, place, board)
    found = await talk.find_draft_at(tx, request.viewer, spot)
    if found is None:
        form = fresh_draft(request, parent)
        form.quoted_id, form.place, form.board = quoted_id, place, board
        return form
    return await stored_draft(tx, found)


async def find_wall_of(tx: Read, request: Request, draft: DraftForm) -> Actor | None:
    """Whose wall is written on: that of a person or a page."""
    if draft.group is not None or not draft.place or draft.reply_to is not None:
        return None
    return (await people.list_actors(tx, request.viewer, [draft.place])).get(draft.place)


async def find_group_of(tx: Read, request: Request, draft: DraftForm, parent: Post | None) -> Group | None:
    """The group in which it is written: the one that is named, or that of the conversation."""
    place = draft.place
    if parent is not None:
        place = (await talk.get_conversation(tx, request.viewer, parent.conversation_id)).place_id
    return await groups.find_group(tx, request.viewer, place) if place else None


async def stored_draft(tx: Read, draft: Draft) -> DraftForm:
    """The form with what was kept."""
    pictures = (await talk.list_drafted_pictures(tx, [draft.id])).get(draft.id, [])
    return DraftForm(
        text=draft.source,
        audience=draft.audience,
        local_only=draft.local_only,
        who_replies=draft.who_replies.value,
        participants=draft.participants,
        language=draft.language,
        warning=draft.warning,
        reply_to=draft.parent_id or None,
        quoted_id=draft.quoted_id,
        place=draft.place_id,
        board=draft.board_id,
        title=draft.title or None,
        scheduled=draft.id if draft.due_at is not None or draft.waits_since is not None else 0,
        came_back=draft.due_at is None and draft.waits_since is not None,
        extras=draft.extras,
        pictures=[_kept_picture(picture) for picture in pictures],
        kept=True,
    )


def _kept_picture(picture: LoosePicture) -> KeptPicture:
    return KeptPicture(picture.id, picture.alt, f"{picture.focus_x} {picture.focus_y}")


def read_draft(request: Request, form: FormData) -> DraftForm:
    """Everything that was filled in. Raises BadRequest for what no form of ours sends."""
    text = forms.field
    return DraftForm(
        text=text(form, "text"),
        audience=text(form, "audience"),
        local_only=bool(text(form, "local_only")),
        who_replies=text(form, "who_replies") or WhoReplies.EVERYBODY.value,
        participants=text(form, "participants"),
        language=text(form, "language"),
        warning=text(form, "warning"),
        reply_to=None if text(form, "on_its_own") else _reply_to(text(form, "reply_to")),
        quoted_id=_reply_to(text(form, "quoted")) or 0,
        place=_place(text(form, "place")),
        for_group=bool(text(form, "for_group")),
        board=_reply_to(text(form, "board")) or 0,
        title=text(form, "title") if "title" in form else None,
        tags=read_tags(form),
        scheduled=parse_id(text(form, "scheduled")) or 0,
        came_back=bool(text(form, "came_back")),
        due=text(form, "due"),
        extras=read_extras(form),
        alt_asked=bool(text(form, "alt_asked")),
        form_hash=forms.fingerprint(request, form) if text(form, "form_key") else b"",
        locale=request.signed_in.locale if request.signed_in is not None else "",
        pictures=_kept_pictures(form),
    )


def due_moment(request: Request, draft: DraftForm) -> int:
    """When it is to be posted (ms). Raises Invalid."""
    zone = request.signed_in.time_zone if request.signed_in is not None else "UTC"
    found = local_moment(draft.due, zone)
    if found is None:
        raise Invalid("due", "due_form")
    return found


def _reply_to(text: str) -> int | None:
    """A reply to something that is no post must not become a post of its own: 0 is nobody's."""
    return (parse_id(text) or 0) if text else None


def _place(text: str) -> int:
    """What is written for a group must not be posted elsewhere: what is no number is nobody's."""
    return (parse_id(text) or _NOWHERE) if text else 0


def _kept_pictures(form: FormData) -> list[KeptPicture]:
    left_out = form.getlist("leave_out")
    found = [parse_id(one) for one in form.getlist("picture") if isinstance(one, str) and one not in left_out]
    return [
        KeptPicture(id_, forms.field(form, f"alt_{id_}"), forms.field(form, f"focus_{id_}"))
        for id_ in dict.fromkeys(found)
        if id_ is not None
    ]


def _focus(text: str) -> tuple[int, int]:
    """A point of a picture in percent; its middle for anything else."""
    found = _FOCUS.fullmatch(text)
    return (min(int(found[1]), 100), min(int(found[2]), 100)) if found else (50, 50)


async def take_uploads(request: Request, form: FormData, draft: DraftForm) -> None:
    """Keep the pictures that came with the form (`picture_1` to `picture_4`, described by `alt_1` to `alt_4`)."""
    for place in range(1, PICTURES_MAX + 1):
        alt = forms.field(form, f"alt_{place}")
        for upload in forms.files(form, f"picture_{place}"):
            try:
                if len(draft.pictures) >= draft.pictures_max:
                    raise Invalid("pictures", "pictures_many")
                draft.pictures.append(KeptPicture(await take_picture(request, upload, alt), alt))
            except Invalid as error:
                draft.note(Invalid("pictures", error.reason))
            except DomainError as error:
                draft.note(error)


async def find_reply_target(tx: Read, request: Request, id_: int) -> ReplyTarget:
    """Raises NotFound when the viewer may not see it."""
    post = await talk.get_post(tx, request.viewer, id_)
    return ReplyTarget(post, (await people.list_actors(tx, request.viewer, [post.actor_id])).get(post.actor_id))


def _choice(name: str, kind: type[ChoiceT], value: str) -> ChoiceT:
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid(name, "choice_unknown") from error


def _language(code: str) -> str:
    if code and code not in POST_LANGUAGES:
        raise Invalid("language", "choice_unknown")
    return code
