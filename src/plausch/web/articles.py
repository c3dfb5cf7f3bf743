"""An article that is being written: the fields of its page, and kept whole when something in it is wrong."""

import re
from dataclasses import dataclass, fields
from typing import Any

import msgspec
from starlette.datastructures import FormData

from plausch.http import forms
from plausch.http.request import Request
from plausch.kernel.errors import Invalid
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import ARTICLE_PICTURES_MAX, ArticlePart, Draft, Form, Post, PostDraft, PostEdit
from plausch.web.drafts import DraftForm, KeptPicture, read_draft, stored_draft

_NO_PART = ArticlePart()
_DESCRIBED = re.compile(r"!\[[^\]\n]+\]\(picture:(\d{1,19})\b")


@dataclass(slots=True)
class ArticleForm(DraftForm):
    """What is in the fields. `scheduled` is the id of its draft."""

    subtitle: str = ""
    #: Its name in the address; without one it is made of the title, or stays.
    slug: str = ""
    #: The id of one of the pictures.
    cover: int = 0
    series: str = ""
    series_place: int = 0
    authors: str = ""
    #: The article that is changed; 0 for a new one.
    post_id: int = 0
    #: It is not to be kept while one types: it is scheduled, waits or is posted.
    settled: bool = False
    #: It comes from the composer of posts.
    grows: bool = False

    @property
    def form(self) -> Form:
        return Form.ARTICLE

    @property
    def pictures_max(self) -> int:
        return ARTICLE_PICTURES_MAX

    def ask_for_alt(self) -> None:
        """Words may stand in the text, too."""
        described = {int(id_) for id_ in _DESCRIBED.findall(self.text)}
        if not self.alt_asked and any(not one.alt.strip() and one.id not in described for one in self.pictures):
            self.alt_asked = True
            self.note(Invalid("pictures", "alt_missing"))

    @property
    def part(self) -> ArticlePart:
        return ArticlePart(
            subtitle=self.subtitle,
            slug=self.slug,
            cover=self.cover,
            series=self.series,
            series_place=self.series_place,
            authors=self.authors,
        )

    def keep_part(self) -> None:
        """Put what it has beyond a post to what is kept with a draft; only what somebody has filled in."""
        values = msgspec.to_builtins(self.part)
        filled = {name: value for name, value in values.items() if value != getattr(_NO_PART, name)}
        self.extras = {name: value for name, value in self.extras.items() if name != "article"}
        if filled:
            self.extras["article"] = filled

    def article(self) -> PostDraft:
        """What the domain is given. Raises Invalid."""
        return msgspec.structs.replace(DraftForm.draft(self, ()), article=self.part, pictures=())

    def changed_article(self) -> PostEdit:
        return msgspec.structs.replace(DraftForm.edit(self), article=self.part, who_quotes=None)


def _widened(draft: DraftForm, **more: Any) -> ArticleForm:
    return ArticleForm(**{one.name: getattr(draft, one.name) for one in fields(DraftForm)}, **more)


def read_article(request: Request, form: FormData) -> ArticleForm:
    """Everything that was filled in. Raises BadRequest for what no form of ours sends."""
    text = forms.field
    draft = read_draft(request, form)
    found = _widened(
        draft,
        subtitle=text(form, "subtitle"),
        slug=text(form, "slug"),
        cover=parse_id(text(form, "cover")) or 0,
        series=text(form, "series"),
        series_place=min(parse_id(text(form, "series_place")) or 0, 10_000),
        authors=text(form, "authors"),
        post_id=parse_id(text(form, "post")) or 0,
        settled=bool(text(form, "settled")),
        grows=bool(text(form, "grow")),
    )
    found.reply_to, found.quoted_id, found.board = None, 0, 0
    if found.cover not in {picture.id for picture in found.pictures}:
        found.cover = 0
    found.keep_part()
    return found


async def drafted_article(tx: Read, draft: Draft) -> ArticleForm:
    """The form with what was kept."""
    found = _widened(await stored_draft(tx, draft), settled=draft.due_at is not None or draft.waits_for != 0)
    found.scheduled = draft.id
    kept = draft.extras.get("article")
    for name, value in (kept if isinstance(kept, dict) else {}).items():
        setattr(found, name, value)
    return found


async def posted_article(tx: Read, viewer: Viewer, post: Post) -> ArticleForm:
    """The form with what stands in an article. Raises NotFound, NotAllowed for somebody else's."""
    assert post.article is not None
    source = await talk.get_source(tx, viewer, post.id)
    pictures = (await talk.list_pictures(tx, [post.id])).get(post.id, [])
    named = [one.actor_id for one in await talk.list_authors(tx, post.id) if one.actor_id != post.actor_id]
    actors = await people.list_actors(tx, viewer, named)
    series_id = post.article.series_id
    return ArticleForm(
        text=source.source,
        title=source.title,
        warning=source.warning,
        language=source.language,
        pictures=[KeptPicture(one.id, one.alt, f"{one.focus_x} {one.focus_y}") for one in pictures],
        subtitle=post.article.subtitle,
        slug=post.article.slug,
        cover=post.article.cover.id if post.article.cover is not None else 0,
        series=(await talk.get_series_name(tx, series_id))[0] if series_id else "",
        series_place=await talk.find_series_place(tx, post.id) if series_id else 0,
        authors=", ".join(f"@{actors[id_].handle}" for id_ in named if id_ in actors),
        post_id=post.id,
        settled=True,
    )
