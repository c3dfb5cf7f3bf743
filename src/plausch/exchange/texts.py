"""Words of others as words here: nobody of this server is meant by them, and tags beside a text become tags in it."""

import re

#: At the beginning of a word it would mean somebody of this server.
_AT = re.compile(r"(?<![\w\\])@")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#])")


def escape_names(text: str) -> str:
    """Markdown in which nobody of this server is meant."""
    return _AT.sub(r"\\@", text)


def literal(text: str) -> str:
    """Words of others as one line of Markdown that reads like them."""
    return escape_names(_SPECIAL.sub(r"\\\1", " ".join(text.split())))


def as_hashtags(names: list[str] | tuple[str, ...]) -> str:
    """Tags that others keep beside their texts, as a line in the text; each once."""
    found: dict[str, str] = {}
    for name in names:
        words = re.findall(r"\w+", name)
        tag = words[0] if len(words) == 1 else "".join(word[:1].upper() + word[1:] for word in words)
        if any(map(str.isalpha, tag)):
            found.setdefault(tag.casefold(), f"#{tag[:100]}")
    return " ".join(found.values())
