"""The town's pictures, prepared like uploads: by the same child process, but beforehand, so that a demo starts at once.

`tools/prepare_demo_pictures.py` writes the folder; a picture that is not in it, or has changed since, is prepared on
the spot.
"""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Literal

import msgspec

from plausch.demo.model import Picture, Town, scenes
from plausch.kernel.child import Child
from plausch.storage.pictures import PictureRequest, PreparedPicture

Purpose = Literal["avatar", "picture"]
#: For what, and the file's name.
Wanted = tuple[Purpose, str]

FOLDER = Path(__file__).parent / "prepared"
#: Processes that prepare what has to be prepared.
_STUDIOS = min(4, os.cpu_count() or 1)


class Prepared(msgspec.Struct):
    """A prepared picture, and the hash of what it was made from."""

    source: str
    picture: PreparedPicture


def wanted(town: Town) -> set[Wanted]:
    """Every picture that has to be prepared."""
    found: set[Wanted] = {("avatar", file) for file in faces(town)}
    found.update(("picture", person.header) for person in town.people if person.header)
    found.update(("picture", picture.file) for picture in posted(town))
    return found


def faces(town: Town) -> set[str]:
    """The files of people's, groups' and pages' pictures."""
    return {person.picture for person in town.people if person.picture} | set(town.channels.pictures)


def posted(town: Town) -> list[Picture]:
    """The pictures in posts."""
    return [
        picture
        for conversation in town.conversations
        for scene in scenes(conversation, 0)
        for picture in scene.post.pictures
    ]


def fingerprint(town: Town, key: Wanted) -> str:
    return hashlib.sha256((town.pictures / key[1]).read_bytes()).hexdigest()


def load_prepared(town: Town) -> dict[Wanted, PreparedPicture]:
    """What was prepared beforehand and is still up to date."""
    found = {}
    for key in wanted(town):
        path = place(key)
        if path.is_file():
            kept = msgspec.msgpack.decode(path.read_bytes(), type=Prepared)
            if kept.source == fingerprint(town, key):
                found[key] = kept.picture
    return found


def place(key: Wanted) -> Path:
    """Where a prepared picture lies."""
    purpose, file = key
    return FOLDER / f"{purpose}-{Path(file).stem}.msgpack"


async def prepare(town: Town) -> dict[Wanted, PreparedPicture]:
    """Every picture of the town, ready to be stored."""
    done = load_prepared(town)
    await prepare_missing(town, done)
    return done


async def prepare_missing(town: Town, done: dict[Wanted, PreparedPicture]) -> None:
    """Prepare those that are not in `done` yet."""
    todo = sorted(wanted(town) - done.keys())

    async def work() -> None:
        studio = Child("plausch.storage.pictures_worker", timeout=60, idle=0.3)
        while todo:
            purpose, file = todo.pop()
            request = PictureRequest(purpose, (town.pictures / file).read_bytes())
            done[purpose, file] = await studio.ask(request, PreparedPicture)

    await asyncio.gather(*(work() for _ in range(min(_STUDIOS, len(todo)))))
