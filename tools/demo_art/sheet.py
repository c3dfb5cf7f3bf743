"""A sheet of paper to lay flat shapes on, with stippled shading like in a small-press print.

Shapes are drawn at twice the size for smooth edges. A shade is a gradient turned into dots by comparing it with noise;
the noise is seeded, so that the same program always draws the same picture.
"""

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
Side = Literal["top", "bottom", "left", "right"]

PAPER = "#f6f0e2"
CREAM = "#fbf7ec"
SAND = "#e3cfa4"
OCHRE = "#d79f3c"
RUST = "#b9492f"
BRICK = "#8f3a2a"
ROSE = "#dd9a83"
LEAF = "#7f9562"
MOSS = "#53693f"
TEAL = "#0e6b5e"
DEEP = "#12443f"
MIST = "#a9c7bd"
SKY = "#cfdfd8"
SLATE = "#48626f"
NIGHT = "#26343f"
PLUM = "#7a4f8c"
WOOD = "#9b6a41"
BARK = "#5f4630"
INK = "#2b2926"

_FACTOR = 2


class Shade(NamedTuple):
    """Dots of a colour, densest at one side of a shape; `reach` is how far they go, `density` how many at most."""

    color: str
    side: Side = "bottom"
    density: float = 0.7
    reach: float = 1.0


class Sheet:
    """A picture in the making; coordinates are those of the finished picture."""

    def __init__(self, width: int, height: int, ground: str, seed: int = 1) -> None:
        self.width, self.height = width, height
        self._size = (width * _FACTOR, height * _FACTOR)
        self._image = Image.new("RGB", self._size, ground)
        cells = (width * 3 // 4, height * 3 // 4)
        noise = Image.frombytes("L", cells, random.Random(seed).randbytes(cells[0] * cells[1]))
        self._noise = noise.resize(self._size, Image.Resampling.NEAREST)

    def poly(self, points: Sequence[Point], color: str, *shades: Shade) -> None:
        """A shape with corners."""
        mask, draw = self._mask()
        draw.polygon(self._scaled(points), fill=255)
        self._lay(mask, color, shades)

    def blob(self, points: Sequence[Point], color: str, *shades: Shade) -> None:
        """A shape without corners, through the points."""
        self.poly(curve(points, closed=True), color, *shades)

    def oval(self, center: Point, rx: float, ry: float, color: str, *shades: Shade) -> None:
        """An ellipse."""
        mask, draw = self._mask()
        (x, y), f = center, _FACTOR
        draw.ellipse(((x - rx) * f, (y - ry) * f, (x + rx) * f, (y + ry) * f), fill=255)
        self._lay(mask, color, shades)

    def box(self, x0: float, y0: float, x1: float, y1: float, color: str, *shades: Shade, radius: float = 0) -> None:
        """A rectangle, its corners rounded if asked for."""
        mask, draw = self._mask()
        f = _FACTOR
        draw.rounded_rectangle((x0 * f, y0 * f, x1 * f - 1, y1 * f - 1), radius * f, fill=255)
        self._lay(mask, color, shades)

    def line(self, points: Sequence[Point], color: str, width: float = 2, *, smooth: bool = True) -> None:
        """A stroke with round ends."""
        path = self._scaled(curve(points) if smooth and len(points) > 2 else points)
        draw = ImageDraw.Draw(self._image)
        thick = round(width * _FACTOR)
        draw.line(path, fill=color, width=thick, joint="curve")
        for x, y in (path[0], path[-1]):
            draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=color)

    def ring(self, center: Point, rx: float, ry: float, color: str, width: float = 2) -> None:
        """The outline of an ellipse."""
        (x, y), f = center, _FACTOR
        box = ((x - rx) * f, (y - ry) * f, (x + rx) * f, (y + ry) * f)
        ImageDraw.Draw(self._image).ellipse(box, outline=color, width=round(width * f))

    def text(self, corner: Point, words: str, color: str, size: float) -> None:
        """A few words, in the typeface that Pillow brings along."""
        font = ImageFont.load_default(size * _FACTOR)
        ImageDraw.Draw(self._image).text((corner[0] * _FACTOR, corner[1] * _FACTOR), words, fill=color, font=font)

    def glow(self, center: Point, radius: float, color: str, strength: float = 0.5) -> None:
        """Light: a soft round spot."""
        mask, draw = self._mask()
        (x, y), f = center, _FACTOR
        box = ((x - radius) * f, (y - radius) * f, (x + radius) * f, (y + radius) * f)
        draw.ellipse(box, fill=round(255 * strength))
        soft = mask.filter(ImageFilter.GaussianBlur(radius * f / 2.6))
        self._image.paste(color, (0, 0), soft)

    def veil(self, y0: float, y1: float, color: str, strength: float) -> None:
        """A band of mist, densest at its lower edge."""
        top, bottom = round(y0 * _FACTOR), round(y1 * _FACTOR)
        fade = Image.linear_gradient("L").resize((self._size[0], bottom - top))
        self._image.paste(color, (0, top), fade.point(lambda value: round(value * strength)))

    def save(self, path: Path, longest: int = 736, quality: int = 54) -> None:
        """Finish the picture: final size, a breath of paper grain, WebP."""
        part = min(1.0, longest / max(self.width, self.height))
        size = (round(self.width * part), round(self.height * part))
        small = self._image.resize(size, Image.Resampling.LANCZOS)
        grain = self._noise.resize(size, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(2))
        grain = grain.point(lambda value: round(128 + (value - 128) * 0.25))
        small = ImageChops.soft_light(small, Image.merge("RGB", (grain, grain, grain)))
        small.save(path, "WEBP", quality=quality, method=6)

    def _mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        mask = Image.new("L", self._size, 0)
        return mask, ImageDraw.Draw(mask)

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * _FACTOR, y * _FACTOR) for x, y in points]

    def _lay(self, mask: Image.Image, color: str, shades: Sequence[Shade]) -> None:
        self._image.paste(color, (0, 0), mask)
        bounds = mask.getbbox()
        if bounds is None:
            return
        shape, noise = mask.crop(bounds), self._noise.crop(bounds)
        for shade in shades:
            fade = _fade(shape.size, shade)
            dots = ImageChops.subtract(fade, noise).point(lambda value: 255 if value else 0)
            self._image.paste(shade.color, bounds[:2], ImageChops.multiply(dots, shape))


def curve(points: Sequence[Point], closed: bool = False, steps: int = 12) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    n = len(points)
    if closed:
        spans = [tuple(points[(i + k) % n] for k in (-1, 0, 1, 2)) for i in range(n)]
    else:
        spans = [tuple(points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2)) for i in range(n - 1)]
    path = [_between(span, step / steps) for span in spans for step in range(steps)]
    return path if closed else [*path, points[-1]]


def on_oval(center: Point, rx: float, ry: float, degrees: float) -> Point:
    """The point of an ellipse at an angle, clockwise from the right."""
    angle = math.radians(degrees)
    return center[0] + rx * math.cos(angle), center[1] + ry * math.sin(angle)


def arc(center: Point, rx: float, ry: float, start: float, end: float, steps: int = 24) -> list[Point]:
    """The part of an ellipse from one angle to another."""
    return [on_oval(center, rx, ry, start + (end - start) * step / steps) for step in range(steps + 1)]


def _between(span: Sequence[Point], t: float) -> Point:
    a, b, c, d = span

    def mix(i: int) -> float:
        bend = 2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]
        twist = 3 * (b[i] - c[i]) + d[i] - a[i]
        return 0.5 * (2 * b[i] + (c[i] - a[i]) * t + bend * t * t + twist * t * t * t)

    return mix(0), mix(1)


def _fade(size: tuple[int, int], shade: Shade) -> Image.Image:
    """A gradient from nothing to the shade's density at its side."""
    fade = Image.linear_gradient("L")
    turn = {
        "bottom": None,
        "top": Image.Transpose.ROTATE_180,
        "left": Image.Transpose.ROTATE_270,
        "right": Image.Transpose.ROTATE_90,
    }[shade.side]
    fade = fade if turn is None else fade.transpose(turn)
    start = 255 * (1 - shade.reach)
    slope = shade.density * 255 / (255 - start) if start < 255 else 0
    return fade.point(lambda value: round(max(0.0, (value - start) * slope))).resize(size)
