"""What somebody is writing: read from a form, and kept whole when something in it is wrong."""

import enum
import re
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from starlette.datastructures import FormData

from plausch.http import forms
from plausch.http.errors import status_of
from plausch.http.request import Request
from plausch.kernel.errors import Conflict, DomainError, Invalid
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Actor
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import PICTURES_MAX, AudienceKind, Post, PostDraft, PostEdit, WhoReplies
from plausch.web.languages import POST_LANGUAGES
from plausch.web.problems import WHOLE, Problems
from plausch.web.reasons import explain
from plausch.web.uploads import take_picture

_BETWEEN_HANDLES = re.compile(r"[\s,;]+")
ChoiceT = TypeVar("ChoiceT", bound=enum.StrEnum)


class KeptPicture(NamedTuple):
    """A picture that is uploaded already."""

    id: int
    alt: str


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
        return PostDraft(
            source=self.text,
            reply_to=self.reply_to,
            audience=_choice("audience", AudienceKind, self.audience) if self.audience else None,
            local_only=self.local_only,
            who_replies=_choice("who_replies", WhoReplies, self.who_replies),
            participants=participants,
            language=_language(self.language),
            warning=self.warning,
            pictures=tuple(picture.id for picture in self.pictures),
        )

    def edit(self) -> PostEdit:
        """What the domain is given when it is a post already. Raises Invalid."""
        return PostEdit(
            source=self.text, language=_language(self.language), warning=self.warning, alts=self.alts
        )

    @property
    def values(self) -> dict[str, object]:
        """For the composer: what to put into its fields, by their names."""
        return {
            "text": self.text,
            "audience": self.audience or AudienceKind.PUBLIC.value,
            "local_only": self.local_only,
            "who_replies": self.who_replies,
            "participants": self.participants,
            "language": self.language,
            "warning": self.warning,
            "pictures": self.pictures,
        }

    def errors(self, language: str) -> list[tuple[str, str]]:
        """What is wrong, as (field, sentence)."""
        return [(name, explain(language, reason)) for name, reason in self.problems.items()]

    @property
    def alts(self) -> dict[int, str]:
        return {picture.id: picture.alt for picture in self.pictures}


class ReplyTarget(NamedTuple):
    """What one replies to, with what is needed to show it."""

    post: Post
    actor: Actor | None


def fresh_draft(request: Request, parent: Post | None = None) -> DraftForm:
    """An empty form for the viewer."""
    signed_in = request.signed_in
    return DraftForm(
        language=signed_in.locale if signed_in is not None else "",
        reply_to=parent.id if parent is not None else None,
        local_only=parent.local_only if parent is not None else False,
    )


def read_draft(form: FormData) -> DraftForm:
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
        reply_to=_reply_to(text(form, "reply_to")),
        pictures=_kept_pictures(form),
    )


def _reply_to(text: str) -> int | None:
    """A reply to something that is no post must not become a post of its own: 0 is nobody's."""
    return (parse_id(text) or 0) if text else None


def _kept_pictures(form: FormData) -> list[KeptPicture]:
    found = [parse_id(value) for value in form.getlist("picture") if isinstance(value, str)]
    return [KeptPicture(id_, forms.field(form, f"alt_{id_}")) for id_ in dict.fromkeys(found) if id_ is not None]


async def take_uploads(request: Request, form: FormData, draft: DraftForm) -> None:
    """Keep the pictures that came with the form (`picture_1` to `picture_4`, described by `alt_1` to `alt_4`)."""
    for place in range(1, PICTURES_MAX + 1):
        alt = forms.field(form, f"alt_{place}")
        for upload in forms.files(form, f"picture_{place}"):
            try:
                if len(draft.pictures) >= PICTURES_MAX:
                    raise Invalid("pictures", "pictures_many")
                draft.pictures.append(KeptPicture(await take_picture(request, upload, alt), alt))
            except Invalid as error:
                draft.note(Invalid("pictures", error.reason))
            except DomainError as error:
                draft.note(error)


async def find_participants(tx: Read, text: str) -> tuple[int, ...]:
    """Whom a line of handles names. Raises Invalid when one of them is nobody."""
    handles = [word.removeprefix("@").lower() for word in _BETWEEN_HANDLES.split(text) if word.strip("@")]
    found = await people.resolve_handles(tx, list(dict.fromkeys(handles))[:200])
    if any(handle not in found for handle in handles):
        raise Invalid("participants", "participant_unknown")
    return tuple(dict.fromkeys(found[handle].id for handle in handles))


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
