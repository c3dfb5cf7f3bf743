"""What a page leads to, read as a browser without scripts reads it: links, forms, and what it loads."""

from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

#: What a browser loads by itself, by tag and attribute.
_LOADED = [("img", "src"), ("script", "src"), ("link", "href"), ("source", "src"), ("video", "poster"), ("use", "href")]
#: A link's relation to what is loaded at once; others (canonical, next) are links like any.
_LOADING = {"stylesheet", "icon", "apple-touch-icon", "manifest", "preload"}


class Form(NamedTuple):
    method: str
    path: str
    #: Where a GET form leads when it is sent as it stands.
    address: str


class Paper(NamedTuple):
    """A page without scripts; addresses are of this server, without what stands behind `#`."""

    links: set[str]
    loaded: set[str]
    forms: set[Form]
    #: What only scripts could answer, and links to a place on the page that is not there.
    dead: list[str]
    #: Addresses of other servers that the browser would ask by itself.
    foreign: set[str]


def read_paper(url: str, html: str) -> Paper:
    soup = BeautifulSoup(html, "html.parser")
    origin = _origin(url)
    loaded = {urljoin(url, address) for address in _loaded(soup)}
    leading = [*soup.find_all("a", href=True), *soup.find_all("link", rel="alternate", href=True)]
    links = {urljoin(url, _text(one, "href")) for one in leading}
    return Paper(
        links={_bare(one) for one in links if _origin(one) == origin},
        loaded={_bare(one) for one in loaded if _origin(one) == origin},
        forms={form for one in soup.find_all("form") for form in _forms(one, url)},
        dead=[*_dead_controls(soup), *_dead_fragments(soup)],
        foreign={one for one in loaded if _origin(one) != origin and urlsplit(one).scheme != "data"},
    )


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _bare(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _text(tag: Tag, name: str) -> str:
    value = tag.get(name, "")
    return value if isinstance(value, str) else " ".join(value or [])


def _loaded(soup: BeautifulSoup) -> list[str]:
    found = [
        _text(one, name)
        for tag, name in _LOADED
        for one in soup.find_all(tag, attrs={name: True})
        if tag != "link" or _LOADING & set(_text(one, "rel").split())
    ]
    for one in soup.find_all(srcset=True):
        found += [candidate.split()[0] for candidate in _text(one, "srcset").split(",") if candidate.strip()]
    return [one for one in found if not one.startswith("#")]


def _forms(form: Tag, url: str) -> list[Form]:
    """As it is sent by each of its buttons."""
    if _text(form, "method").lower() == "dialog":
        return []
    senders = [form, *form.find_all(["button", "input"], formaction=True)]
    method = _text(form, "method").upper() or "GET"
    fields = [
        (_text(one, "name"), _text(one, "value") if one.name == "input" else "")
        for one in form.find_all(["input", "textarea"], attrs={"name": True})
        if _text(one, "type") not in ("checkbox", "radio", "submit") or one.has_attr("checked")
    ]
    for one in form.find_all("select", attrs={"name": True}):
        chosen = one.find("option", selected=True) or one.find("option")
        fields.append((_text(one, "name"), _text(chosen, "value") if chosen else ""))
    found = []
    for sender in senders:
        target = urljoin(url, _text(sender, "formaction" if sender is not form else "action") or url)
        path = urlsplit(target).path
        sent = _text(sender, "formmethod").upper() or method if sender is not form else method
        found.append(Form(sent, path, f"{path}?{urlencode(fields)}" if sent == "GET" else ""))
    return found


def _dead_controls(soup: BeautifulSoup) -> list[str]:
    """Buttons in no form, and what a script alone would send. What is shown only with scripts says so: `only-js`."""
    found = []
    for one in soup.find_all("button"):
        sends = _text(one, "type") in ("", "submit")
        in_form = one.find_parent("form") is not None or one.has_attr("form")
        if not (sends and in_form) and not _only_with_scripts(one):
            found.append(f"a button that needs scripts: {str(one)[:120]}")
    for one in soup.select("[data-swap], [data-into]"):
        by_itself = one.name in ("form", "a")
        if not by_itself and not _only_with_scripts(one):
            found.append(f"only a script sends it: {str(one)[:120]}")
    return found


def _only_with_scripts(one: Tag) -> bool:
    """What is hidden, folded into a dialog, or says so waits for a script to show it."""
    return any(
        "only-js" in _text(each, "class").split() or each.name == "dialog" or each.has_attr("hidden")
        for each in (one, *one.parents)
    )


def _dead_fragments(soup: BeautifulSoup) -> list[str]:
    there = {_text(one, "id") for one in soup.find_all(id=True)}
    wanted = {_text(one, "href")[1:] for one in soup.find_all("a", href=True) if _text(one, "href").startswith("#")}
    return [f"a link to #{name}, which is not on the page" for name in sorted(wanted - there) if name]
