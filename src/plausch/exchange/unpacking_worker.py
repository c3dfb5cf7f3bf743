"""The child process of `unpacking`: the only place where archives that people bring are opened."""

from pathlib import Path

import msgspec

from plausch.exchange.blogs.model import BroughtBlog
from plausch.exchange.bundles import ArchiveBroken, Bundle, opened
from plausch.exchange.markdown.reading import read_markdown
from plausch.exchange.mastodon.model import AccountArchive, ArchivedPicture
from plausch.exchange.mastodon.reading import read_archive
from plausch.exchange.unpacking import BlogForm, Broken, Unpack, UnpackBlog, Unpacked, UnpackedBlog
from plausch.exchange.wordpress.reading import read_wordpress
from plausch.kernel.child import serve
from plausch.storage.pictures import MAX_BYTES

#: What all pictures of an archive may have together.
_TOGETHER = 8 << 30
#: What all texts of a blog may have together: they go back in one piece.
_TEXTS = 48 << 20
#: How a blog is read, and what a file alone is called.
_BLOGS = {BlogForm.WORDPRESS: (read_wordpress, "export.xml"), BlogForm.MARKDOWN: (read_markdown, "text.md")}


class _Shelf:
    """Lays pictures down in a folder, each once, under a number."""

    def __init__(self, bundle: Bundle, folder: Path) -> None:
        self._bundle = bundle
        self._folder = folder
        self._names: dict[str, str] = {}
        self._room = _TOGETHER

    def lay_down(self, name: str) -> str:
        """The file it lies in; empty for what is larger than any picture. Raises ArchiveBroken."""
        if name not in self._names:
            data = self._bundle.read(name)
            self._room -= len(data)
            if self._room < 0:
                raise ArchiveBroken("archive_file_too_large", name)
            fits = len(data) <= MAX_BYTES
            self._names[name] = str(len(self._names)) if fits else ""
            if fits:
                (self._folder / self._names[name]).write_bytes(data)
        return self._names[name]


def unpack(request: Unpack | UnpackBlog) -> Unpacked | UnpackedBlog | Broken:
    """Read it whole, or say what is wrong with it."""
    try:
        if isinstance(request, UnpackBlog):
            return _unpack_blog(request)
        with opened(Path(request.path)) as bundle:
            archive = read_archive(bundle)
            return Unpacked(_laid_down(archive, _Shelf(bundle, Path(request.folder))))
    except ArchiveBroken as error:
        return Broken(error.reason, error.where)


def _unpack_blog(request: UnpackBlog) -> UnpackedBlog:
    read, single = _BLOGS[request.form]
    with opened(Path(request.path), single) as bundle:
        blog = read(bundle, pages=request.pages)
        texts = sum(len(one.source) + sum(len(below.source) for below in one.comments) for one in blog.articles)
        if texts > _TEXTS:
            raise ArchiveBroken("archive_file_too_large", Path(request.path).name)
        return UnpackedBlog(_blog_laid_down(blog, _Shelf(bundle, Path(request.folder))))


def _blog_laid_down(blog: BroughtBlog, shelf: _Shelf) -> BroughtBlog:
    """Pictures keep their places, for the texts go by them."""
    articles = []
    for article in blog.articles:
        pictures = tuple(
            msgspec.structs.replace(one, name=shelf.lay_down(one.name) if one.name else "") for one in article.pictures
        )
        articles.append(msgspec.structs.replace(article, pictures=pictures))
    return msgspec.structs.replace(blog, articles=tuple(articles))


def _laid_down(archive: AccountArchive, shelf: _Shelf) -> AccountArchive:
    left_out = dict(archive.left_out)
    posts = []
    for post in archive.posts:
        pictures = [ArchivedPicture(shelf.lay_down(one.name), one.alt) for one in post.pictures]
        there = tuple(one for one in pictures if one.name)
        if len(there) < len(pictures):
            left_out["media"] = left_out.get("media", 0) + len(pictures) - len(there)
        posts.append(msgspec.structs.replace(post, pictures=there))
    picture = shelf.lay_down(archive.profile.picture) if archive.profile.picture else ""
    profile = msgspec.structs.replace(archive.profile, picture=picture)
    return msgspec.structs.replace(archive, profile=profile, posts=tuple(posts), left_out=left_out)


if __name__ == "__main__":
    serve(unpack, Unpack | UnpackBlog)
