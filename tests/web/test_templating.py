"""What templates say: words in the reader's language, with whatever others wrote in between made harmless."""

import gc
import weakref

import pytest

from plausch.web.templating import make_environment

EVIL = "<b onclick=x>%(name)s</b>"
HARMLESS = "&lt;b onclick=x&gt;%(name)s&lt;/b&gt;"


def said(template: str, language: str = "de") -> str:
    return make_environment(language).from_string(template).render(evil=EVIL)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "said_so",
    [
        '_("%(name)s shared this", name=evil)',
        'ngettext("%(name)s and %(num)d other like this", "%(name)s and %(num)d others like this", 2, name=evil)',
    ],
)
def test_names_in_sentences_are_escaped(said_so: str, language: str) -> None:
    for template in (f"{{{{ {said_so} }}}}", f"{{% autoescape false %}}{{{{ {said_so} }}}}{{% endautoescape %}}"):
        assert HARMLESS in said(template, language)
        assert EVIL not in said(template, language)


def test_words_are_those_of_the_language_and_not_escaped_twice() -> None:
    assert said('{{ _("%(name)s shared this", name="A & B") }}') == "A &amp; B hat das geteilt"
    assert said('{% set name = "<i>"|e %}{{ _("%(name)s shared this", name=name) }}') == "&lt;i&gt; hat das geteilt"
    assert said('{{ ngettext("%(num)d reply", "%(num)d replies", 1) }}', "en") == "1 reply"
    assert said('{{ ngettext("%(num)d reply", "%(num)d replies", 2) }}', "en") == "2 replies"


def test_macros_take_what_is_called_with_them() -> None:
    template = "{% macro box(text) %}[{{ text }}{{ caller() }}]{% endmacro %}"
    template += "{% for one in [evil] %}{% call box(one) %}{{ one }}{% endcall %}{% endfor %}"
    assert said(template) == f"[{HARMLESS}{HARMLESS}]"


def test_nothing_of_a_page_waits_for_the_garbage_collector() -> None:
    class Thing:
        pass

    thing = Thing()
    known = weakref.ref(thing)
    gc.disable()
    try:
        macros = "{% macro one() %}{{ two() }}{% endmacro %}{% macro two() %}{{ thing and 'da' }}{% endmacro %}"
        assert make_environment("de").from_string(macros + "{{ one() }}").render(thing=thing) == "da"
        del thing
        assert known() is None
    finally:
        gc.enable()
