"""Draws the pictures of the demo town into src/plausch/demo/pictures: `python -m tools.draw_demo_pictures [name ...]`.

The results are committed; run this only to change them. It needs Pillow, nothing else.
"""

import sys
from pathlib import Path

from tools.demo_art.home import SCENES as HOME
from tools.demo_art.outdoors import SCENES as OUTDOORS
from tools.demo_art.portraits import PORTRAITS, draw_portrait

TARGET = Path(__file__).parent.parent / "src" / "plausch" / "demo" / "pictures"


def main(names: list[str]) -> None:
    """Draw the named pictures, or all."""
    total = 0
    scenes = {**OUTDOORS, **HOME}
    for name in names or [*PORTRAITS, *scenes]:
        sheet = draw_portrait(name) if name in PORTRAITS else scenes[name]()
        path = TARGET / (f"person-{name}.webp" if name in PORTRAITS else f"{name}.webp")
        sheet.save(path)
        total += path.stat().st_size
        print(f"{path.name:28} {path.stat().st_size / 1024:6.1f} KB")
    print(f"{'together':28} {total / 1024:6.1f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
