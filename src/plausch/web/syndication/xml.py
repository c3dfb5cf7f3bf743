"""XML by hand: a document is a list of elements, and everything in them is escaped."""

from html import escape

from plausch.web.syndication.model import readable


def _escaped(value: str) -> str:
    return escape(readable(value))


def opening(name: str, **attributes: str) -> str:
    """What stands in an opening tag. `xml_lang` is `xml:lang`; what is empty is left out."""
    given = [f' {key.replace("_", ":")}="{_escaped(value)}"' for key, value in attributes.items() if value]
    return name + "".join(given)


def element(name: str, value: str = "", **attributes: str) -> str:
    """An element with text in it; without any, an empty one."""
    begin = opening(name, **attributes)
    return f"<{begin}>{_escaped(value)}</{name}>" if value else f"<{begin}/>"


def document(root: str, elements: list[str]) -> bytes:
    """`root` is the opening tag of the element around all others."""
    name = root.partition(" ")[0]
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>\n{"".join(elements)}</{name}>\n'.encode()
