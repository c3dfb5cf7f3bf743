"""Draws the pictures of the demo town into src/plausch/demo/pictures: `python -m tools.draw_demo_pictures [name ...]`.

The results are committed; run this only to change them. It needs Pillow, nothing else.
"""

import sys
from pathlib import Path

from tools.demo_art.home import SCENES as HOME
from tools.demo_art.outdoors import SCENES as OUTDOORS
from tools.demo_art.portraits import PORTRAITS, SIZE, draw_portrait
from tools.demo_art.stories import SCENES as STORIES
from tools.demo_art.townsfolk import LOOKS, draw_look

TARGET = Path(__file__).parent.parent / "src" / "plausch" / "demo" / "pictures"


def main(names: list[str]) -> None:
    """Draw the named pictures, or all."""
    total = 0
    scenes = {**OUTDOORS, **HOME, **STORIES}
    for name in names or [*PORTRAITS, *LOOKS, *scenes]:
        if name in scenes:
            sheet, path = scenes[name](), TARGET / f"{name}.webp"
        else:
            sheet = draw_look(name, SIZE) if name in LOOKS else draw_portrait(name)
            path = TARGET / f"person-{name}.webp"
        sheet.save(path)
        total += path.stat().st_size
        print(f"{path.name:28} {path.stat().st_size / 1024:6.1f} KB")
    print(f"{'together':28} {total / 1024:6.1f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
