"""An account archive as a Mastodon server writes it, made up by us: everything that occurs in one, and its oddities."""

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ME = "https://elsewhere.example/users/greta"
TAG = '<a href="https://elsewhere.example/tags/garten" class="mention hashtag" rel="tag">#<span>Garten</span></a>'
PICTURE = Path("src/plausch/demo/pictures")


def note(number: int, content: str, day: int, /, **more: Any) -> dict[str, Any]:
    """The making of one post."""
    made = {
        "id": f"{ME}/statuses/{number}",
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": f"2023-05-{day:02}T18:30:00Z",
        "attributedTo": ME,
        "to": [PUBLIC],
        "cc": [f"{ME}/followers"],
        "sensitive": False,
        "content": content,
        "contentMap": {"de": content},
        "attachment": [],
        "tag": [],
    }
    made |= more
    return {"id": f"{made['id']}/activity", "type": "Create", "published": made["published"], "object": made}


def files() -> dict[str, bytes]:
    """What lies in the archive, by name."""
    picture = sorted(PICTURE.glob("*.webp"))[0].read_bytes()
    image = {"type": "Document", "mediaType": "image/webp", "url": "/media_attachments/files/1/original/a.webp"}
    gone = {"mediaType": "image/png", "url": "/media_attachments/files/2/original/b.png", "name": None}
    film = {"type": "Document", "mediaType": "video/mp4", "url": "/media_attachments/files/3/original/c.mp4"}
    items = [
        note(3, "<p>Und <em>noch</em> eine Antwort</p>", 3, inReplyTo=f"{ME}/statuses/2"),
        note(1, f"<p>Der erste Beitrag: {TAG}<br>von @anna</p>", 1),
        note(2, "<p>Antwort an mich selbst</p>", 2, inReplyTo=f"{ME}/statuses/1", summary="Wetter", sensitive=True),
        note(4, "<p>Mit Bild</p>", 4, attachment=[{**image, "name": "Ein Bild"}, gone, film]),
        note(5, "<p>Antwort an jemanden woanders</p>", 5, inReplyTo="https://third.example/users/otto/statuses/9"),
        note(6, "<p>Nur für Follower</p>", 6, to=[f"{ME}/followers"], cc=[]),
        note(7, "<p>Ohne Aufhebens</p>", 7, to=[f"{ME}/followers"], cc=[PUBLIC]),
        note(8, "<p>Unter uns</p>", 8, to=["https://third.example/users/otto"], cc=[]),
        note(9, "", 9),
        note(10, "<p>Was meint ihr?</p>", 10, type="Question", oneOf=[{"name": "Ja"}, {"name": "Nein"}]),
        {"id": f"{ME}/statuses/11/activity", "type": "Announce", "actor": ME, "object": "https://third.example/1"},
    ]
    actor = {
        "@context": [],
        "id": ME,
        "type": "Person",
        "preferredUsername": "greta",
        "name": "Greta vom Beet",
        "summary": "<p>Gärtnert &amp; singt.</p>",
        "followers": f"{ME}/followers",
        "icon": {"type": "Image", "mediaType": "image/webp", "url": "avatar.webp", "name": "Greta im Beet"},
    }
    return {
        "actor.json": json.dumps(actor).encode(),
        "outbox.json": json.dumps({"type": "OrderedCollection", "orderedItems": items}).encode(),
        "avatar.webp": picture,
        "media_attachments/files/1/original/a.webp": picture,
        "following_accounts.csv": b"Account address,Show boosts\nben@localhost:8000,true\notto@third.example,true\n",
        "muted_accounts.csv": b"Account address,Hide notifications\ncleo@localhost:8000,true\n",
        "lists.csv": b"Nachbarn,ben@localhost:8000\nNachbarn,otto@third.example\n",
    }


def as_zip(contents: dict[str, bytes], path: Path, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(folder + name, data)
    return path


def as_tar(contents: dict[str, bytes], path: Path) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in contents.items():
            info = tarfile.TarInfo(f"./{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def as_folder(contents: dict[str, bytes], path: Path) -> Path:
    for name, data in contents.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path
