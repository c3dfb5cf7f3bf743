"""Writing an account archive, in the form that `reading` takes: it can be brought in elsewhere, and here."""

import asyncio
import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import msgspec

from plausch.exchange.host import Host
from plausch.feeds import queries as feeds
from plausch.http.site import profile_path
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import TOP, Page
from plausch.language.formats import iso
from plausch.language.markdown import plain_text
from plausch.people import queries as people
from plausch.people.model import Actor, Profile, Relation, Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Article, AudienceKind, Picture, Poll, Post

_CONTEXT = "https://www.w3.org/ns/activitystreams"
_PUBLIC = f"{_CONTEXT}#Public"
_PORTION = 100
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", "image/avif": "avif"}


class AccountWriter:
    """Fills a zip with everything that is the viewer's."""

    def __init__(self, host: Host, viewer: Viewer, archive: zipfile.ZipFile) -> None:
        self._host = host
        self._viewer = viewer
        self._zip = archive

    async def write(self) -> int:
        """Everything; how many posts that is."""
        async with self._host.database.read() as tx:
            handle = (await people.get_actor(tx, self._viewer.acting_as)).handle
            profile = await people.get_profile(tx, self._viewer, handle)
        self._actor = self._host.absolute(profile_path(profile.handle))
        await self._write_actor(profile)
        count = await self._write_outbox()
        await self._write_kept("likes.json", self._liked())
        await self._write_kept("bookmarks.json", self._bookmarked())
        await self._write_relations()
        return count

    def _store(self, name: str, value: Any) -> None:
        self._zip.writestr(name, msgspec.json.format(msgspec.json.encode(value), indent=1))

    async def _write_actor(self, profile: Profile) -> None:
        actor: dict[str, Any] = {
            "@context": _CONTEXT,
            "id": self._actor,
            "type": "Person",
            "preferredUsername": profile.handle,
            "name": profile.name,
            "summary": profile.about_html,
            "url": self._actor,
            "published": iso(profile.created_at),
            "followers": f"{self._actor}/followers",
            "outbox": "outbox.json",
            "likes": "likes.json",
            "bookmarks": "bookmarks.json",
        }
        large = profile.picture.partition(".")[0]
        if large:
            actor["icon"] = {"type": "Image", "mediaType": "image/webp", "url": "avatar.webp"}
            if profile.picture_alt:
                actor["icon"]["name"] = profile.picture_alt
            await self._store_file("avatar.webp", large)
        self._store("actor.json", actor)

    async def _store_file(self, name: str, key: str) -> bool:
        try:
            data = await self._host.media.read(key)
        except NotFound:
            return False
        await asyncio.to_thread(self._zip.writestr, name, data, zipfile.ZIP_STORED)
        return True

    async def _write_outbox(self) -> int:
        """One activity a post, with all that is needed to make the same post elsewhere."""
        made: list[bytes] = []
        after = 0
        while True:
            async with self._host.database.read() as tx:
                sources = await talk.list_own_sources(tx, self._viewer, after, _PORTION)
                ids = [one.id for one in sources]
                posts = await talk.list_posts(tx, self._viewer, ids)
                pictures = await talk.list_pictures(tx, ids)
                tags = {id_: await talk.list_tags(tx, id_) for id_ in ids}
            if not sources:
                break
            for one in sources:
                if one.id in posts:
                    attached = await self._attach(pictures.get(one.id, ()))
                    post, source = posts[one.id], one.source
                    if post.article is not None:
                        await self._write_article(post, post.article, source, attached, tags[one.id])
                        post, source = self._as_note(post, post.article)
                    activity = self._activity(post, source, attached, tags[one.id])
                    made.append(msgspec.json.encode(activity))
            after = sources[-1].id
        head = msgspec.json.encode({"@context": _CONTEXT, "id": "outbox.json", "type": "OrderedCollection"})
        body = b'%b,"totalItems":%d,"orderedItems":[\n%b\n]}' % (head[:-1], len(made), b",\n".join(made))
        await asyncio.to_thread(self._zip.writestr, "outbox.json", body)
        return len(made)

    async def _write_article(
        self, post: Post, article: Article, source: str, attached: Sequence[dict[str, Any]], tags: Sequence[str]
    ) -> None:
        """All of an article, as Markdown with what other programs want to know above it."""
        told = {
            "title": post.title,
            "subtitle": article.subtitle,
            "date": _exactly(post.published_at),
            "tags": list(tags),
            "lang": post.language,
            "slug": article.slug,
        }
        head = "\n".join(f"{name}: {msgspec.json.encode(value).decode()}" for name, value in told.items() if value)
        text = source
        for one in attached:
            id_ = one["url"].rpartition("/")[2].partition(".")[0]
            text = re.sub(rf"\((?:picture:|/pictures/){id_}(?:/\w+)?", f"(../..{one['url']}", text)
        name = f"articles/{article.blog_handle}/{article.slug}.md"
        await asyncio.to_thread(self._zip.writestr, name, f"---\n{head}\n---\n\n{text}\n")

    def _as_note(self, post: Post, article: Article) -> tuple[Post, str]:
        """What stands for an article where there are only short texts: its title, its beginning, and where it is."""
        url = self._host.absolute(f"{profile_path(article.blog_handle)}/blog/{article.slug}")
        link = f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
        html = f"<p><strong>{escape(post.title)}</strong></p>{post.html}{link}"
        source = f"**{post.title}**\n\n{plain_text(post.html)}\n\n{url}"
        return msgspec.structs.replace(post, html=html), source

    async def _attach(self, pictures: Iterable[Picture]) -> list[dict[str, Any]]:
        attached = []
        for picture in pictures:
            async with self._host.database.read() as tx:
                file = await talk.find_picture_file(tx, self._viewer, picture.id, "large")
            if file is None:
                continue
            name = f"media_attachments/files/{picture.id}.{_ENDINGS.get(file.mime, 'bin')}"
            if await self._store_file(name, file.key):
                attached.append(
                    {
                        "type": "Document",
                        "mediaType": file.mime,
                        "url": f"/{name}",
                        "name": picture.alt,
                        "width": picture.width,
                        "height": picture.height,
                        "blurhash": picture.blurhash,
                    }
                )
        return attached

    def _activity(
        self, post: Post, source: str, attached: Sequence[dict[str, Any]], tags: Sequence[str]
    ) -> dict[str, Any]:
        url = self._host.absolute(f"/posts/{post.id}")
        to, cc = self._addressing(post.audience_kind)
        published = _exactly(post.published_at)
        note: dict[str, Any] = {
            "id": url,
            "type": "Question" if post.poll is not None else "Note",
            "url": url,
            "attributedTo": self._actor,
            "published": published,
            "updated": _exactly(post.edited_at) if post.edited_at is not None else None,
            "inReplyTo": self._host.absolute(f"/posts/{post.parent_id}") if post.parent_id is not None else None,
            "summary": post.warning or None,
            "sensitive": bool(post.warning),
            "content": post.html,
            "contentMap": {post.language: post.html} if post.language else None,
            "source": {"content": source, "mediaType": "text/markdown"},
            "to": to,
            "cc": cc,
            "attachment": attached,
            "tag": [{"type": "Hashtag", "name": f"#{tag}"} for tag in tags],
            "localOnly": post.local_only,
            **(_poll(post.poll) if post.poll is not None else {}),
        }
        return {
            "id": f"{url}/activity",
            "type": "Create",
            "actor": self._actor,
            "published": published,
            "to": to,
            "cc": cc,
            "object": {name: value for name, value in note.items() if value is not None},
        }

    def _addressing(self, kind: AudienceKind) -> tuple[list[str], list[str]]:
        followers = f"{self._actor}/followers"
        if kind is AudienceKind.PUBLIC:
            return [_PUBLIC], [followers]
        if kind is AudienceKind.QUIET:
            return [followers], [_PUBLIC]
        # A group is named nowhere: brought in elsewhere, what was said in it is for nobody else.
        if kind in (AudienceKind.PARTICIPANTS, AudienceKind.GROUP):
            return [], []
        # Elsewhere there is nothing between followers and those who are named; connections are the narrower of both.
        return ([followers], []) if kind is AudienceKind.FOLLOWERS else ([f"{self._actor}/connections"], [])

    async def _write_kept(self, name: str, ids: AsyncIterator[int]) -> None:
        urls = [self._host.absolute(f"/posts/{id_}") async for id_ in ids]
        self._store(name, {"@context": _CONTEXT, "id": name, "type": "OrderedCollection", "orderedItems": urls})

    async def _liked(self) -> AsyncIterator[int]:
        before = TOP
        while True:
            async with self._host.database.read() as tx:
                found = await talk.list_liked(tx, self._viewer, Page(before=before, limit=_PORTION))
            for one in found:
                yield one.post_id
            if len(found) < _PORTION:
                return
            before = found[-1].position

    async def _bookmarked(self) -> AsyncIterator[int]:
        before = TOP
        while True:
            async with self._host.database.read() as tx:
                found = await talk.list_bookmarks(tx, self._viewer, Page(before=before, limit=_PORTION))
            for id_ in found:
                yield id_
            if len(found) < _PORTION:
                return
            before = found[-1]

    async def _write_relations(self) -> None:
        async with self._host.database.read() as tx:
            follows = await _related(tx, self._viewer, Relation.FOLLOW)
            blocks = await people.list_avoided(tx, self._viewer, Relation.BLOCK)
            mutes = await people.list_avoided(tx, self._viewer, Relation.MUTE)
            lists = [
                (one.name, self._address(actor))
                for one in await feeds.list_lists(tx, self._viewer)
                for actor in await feeds.list_list_members(tx, self._viewer, one.id)
            ]
        self._table("following_accounts.csv", ["Account address"], ([self._address(one)] for one in follows))
        self._table("blocked_accounts.csv", None, ([self._address(one)] for one in blocks))
        self._table("muted_accounts.csv", ["Account address"], ([self._address(one)] for one in mutes))
        self._table("lists.csv", None, (list(row) for row in lists))

    def _address(self, actor: Actor) -> str:
        return f"{actor.handle}@{self._host.settings.domain}"

    def _table(self, name: str, head: list[str] | None, rows: Iterable[list[str]]) -> None:
        text = io.StringIO()
        writer = csv.writer(text)
        if head is not None:
            writer.writerow(head)
        writer.writerows(rows)
        self._zip.writestr(name, text.getvalue())


async def _related(tx: Read, viewer: Viewer, relation: Relation) -> list[Actor]:
    found: list[Actor] = []
    before = TOP
    while True:
        portion = await people.list_related(tx, viewer, viewer.acting_as, relation, Page(before=before, limit=_PORTION))
        found += portion
        if len(portion) < _PORTION:
            return found
        before = portion[-1].id


def _exactly(moment: int) -> str:
    """To the millisecond: what was said within one second keeps its order."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")


def _poll(poll: Poll) -> dict[str, Any]:
    options = [
        {"type": "Note", "name": option.text, "replies": {"type": "Collection", "totalItems": option.votes}}
        for option in poll.options
    ]
    return {"anyOf" if poll.multiple else "oneOf": options, "endTime": iso(poll.ends_at), "votersCount": poll.voters}
