"""Prepares the demo town's pictures for a quick start: `python -m tools.prepare_demo_pictures`.

Run it when a picture was added or drawn anew; a test says when that was forgotten.
"""

import asyncio
import sys

import msgspec

from plausch.demo.model import Town
from plausch.demo.studio import FOLDER, Prepared, Wanted, fingerprint, load_prepared, place, prepare_missing, wanted
from plausch.demo.town import load


async def missing(town: Town) -> dict[Wanted, bytes]:
    """What is new or has changed, as it is to be written."""
    done = load_prepared(town)
    known = set(done)
    await prepare_missing(town, done)
    return {
        key: msgspec.msgpack.encode(Prepared(fingerprint(town, key), done[key])) for key in sorted(done.keys() - known)
    }


def main() -> int:
    """Prepare what is new, and forget what is not used any more."""
    town = load()
    FOLDER.mkdir(exist_ok=True)
    for path in set(FOLDER.iterdir()) - {place(key) for key in wanted(town)}:
        path.unlink()
    for key, body in asyncio.run(missing(town)).items():
        path = place(key)
        path.write_bytes(body)
        print(f"{path.name:40} {len(body) / 1024:6.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
