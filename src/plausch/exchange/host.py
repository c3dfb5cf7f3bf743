"""The server as archives see it: where posts and files go, and how its addresses begin."""

from dataclasses import dataclass, field
from pathlib import Path

from plausch.http.site import addresses_of
from plausch.net.fetching import GuardedClient, refusing
from plausch.settings import Settings
from plausch.storage import Database
from plausch.storage.media import MediaStore
from plausch.talk.actions import Addresses


@dataclass(frozen=True, slots=True)
class Host:
    """What reading and writing archives needs; there is one without a running server, too."""

    settings: Settings
    database: Database
    media: MediaStore
    #: For pictures that what is brought in has elsewhere.
    outgoing: GuardedClient = field(default_factory=refusing)

    @property
    def addresses(self) -> Addresses:
        return addresses_of(self.settings)

    def absolute(self, path: str) -> str:
        """A path as an address for the world outside."""
        return self.settings.base_url + path

    @property
    def folder(self) -> Path:
        """Where archives lie while they are brought in, or wait to be fetched."""
        return self.settings.data / "archives"
