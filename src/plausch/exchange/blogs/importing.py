"""Bringing a blog in: articles with their dates, addresses, pictures and tags, drafts as drafts, and what others wrote
below them, by the actions that everybody's articles go through and without telling anybody.

Those who wrote comments elsewhere have no account here, and nobody speaks for them: a comment comes as a reply of the
blog's own that quotes it, with their name and its date, in its place in the thread. Of what is known about them
nothing else is read: no address, no number of their computer.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from plausch.exchange.arriving import Progress, Recent, check_standing, find_arrived, note_arrival
from plausch.exchange.blogs.fetching import Fetching
from plausch.exchange.blogs.links import by_address, led_to, linked_in
from plausch.exchange.blogs.model import BroughtArticle, BroughtBlog, BroughtComment
from plausch.exchange.blogs.targets import Target
from plausch.exchange.blogs.texts import Words, article_source
from plausch.exchange.host import Host
from plausch.exchange.pictures import Loaded, add_picture, discard, load_picture
from plausch.exchange.unpacking import BlogForm, unpack_blog
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, Invalid
from plausch.people import queries as people
from plausch.people.model import ActorKind, Viewer
from plausch.storage import Write
from plausch.talk import actions as talk
from plausch.talk import queries as talk_queries
from plausch.talk.model import (
    ARTICLE_MAX,
    ARTICLE_PICTURES_MAX,
    SUBTITLE_MAX,
    TEXT_MAX,
    TITLE_MAX,
    ArticleDraft,
    ArticlePart,
    DraftText,
    Form,
    Post,
    PostDraft,
    make_slug,
)
from plausch.work.facts import Origin

#: Comments written in one transaction, and articles looked up at once.
_PORTION = 50


class BlogWishes(msgspec.Struct, frozen=True):
    """What is to be made of what somebody brings."""

    form: BlogForm
    #: Whose blog it goes to.
    blog: int
    #: What stands beside the posts becomes articles, too.
    pages: bool = False
    #: Pictures that are not among the files are fetched from where they are.
    fetch: bool = True
    #: Whoever brings it has seen what it is.
    confirmed: bool = False


class BlogOutcome(msgspec.Struct, frozen=True):
    """What an import brought; `left_out` by kind, `unread` by name."""

    articles: int = 0
    drafts: int = 0
    comments: int = 0
    #: Articles, drafts and comments that were brought in before.
    known: int = 0
    pictures: int = 0
    left_out: dict[str, int] = {}
    unread: tuple[str, ...] = ()

    def numbers(self) -> dict[str, int]:
        counts = {name: getattr(self, name) for name in ("articles", "drafts", "comments", "known", "pictures")}
        return counts | {f"left_out_{what}": times for what, times in self.left_out.items()}


async def preview_blog(host: Host, wishes: BlogWishes, path: Path) -> BroughtBlog:
    """What importing it would read, and nothing is written. Raises ArchiveBroken."""
    folder = _folder(host, path)
    try:
        return await unpack_blog(path, folder, wishes.form, pages=wishes.pages)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def import_blog(
    host: Host, person: int, target: Target, wishes: BlogWishes, path: Path, progress: Progress
) -> BlogOutcome:
    """Bring what is at `path` into a blog. Raises ArchiveBroken before anything is written."""
    folder = _folder(host, path)
    try:
        blog = await unpack_blog(path, folder, wishes.form, pages=wishes.pages)
        return await _Import(host, Viewer(person, target.id), target, wishes, folder, blog, progress).run()
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _folder(host: Host, path: Path) -> Path:
    return host.folder / f"{path.name}.unpacked"


class _Import:
    def __init__(
        self,
        host: Host,
        viewer: Viewer,
        target: Target,
        wishes: BlogWishes,
        folder: Path,
        blog: BroughtBlog,
        progress: Progress,
    ) -> None:
        self._host = host
        self._viewer = viewer
        self._target = target
        self._place = target.id if target.kind is ActorKind.GROUP else 0
        self._blog = blog
        self._progress = progress
        self._fetching = Fetching(host.outgoing, folder, enabled=wishes.fetch)
        self._recent = Recent()
        self._by_address = by_address(blog.articles)
        #: How many had the same second: no second holds many ids that are all different.
        self._at: Counter[int] = Counter()
        self._left_out = dict(blog.left_out)
        self._articles = self._drafts = self._comments = self._known = self._pictures = 0

    async def run(self) -> BlogOutcome:
        articles = self._blog.articles
        for start in range(0, len(articles), _PORTION):
            portion = articles[start : start + _PORTION]
            async with self._host.database.read() as tx:
                there = await find_arrived(tx, self._target.id, [one.key for one in portion])
            for place, article in enumerate(portion, start + 1):
                await self._take(article, there.get(article.key))
                await self._progress(place, len(articles))
        return BlogOutcome(
            self._articles,
            self._drafts,
            self._comments,
            self._known,
            self._pictures,
            self._left_out,
            self._blog.unread,
        )

    async def _take(self, article: BroughtArticle, known: int | None) -> None:
        """An article that is not here yet, and then what is new below it."""
        if known is not None:
            self._known += 1
        elif not article.draft and not self._recent.lets_in(article.published_at or clock.now()):
            self._leave_out("recent")
            return
        else:
            known = await self._bring(article)
        if known is None or article.draft or not article.comments:
            return
        for start in range(0, len(article.comments), _PORTION):
            await self._bring_comments(known, article, article.comments[start : start + _PORTION])

    async def _bring(self, article: BroughtArticle) -> int | None:
        """Pictures first, which takes time, then the article in one transaction; its post, or None when refused."""
        loaded = await self._load_pictures(article)
        try:
            async with self._host.database.write() as tx:
                await check_standing(tx, self._viewer)
                words = await self._words(tx, article)
                try:
                    async with tx.savepoint():
                        id_ = await self._write(tx, article, loaded, words)
                except DomainError as error:
                    self._leave_out("drafts_many" if error.reason == "drafts_many" else "refused")
                    await discard(self._host, loaded.values())
                    return None
                await note_arrival(tx, self._target.id, article.key, id_)
        except BaseException:
            await discard(self._host, loaded.values())
            raise
        self._pictures += len(loaded)
        self._articles += not article.draft
        self._drafts += article.draft
        return id_

    async def _write(self, tx: Write, article: BroughtArticle, loaded: dict[int, Loaded], words: Words) -> int:
        ids = {place: await add_picture(tx, self._viewer, one) for place, one in loaded.items()}
        source = led_to(article_source(article, ids, words), await self._moved(tx, article))
        if len(source) > ARTICLE_MAX:
            self._leave_out("cut")
        part = ArticlePart(
            subtitle=_cut(article.subtitle, SUBTITLE_MAX),
            slug=article.slug,
            cover=ids.get(article.cover, 0),
            series=_cut(article.series, TITLE_MAX),
        )
        title, language = _cut(article.title, TITLE_MAX), article.language
        if article.draft:
            text = DraftText(
                source=source[:ARTICLE_MAX],
                title=title,
                form=Form.ARTICLE,
                language=language,
                place_id=self._place,
                pictures=tuple(ids.values()),
                extras={"article": msgspec.to_builtins(part)},
            )
            draft = await talk.save_draft(tx, self._viewer, text)
            if draft is None:
                raise Invalid("text", "missing")
            return draft
        new = ArticleDraft(
            source=source[:ARTICLE_MAX],
            title=title,
            language=language,
            place=self._place,
            **{name: getattr(part, name) for name in ArticlePart.__struct_fields__},
        )
        when = self._moment(article.published_at) if article.published_at else None
        return await talk.publish_article(
            tx, self._viewer, new, self._host.addresses, origin=Origin.IMPORT, published_at=when
        )

    async def _moved(self, tx: Write, article: BroughtArticle) -> dict[str, str]:
        """Where what an article links to is now, or will be: each keeps its name as long as that is free."""
        linked = linked_in(article, self._by_address)
        if not linked:
            return {}
        there = await find_arrived(tx, self._target.id, sorted({one.key for one in linked.values()}))
        here = await talk_queries.find_articles(tx, list(there.values()))
        moved = {}
        for url, one in linked.items():
            slug = make_slug(one.slug) or make_slug(one.title)
            if one.key in there:
                slug = here[there[one.key]].slug if there[one.key] in here else ""
            elif slug and await talk_queries.find_article(tx, self._viewer, self._target.handle, slug) is not None:
                slug = ""
            if slug:
                moved[url] = self._host.absolute(f"{self._host.addresses.profile(self._target.handle)}/blog/{slug}")
        return moved

    async def _bring_comments(self, root: int, article: BroughtArticle, comments: Sequence[BroughtComment]) -> None:
        async with self._host.database.write() as tx:
            await check_standing(tx, self._viewer)
            keys = {key for one in comments for key in (one.key, one.parent) if key}
            there = await find_arrived(tx, self._target.id, sorted(keys))
            words = await self._words(tx, article)
            for one in comments:
                if one.key in there:
                    self._known += 1
                    continue
                parent = await self._parent(tx, there.get(one.parent), root)
                written = await self._reply(tx, parent, one, article.language, words) if parent else None
                if written is None:
                    self._leave_out("refused")
                    continue
                await note_arrival(tx, self._target.id, one.key, written)
                there[one.key] = written
                self._comments += 1

    async def _parent(self, tx: Write, answered: int | None, root: int) -> Post | None:
        """What it answered, if that is here, else the article; None: that is gone."""
        for id_ in (answered, root):
            found = await talk_queries.find_post(tx, self._viewer, id_) if id_ else None
            if found is not None and found.conversation_id == root:
                return found
        return None

    async def _reply(self, tx: Write, parent: Post, comment: BroughtComment, language: str, words: Words) -> int | None:
        source = words.comment(comment, self._blog.site)
        draft = PostDraft(source=source[:TEXT_MAX], reply_to=parent.id, language=language)
        try:
            async with tx.savepoint():
                return await talk.publish_post(
                    tx,
                    self._viewer,
                    draft,
                    self._host.addresses,
                    origin=Origin.IMPORT,
                    published_at=self._moment(max(comment.published_at, parent.published_at + 1)),
                )
        except DomainError:
            return None

    def _moment(self, second: int) -> int:
        """Of what was written in the same second, each in a millisecond of its own."""
        self._at[second] += 1
        return second + min(self._at[second] - 1, 999)

    async def _words(self, tx: Write, article: BroughtArticle) -> Words:
        account = await people.get_account(tx, self._viewer.person)
        return Words(article.language, account.locale, self._target.name)

    async def _load_pictures(self, article: BroughtArticle) -> dict[int, Loaded]:
        """By their places; the cover first, then as many as an article may have."""
        order = sorted(range(len(article.pictures)), key=lambda place: place != article.cover)
        wanted = order[:ARTICLE_PICTURES_MAX]
        files = await self._fetching.fetch_all([article.pictures[place] for place in wanted])
        loaded: dict[int, Loaded] = {}
        for place, file in zip(wanted, files, strict=True):
            if file is None:
                continue
            try:
                data = await asyncio.to_thread(file.read_bytes)
                loaded[place] = await load_picture(self._host, data, article.pictures[place].alt)
            except Invalid:
                self._leave_out("media")
        self._leave_out("media", len(order) - len(wanted))
        self._leave_out("missing_pictures", files.count(None))
        return loaded

    def _leave_out(self, what: str, times: int = 1) -> None:
        if times:
            self._left_out[what] = self._left_out.get(what, 0) + times


def _cut(text: str, most: int) -> str:
    """So that it fits, at a space if need be."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0]}…"
