"""Letters that leave the server by no other way: files in the data folder, the newest few, for its owner to read."""

import asyncio
import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from plausch.kernel.ids import parse_id

#: More than that many are not kept; the oldest go.
MOST = 200
_SUFFIX = ".eml"


class KeptLetter(NamedTuple):
    """A letter as it would have been sent."""

    id: int
    to: str
    subject: str
    text: str


class KeptLetters:
    """The folder of letters. A file's name says whose it is, so that it goes with the account."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder = folder
        self._most = most

    async def keep(self, id_: int, person: int, letter: bytes) -> Path:
        """Keep a letter, readable only by the server; kept again it is one. Where it lies."""
        return await asyncio.to_thread(self._keep, id_, person, letter)

    async def list_newest(self, limit: int) -> list[KeptLetter]:
        """Newest first."""
        return await asyncio.to_thread(self._read, limit)

    async def forget(self, person: int) -> None:
        """Whatever was written to somebody who is gone."""
        await asyncio.to_thread(self._forget, person)

    def _keep(self, id_: int, person: int, letter: bytes) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{id_}-{person}{_SUFFIX}"
        unfinished = path.with_suffix(".part")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(letter)
        unfinished.replace(path)
        for old in self._paths()[self._most :]:
            old.unlink(missing_ok=True)
        return path

    def _read(self, limit: int) -> list[KeptLetter]:
        found = []
        for path in self._paths()[:limit]:
            try:
                letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            except FileNotFoundError:  # another process has thrown it away meanwhile
                continue
            found.append(KeptLetter(_id_of(path), str(letter["to"]), str(letter["subject"]), _text_of(letter)))
        return found

    def _forget(self, person: int) -> None:
        for path in self._folder.glob(f"*-{person}{_SUFFIX}"):
            path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}"), key=_id_of, reverse=True)


def _id_of(path: Path) -> int:
    return parse_id(path.name.partition("-")[0]) or 0


def _text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()).strip() if body is not None else ""
