"""A community's colour made readable: from the one that is chosen to those that pages use.

WCAG 2.2 asks for a contrast of 4.5 between text and what it stands on. The hue stays; the colour becomes as much
darker on light pages, and lighter on dark ones, as it takes.
"""

import colorsys
from functools import lru_cache

import msgspec

AA, AAA = 4.5, 7.0
#: What is asked for, and a little more: colours are rounded, and browsers blend.
_SURE = 1.01


class Ground(msgspec.Struct, frozen=True):
    """What the accent stands on or beside, as in `plausch.css`; a test holds them together."""

    papers: tuple[str, ...]
    ink: str
    muted: str
    #: Where the accent moves to until it can be read: 0 is black, 1 is white.
    towards: float
    #: How much of the colour tints a soft ground at most.
    tint: float


LIGHT = Ground(("#fbfaf6", "#fffefb"), "#1c1b19", "#635f57", towards=0.0, tint=0.12)
DARK = Ground(("#141513", "#1b1c19", "#242521"), "#eceae4", "#a8a49a", towards=1.0, tint=0.16)


class Shades(msgspec.Struct, frozen=True):
    """The colours of one theme, each as #rrggbb."""

    accent: str
    #: A ground for what is marked.
    soft: str
    #: Text on the accent.
    on_accent: str


class Theme(msgspec.Struct, frozen=True):
    light: Shades
    dark: Shades


@lru_cache(maxsize=8)
def theme_of(accent: str) -> Theme:
    """All colours that follow from one (#rrggbb)."""
    return Theme(_shades(accent, LIGHT), _shades(accent, DARK))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _shades(chosen: str, ground: Ground) -> Shades:
    soft = _soft(chosen, ground)
    accent = _readable(chosen, (*ground.papers, soft), ground.towards)
    # Whatever can be read on the paper, the paper can be read on.
    return Shades(accent, soft, on_accent=ground.papers[0])


def _soft(chosen: str, ground: Ground) -> str:
    """The paper with as much of the colour in it as the text on it allows."""
    share = ground.tint
    while True:
        soft = _mix(ground.papers[0], chosen, share)
        if contrast(ground.ink, soft) >= AAA * _SURE and contrast(ground.muted, soft) >= AA * _SURE:
            return soft
        share -= 0.02


def _readable(chosen: str, grounds: tuple[str, ...], towards: float) -> str:
    """The chosen colour, moved no further than it must be."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(chosen))
    near, far = lightness, towards

    def at(place: float) -> str:
        return _hex(colorsys.hls_to_rgb(hue, place, saturation))

    if _is_readable(chosen, grounds):
        return chosen
    for _ in range(12):
        middle = (near + far) / 2
        near, far = (near, middle) if _is_readable(at(middle), grounds) else (middle, far)
    return at(far)


def _is_readable(colour: str, grounds: tuple[str, ...]) -> bool:
    return min(contrast(colour, ground) for ground in grounds) >= AA * _SURE


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02x}" for part in parts)


def _mix(ground: str, colour: str, share: float) -> str:
    pairs = zip(_parts(ground), _parts(colour), strict=True)
    red, green, blue = (below * (1 - share) + above * share for below, above in pairs)
    return _hex((red, green, blue))


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
