"""Emoji of the server's own."""

from collections.abc import Collection

from plausch.clientapi.mastodon.entities.emojis import CustomEmoji
from plausch.community.model import Emoji
from plausch.http.site import Site


def present_emoji(site: Site, emoji: Emoji) -> CustomEmoji:
    url = site.absolute(emoji.path)
    return CustomEmoji(shortcode=emoji.shortcode, url=url, static_url=url)


def emojis_in(site: Site, *texts: str) -> list[CustomEmoji]:
    """Those of the server's own emoji that stand in one of the texts as `:shortcode:`."""
    whole = "\n".join(texts)
    if ":" not in whole:
        return []
    return [present_emoji(site, one) for one in site.held.emoji if f":{one.shortcode}:" in whole]


def present_emojis(site: Site, emoji: Collection[Emoji]) -> list[CustomEmoji]:
    return [present_emoji(site, one) for one in emoji]
