"""The HTML of texts as apps expect it: whole addresses, classes by which they know people and tags, emoji as words."""

import re
from html import unescape

from plausch.clientapi.mastodon.entities.emojis import CustomEmoji
from plausch.http.site import Site

_MENTION = re.compile(r'<a href="([^"]*)" class="mention">@([^<]*)</a>')
_TAG = re.compile(r'<a href="([^"]*)" class="tag" rel="tag">#([^<]*)</a>')
_EMOJI = re.compile(r'<img class="emoji" src="([^"]*)" alt="(:[^":]+:)"[^>]*>')


def present_html(site: Site, html: str) -> str:
    """A sanitised text for apps."""
    if "class=" in html:
        html = _EMOJI.sub(r"\2", html)
        html = _MENTION.sub(
            r'<span class="h-card" translate="no"><a href="\1" class="u-url mention">@<span>\2</span></a></span>', html
        )
        html = _TAG.sub(r'<a href="\1" class="mention hashtag" rel="tag">#<span>\2</span></a>', html)
    return site.absolute_html(html)


def emojis_of(site: Site, html: str) -> list[CustomEmoji]:
    """The emoji that stand in a text as pictures, each once."""
    found = {}
    for path, code in _EMOJI.findall(html):
        shortcode = code.strip(":")
        url = site.absolute(unescape(path))
        found[shortcode] = CustomEmoji(shortcode=shortcode, url=url, static_url=url)
    return list(found.values())
