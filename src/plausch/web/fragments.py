"""Fragments of pages, put together once for all who see them alike.

A remembered macro is kept in this process under everything its markup depends on: versions of posts and actors,
numbers, the viewer's own flags, the words for an age. So nothing has to be thrown away when something changes, and
every process is right by itself; what is not asked for any more makes room.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from plausch.people.model import Actor
from plausch.talk.model import Post

#: A post takes about two kilobytes; each language has its own.
_MOST = 3_000
#: Where each composer has what is its own alone; it stands before anything that people wrote.
_FORM_KEY_PLACE = "(form key)"


class Remembered:
    """Calls a template's macro, or remembers what it gave for the very same. A key of None is never kept."""

    def __init__(self, environment: Environment, template: str, macro: str, key: Callable[..., Hashable]) -> None:
        self._environment = environment
        self._template = template
        self._name = macro
        self._key = key
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()

    def __call__(self, *args: Any, **options: Any) -> Markup:
        key = self._key(*args, **options)
        found = self._kept.get(key)
        if found is None:
            macro = getattr(self._environment.get_template(self._template).module, self._name)
            found = Markup(macro(*args, **options))  # noqa: S704 - macros escape what they are given
            if key is not None:
                self._kept[key] = found
                if len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found


def remembered(environment: Environment) -> dict[str, Any]:
    """The macros that pages call most, for the environment of one language."""
    composer = Remembered(environment, "parts/composer.html", "composer", _composer_key)

    def show_composer(*args: Any, **options: Any) -> Markup:
        return composer(*args, **options).replace(_FORM_KEY_PLACE, secrets.token_urlsafe(12), 1)

    return {
        "form_key_place": _FORM_KEY_PLACE,
        "show_composer": show_composer,
        "show_post": Remembered(environment, "parts/posts.html", "post", _post_key),
        "show_face": Remembered(environment, "parts/ui.html", "face", _face_key),
        "show_faces": Remembered(environment, "parts/ui.html", "faces", _faces_key),
    }


def _post_key(
    page: Any, post: Post, actors: Mapping[int, Actor], _: Any, *, to: Actor | None = None, **options: Hashable
) -> Hashable:
    """All of a post, of its speakers and of the viewer that the markup shows."""
    actor, author, viewer = actors.get(post.actor_id), actors.get(post.author_id), page.viewer
    return (
        post.id,
        post.version,
        post.likes,
        post.shares,
        post.liked,
        post.shared,
        post.bookmarked,
        actor and actor.version,
        author and author.version,
        to and (to.id, to.version),
        viewer.signed_in,
        viewer.staff,
        page.tends,
        page.answers_for(post),
        post.actor_id == viewer.acting_as,
        page.time_zone,
        page.formats.relative(post.published_at),
        post.poll and (post.poll, page.formats.relative(post.poll.ends_at)),
        post.quote and (post.quote, page.speaks_in(post.quote), page.formats.relative(post.quote.published_at)),
        post.preview,
        *options.items(),
    )


def _face_key(actor: Any, size: str = "m", alt: str = "") -> Hashable:
    if isinstance(actor, dict):
        return (actor["id"], actor["kind"], actor["picture"], actor["shown_name"], size, alt)
    return (actor.id, actor.version, size, alt)


def _faces_key(actors: Sequence[Actor]) -> Hashable:
    return tuple([(one.id, one.version) for one in actors])


def _composer_key(
    page: Any,
    values: Mapping[str, Any],
    errors: Sequence[Any] = (),
    parent: Post | None = None,
    to: Actor | None = None,
    **options: Hashable,
) -> Hashable:
    if errors or values.get("kept") or options.get("reach") is not None or options.get("preview", "") != "":
        return None
    me = page.signed_in
    return (
        me and (me.acting_as, me.shown_name, me.picture, me.adviser),
        tuple((name, value) for name, value in values.items() if isinstance(value, Hashable)),
        parent and (parent.id, parent.audience),
        to and (to.id, to.version),
        *options.items(),
    )
