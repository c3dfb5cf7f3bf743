"""Blurhash: a picture's blurred impression in some 28 characters, shown until the picture is there.

The published algorithm: the lowest cosine components of the picture in linear light, quantised, in base 83.
"""

import math
from collections.abc import Sequence

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

Colour = tuple[float, float, float]


def _to_linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


_LINEAR = [_to_linear(value) for value in range(256)]


def encode(pixels: bytes, width: int, height: int, columns: int, rows: int) -> str:
    """The hash of RGB bytes with `columns` times `rows` components (1 to 9 each). Meant for some 32 x 32 pixels."""
    components = _components(pixels, width, height, columns, rows)
    average, *details = components
    strongest = max((abs(value) for colour in details for value in colour), default=0.0)
    scale_digit = max(0, min(82, math.floor(strongest * 166 - 0.5))) if details else 0
    scale = (scale_digit + 1) / 166 if details else 1.0
    digits = [_base83((columns - 1) + (rows - 1) * 9, 1), _base83(scale_digit, 1), _base83(_pack_average(average), 4)]
    digits += [_base83(_pack_detail(colour, scale), 2) for colour in details]
    return "".join(digits)


def average_colour(blurhash: str) -> str:
    """The average colour that a hash holds, as #rrggbb."""
    value = 0
    for digit in blurhash[2:6]:
        value = value * 83 + _DIGITS.index(digit)
    return f"#{value:06x}"


def _components(pixels: bytes, width: int, height: int, columns: int, rows: int) -> list[Colour]:
    """Separable: each line of pixels is projected on the horizontal waves once, then those on the vertical ones."""
    linear = [_LINEAR[value] for value in pixels]
    channels = [[linear[y * width * 3 + c : (y + 1) * width * 3 : 3] for y in range(height)] for c in range(3)]
    across = [_wave(column, width) for column in range(columns)]
    down = [_wave(row, height) for row in range(rows)]
    projected = [[[_dot(line, wave) for line in lines] for wave in across] for lines in channels]
    components = []
    for row in range(rows):
        for column in range(columns):
            factor = (1 if row == column == 0 else 2) / (width * height)
            red, green, blue = (_dot(projected[c][column], down[row]) * factor for c in range(3))
            components.append((red, green, blue))
    return components


def _wave(component: int, length: int) -> list[float]:
    return [math.cos(math.pi * component * position / length) for position in range(length)]


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def _pack_average(colour: Colour) -> int:
    red, green, blue = (_to_srgb(value) for value in colour)
    return (red << 16) + (green << 8) + blue


def _to_srgb(value: float) -> int:
    share = max(0.0, min(1.0, value))
    return int((share * 12.92 if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055) * 255 + 0.5)


def _pack_detail(colour: Colour, scale: float) -> int:
    red, green, blue = (_quantise(value / scale) for value in colour)
    return (red * 19 + green) * 19 + blue


def _quantise(value: float) -> int:
    return max(0, min(18, math.floor(math.copysign(math.sqrt(abs(value)), value) * 9 + 9.5)))


def _base83(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83**power % 83] for power in reversed(range(length)))
