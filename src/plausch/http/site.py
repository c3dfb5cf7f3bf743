"""The running server as the doors see it: what they need to answer a request."""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from plausch.community.model import Community
from plausch.http.community import HeldCommunity
from plausch.http.passes import Passes
from plausch.net.fetching import GuardedClient, refusing
from plausch.net.openid import OpenId
from plausch.settings import Settings
from plausch.storage import Database
from plausch.storage.media import MediaStore
from plausch.storage.parts import Shelf
from plausch.talk.actions import Addresses
from plausch.work.live import LiveBus

#: Where the HTML of a text leads or looks within this server: people, tags, emoji.
_WITHIN = re.compile(r'(<(?:a|img) [^>]*?(?:href|src)=")(?=/)')


@dataclass(frozen=True, slots=True)
class Site:
    """Services and addresses of this server."""

    settings: Settings
    database: Database
    media: MediaStore
    live: LiveBus
    #: What the domain writes into texts: paths, so that a change of the base URL breaks no link.
    addresses: Addresses
    #: What is the same on every page.
    held: HeldCommunity
    #: What doors have rendered, at hand.
    shelf: Shelf = field(default_factory=Shelf)
    #: For addresses of what is not open to all; every process of the server has the same key.
    passes: Passes = field(default_factory=lambda: Passes(os.urandom(32)))
    #: For whatever is asked of others on the web.
    outgoing: GuardedClient = field(default_factory=refusing)
    #: Another service with which people may sign in.
    openid: OpenId | None = None

    @property
    def community(self) -> Community:
        """Name, rules and looks, to show; what decides something is read by `community.queries.get_community`."""
        return self.held.community

    def absolute(self, path: str) -> str:
        """A path as an address for the world outside. It never depends on a request (rule 5)."""
        return self.settings.base_url + path

    def absolute_for(self, token: int, path: str) -> str:
        """The address of a file that is not open to all, for an app with this token; 0: the plain one."""
        return self.absolute(self.passes.sign(path, token) if token else path)

    def absolute_html(self, html: str) -> str:
        """The HTML of a text for readers elsewhere, where a path alone leads nowhere."""
        return _WITHIN.sub(rf"\g<1>{self.settings.base_url}", html)


#: Where that service sends people back to.
OPENID_BACK = "/sign-in/with/back"


def profile_path(handle: str) -> str:
    return f"/@{handle}"


def tag_path(tag: str) -> str:
    return f"/tags/{quote(tag, safe='')}"


def appeal_path(decision: int, key: str = "") -> str:
    """Where whoever it is about sees a decision; the key (`moderation.actions.make_appeal_key`) does for a session."""
    return f"/appeal/{decision}" + (f"?key={key}" if key else "")


def stop_path(token: str) -> str:
    """Where somebody stops mails of a kind; the token is made by `feeds.actions.make_stop_token`."""
    return f"/stop/{token}"


def reply_path(post: int) -> str:
    """Where one answers a post."""
    return f"/compose?reply_to={post}"


def message_path(handle: str, saying: str = "") -> str:
    """Where one writes to somebody alone; `saying` is what the message begins with (`web.weekly.SAYINGS`)."""
    return f"/compose?to={handle}" + (f"&say={saying}" if saying else "")


def letter_path(letter: int) -> str:
    """A weekly letter as a page."""
    return f"/insights/letters/{letter}"


def picture_path(picture: int) -> str:
    return f"/pictures/{picture}/large"


#: Of a server that nobody calls by a name.
ADDRESSES = Addresses(profile=profile_path, tag=tag_path, picture=picture_path)


def addresses_of(settings: Settings) -> Addresses:
    """The same of the server with these settings."""
    return ADDRESSES._replace(here=settings.names)
