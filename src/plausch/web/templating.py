"""Jinja for one language, without what our templates have no use for: a page makes hundreds of calls."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.runtime import Context
from markupsafe import Markup, escape

from plausch.language.catalogues import catalogue


class _DirectContext(Context):
    """Calls what a template calls, and imports what is there.

    Jinja's own looks at each callable whether it wants to know the context, and at each import whether its globals are
    other ones. Ours never do and never are: whoever needs to know the page is given it.
    """

    def __init__(self, environment: Environment, parent: Any, name: Any, blocks: Any, globals: Any = None) -> None:  # noqa: A002
        super().__init__(environment, parent, name, blocks)

    def call(self, what: Any, /, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **options: Any) -> Any:
        return what(*args, **options)


class _Once(Template):
    """Keeps nothing of what it has shown.

    The macros of a page know its context and are known by it: with all its posts it would lie about until the garbage
    collector comes, which is seldom.
    """

    def render(self, *args: Any, **values: Any) -> str:
        context = self.new_context(dict(*args, **values))
        try:
            return self.environment.concat(self.root_render_func(context))
        except Exception:  # noqa: BLE001 - what was raised is raised, with the template's lines in its traceback
            self.environment.handle_exception()
        finally:
            context.vars.clear()


def make_environment(language: str) -> Environment:
    """Escaped by default, strict about names."""
    environment = Environment(
        loader=PackageLoader("plausch.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.context_class = _DirectContext
    environment.template_class = _Once
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # by the extension
    environment.globals.update(_words(language))
    return environment


def _words(language: str) -> dict[str, Callable[..., Markup]]:
    """What is said in templates: `_("...", name=...)` and `ngettext`. Jinja's own cost ten times as much."""
    words = catalogue(language)

    @functools.cache
    def say(message: str) -> Markup:
        return _fill(words.gettext(message), {})

    def gettext(message: str, /, **values: Any) -> Markup:
        return _fill(words.gettext(message), values) if values else say(message)

    @functools.lru_cache(2_000)
    def count(singular: str, plural: str, number: int) -> Markup:
        return _fill(words.ngettext(singular, plural, number), {"num": number})

    def ngettext(singular: str, plural: str, number: int, /, **values: Any) -> Markup:
        if not values:
            return count(singular, plural, number)
        return _fill(words.ngettext(singular, plural, number), {"num": number, **values})

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def _fill(text: str, values: Mapping[str, Any]) -> Markup:
    """Words of ours, with what others wrote in between."""
    safe = {name: value if isinstance(value, int) else escape(value) for name, value in values.items()}
    return Markup(text % safe)  # noqa: S704 - the words are ours, all else is escaped
