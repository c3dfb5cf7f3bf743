"""Pictures from inside: the board, the sill, the kitchen, the workshop, the shelf and the cellar."""
# ruff: noqa: E501 - a path is easier to follow on one line than one point to a line

import random
from collections.abc import Callable

from tools.demo_art.sheet import (
    BARK,
    BRICK,
    CREAM,
    DEEP,
    INK,
    LEAF,
    MIST,
    MOSS,
    NIGHT,
    OCHRE,
    PAPER,
    PLUM,
    RUST,
    SAND,
    SKY,
    SLATE,
    TEAL,
    WOOD,
    Point,
    Shade,
    Sheet,
    arc,
    on_oval,
)

_WIDE = (880, 580)


def _piece(sheet: Sheet, x: float, foot: float, size: float, kind: str, color: str, shade: str) -> None:
    """A chessman from the side; `size` is the height of a king."""
    height = {"pawn": 0.5, "rook": 0.62, "knight": 0.74, "queen": 0.94, "king": 1.0}[kind] * size
    width, side = size * 0.22, Shade(shade, "left", 0.75, 0.8)
    top = foot - height
    sheet.blob([(x - width, foot), (x - width, foot - size * 0.09), (x, foot - size * 0.13), (x + width, foot - size * 0.09), (x + width, foot)],
               color, side)
    waist, neck = size * 0.1, size * 0.13
    if kind == "knight":
        head = [(x - neck, foot - size * 0.1), (x - neck * 1.2, foot - size * 0.42), (x - neck * 0.3, top + 6), (x + neck * 0.4, top),
                (x + neck * 0.7, top + size * 0.1), (x + neck * 2.1, top + size * 0.3), (x + neck * 1.5, top + size * 0.38),
                (x + neck * 0.5, top + size * 0.34), (x + neck, foot - size * 0.1)]
        sheet.blob(head, color, side)
        sheet.oval((x + neck * 0.7, top + size * 0.17), 3, 3, shade)
        return
    sheet.poly([(x - width * 0.8, foot - size * 0.08), (x - waist * 0.7, top + height * 0.3), (x + waist * 0.7, top + height * 0.3),
                (x + width * 0.8, foot - size * 0.08)], color, side)
    if kind == "pawn":
        sheet.oval((x, top + size * 0.11), size * 0.115, size * 0.115, color, side)
        return
    sheet.box(x - neck, top + height * 0.27, x + neck, top + height * 0.33, color, side, radius=4)
    flare = neck * (1.15 if kind == "rook" else 1.0)
    sheet.poly([(x - waist * 0.7, top + height * 0.3), (x - flare, top + size * 0.1), (x + flare, top + size * 0.1),
                (x + waist * 0.7, top + height * 0.3)], color, side)
    if kind == "rook":
        for tooth in (-1, 0, 1):
            sheet.box(x + tooth * flare * 0.8 - 5, top, x + tooth * flare * 0.8 + 5, top + size * 0.12, color)
    elif kind == "queen":
        for tooth in (-1, 0, 1):
            sheet.oval((x + tooth * flare * 0.8, top + size * 0.07), 6, 6, color)
    else:
        sheet.line([(x, top - size * 0.06), (x, top + size * 0.1)], color, 7)
        sheet.line([(x - size * 0.06, top), (x + size * 0.06, top)], color, 7)


def schachbrett() -> Sheet:
    """A chess board from the side, in lamplight."""
    sheet = Sheet(*_WIDE, DEEP, seed=23)
    sheet.box(0, 0, 880, 400, "#1d3f3a", Shade("#0f2a27", "top", 0.8))
    sheet.glow((470, 60), 330, "#f0c877", 0.55)
    sheet.poly([(410, 0), (530, 0), (600, 74), (340, 74)], OCHRE, Shade(WOOD, "left", 0.6))
    sheet.oval((470, 74), 130, 13, "#f8e2a8")
    sheet.line([(470, 0), (470, -10)], INK, 4)
    sheet.poly([(-10, 396), (890, 396), (890, 590), (-10, 590)], BARK, Shade(INK, "bottom", 0.8), Shade(WOOD, "top", 0.7, 0.5))
    _beer(sheet, 690, 402)
    for row in range(4):
        near, far = (row + 1) / 4, row / 4
        for column in range(8):
            corners = [_board(column, far), _board(column + 1, far), _board(column + 1, near), _board(column, near)]
            light = (row + column) % 2 == 0
            sheet.poly(corners, "#e8cf9d" if light else "#7d4f33", Shade(WOOD if light else BARK, "bottom", 0.35))
    sheet.poly([_board(0, 1), _board(8, 1), (784, 552), (96, 552)], WOOD, Shade(BARK, "bottom", 0.8))
    white, black = ("#f3e6c6", "#b58f58"), ("#2c2622", "#6e5847")
    for across, depth, size, kind, colors in (
        (6.5, 0.12, 150, "king", black), (4.5, 0.12, 140, "rook", black), (5.5, 0.37, 152, "pawn", black), (7.4, 0.4, 152, "pawn", black),
        (1.5, 0.37, 158, "queen", white), (3.5, 0.62, 176, "knight", white), (2.5, 0.87, 184, "pawn", white), (0.6, 0.87, 190, "king", white),
        (5.5, 0.87, 184, "pawn", white),
    ):
        x, y = _board(across, depth)
        sheet.oval((x + 12, y + 2), size * 0.28, size * 0.06, "#5a3b28")
        _piece(sheet, x, y, size, kind, *colors)
    return sheet


def _board(column: float, depth: float) -> Point:
    """A point on the board in perspective: depth 0 is far, 1 is near."""
    left, right = 172 - 76 * depth, 708 + 76 * depth
    return left + (right - left) * column / 8, 392 + 130 * depth ** 1.15


def _beer(sheet: Sheet, x: float, foot: float) -> None:
    sheet.poly([(x - 40, foot - 150), (x + 40, foot - 150), (x + 32, foot), (x - 32, foot)], "#41645a")
    sheet.poly([(x - 36, foot - 84), (x + 36, foot - 84), (x + 31, foot - 6), (x - 31, foot - 6)], OCHRE, Shade("#b06f28", "left", 0.7))
    sheet.blob([(x - 37, foot - 84), (x - 20, foot - 98), (x, foot - 92), (x + 20, foot - 99), (x + 37, foot - 84), (x, foot - 76)], CREAM)
    sheet.line([(x + 26, foot - 138), (x + 22, foot - 20)], "#7f9b8c", 4)


def fensterbrett() -> Sheet:
    """Four pots on a window sill; nothing grows in one of them."""
    sheet = Sheet(*_WIDE, "#ead9b8", seed=29)
    sheet.box(0, 0, 880, 580, "#ead9b8", Shade(SAND, "bottom", 0.6))
    sheet.box(96, -10, 784, 430, CREAM)
    for left, right in ((124, 428), (452, 756)):
        sheet.box(left, -10, right, 404, SKY, Shade("#f5e2bd", "bottom", 0.9, 0.7))
        hill = [(left, 330), (left + 90, 290), (left + 200, 318), (right, 286), (right, 404), (left, 404)]
        sheet.poly(hill, MIST, Shade(LEAF, "bottom", 0.6))
    sheet.oval((640, 120), 40, 40, "#f6d48c")
    for x, size in ((190, 40), (236, 30), (560, 34)):
        sheet.blob([(x, 330 - size * 2), (x + size, 330 - size * 0.7), (x, 336), (x - size, 330 - size * 0.7)], "#8fae9a")
    sheet.box(60, 426, 820, 474, CREAM, Shade(SAND, "bottom", 0.8), radius=4)
    sheet.box(76, 474, 804, 500, "#d8c39a", Shade(WOOD, "top", 0.5))
    for x, color, dark in ((180, RUST, BRICK), (352, TEAL, DEEP), (524, OCHRE, WOOD), (694, SLATE, NIGHT)):
        sheet.oval((x + 16, 438), 70, 9, "#d9c69c")
        sheet.poly([(x - 54, 336), (x + 54, 336), (x + 40, 438), (x - 40, 438)], color, Shade(dark, "left", 0.7, 0.8))
        sheet.box(x - 60, 318, x + 60, 344, color, Shade(dark, "bottom", 0.6), radius=4)
        sheet.oval((x, 320), 52, 8, BARK)
    _basil(sheet, 180)
    for index in range(17):
        lean = (index - 8) * 6.4
        sheet.line([(352 + lean * 0.6, 320), (352 + lean * 0.9, 250), (352 + lean * 1.5, 176 + abs(lean) * 0.9)], MOSS if index % 2 else LEAF, 5)
    _mint(sheet, 524)
    sheet.box(690, 250, 700, 322, "#d9bd8a")
    sheet.box(668, 224, 722, 262, CREAM, Shade(SAND, "bottom", 0.5), radius=4)
    sheet.text((679, 222), "?", RUST, 32)
    return sheet


def _basil(sheet: Sheet, x: float) -> None:
    for dx, y in ((0, 200), (-38, 234), (38, 230), (-16, 262), (20, 262)):
        sheet.line([(x + dx * 0.3, 320), (x + dx, y)], MOSS, 4)
    leaves = ((-62, 262, 28), (60, 260, 28), (-40, 226, 30), (40, 222, 31), (0, 196, 30), (-22, 284, 27), (26, 286, 27), (0, 246, 31))
    for dx, y, r in leaves:
        sheet.blob([(x + dx - r, y + 4), (x + dx - r * 0.3, y - r * 0.75), (x + dx + r * 0.8, y - r * 0.4), (x + dx + r * 0.7, y + r * 0.5),
                    (x + dx - r * 0.4, y + r * 0.6)], LEAF, Shade(MOSS, "bottom", 0.85))
        sheet.line([(x + dx - r * 0.7, y + 3), (x + dx + r * 0.5, y)], "#a5b583", 2)


def _mint(sheet: Sheet, x: float) -> None:
    for dx, top in ((-48, 214), (-14, 176), (26, 196), (56, 232)):
        sheet.line([(x + dx * 0.4, 320), (x + dx * 0.8, (320 + top) / 2), (x + dx, top)], MOSS, 4)
        for step in range(5):
            y = top + step * 24
            drift = dx * (1 - 0.1 * step)
            for side in (-1, 1):
                tip = x + drift + side * (17 + step * 2)
                sheet.blob([(x + drift, y), (x + drift + side * 9, y - 10), (tip, y - 4), (x + drift + side * 9, y + 7)], "#6f9b6d", Shade(MOSS, "bottom", 0.6))


def apfelkuchen() -> Sheet:
    """An apple cake on a checkered cloth."""
    sheet = Sheet(800, 640, CREAM, seed=31)
    for index in range(-2, 16):
        sheet.poly([(index * 64, 0), (index * 64 + 32, 0), (index * 64 - 38, 640), (index * 64 - 70, 640)], "#e6a38f")
    for row in range(10, 640, 64):
        for column in range(-3, 30):
            left = column * 32 - 70 * row / 640
            sheet.poly([(left, row), (left + 32, row), (left + 28.5, row + 32), (left - 3.5, row + 32)], "#d98a75" if column % 2 == 0 else "#eebfae")
    sheet.oval((396, 356), 300, 222, "#b5745f")
    sheet.oval((388, 338), 300, 222, PAPER, Shade(SAND, "left", 0.7))
    sheet.ring((388, 338), 276, 202, MIST, 4)
    sheet.oval((388, 340), 236, 172, "#a8692f")
    sheet.oval((388, 322), 236, 172, "#d9973f", Shade("#a8692f", "left", 0.7))
    sheet.oval((388, 322), 208, 150, "#efcf86", Shade(OCHRE, "bottom", 0.6))
    for ring, count in ((0.8, 16), (0.5, 10), (0.2, 5)):
        for index in range(count):
            x, y = on_oval((388, 322), 208 * ring, 150 * ring, 360 * index / count)
            slice_ = [(x - 26, y + 9), (x - 12, y - 13), (x + 14, y - 13), (x + 27, y + 8), (x, y + 1)]
            sheet.blob(slice_, "#f8e6b4", Shade("#d89a45", "bottom", 0.8))
            sheet.line([(x - 24, y + 6), (x - 11, y - 13), (x + 13, y - 13), (x + 25, y + 5)], RUST, 2.6)
    cut = [(388, 322), *arc((388, 332), 250, 186, 22, 62)]
    sheet.poly(cut, PAPER)
    sheet.poly([(388, 322), (388, 352), (505, 504), (505, 474)], "#c9883a", Shade("#a8692f", "bottom", 0.7))
    sheet.poly([(388, 322), (505, 474), (505, 462), (394, 318)], "#f4dda0")
    for crumb in ((560, 520), (586, 500), (540, 540), (604, 528)):
        sheet.oval(crumb, 5, 4, "#c9883a")
    sheet.line([(692, 560), (712, 300)], SLATE, 9)
    sheet.blob([(700, 300), (726, 300), (728, 250), (714, 236), (698, 250)], SLATE, Shade(NIGHT, "left", 0.5))
    for x in (702, 711, 720, 729):
        sheet.line([(x - 1, 256), (x + 2, 196)], SLATE, 4)
    return sheet


def suppentopf() -> Sheet:
    """A steaming pot of lentil soup."""
    sheet = Sheet(*_WIDE, "#dfe6d8", seed=37)
    sheet.box(0, 0, 880, 404, "#d5e0d3", Shade("#c3d4c9", "bottom", 0.5, 0.6))
    for x in range(0, 880, 88):
        sheet.line([(x, 0), (x, 404)], "#c3d3c7", 2)
    for y in range(52, 404, 88):
        sheet.line([(0, y), (880, y)], "#c3d3c7", 2)
    sheet.box(-10, 400, 890, 590, "#d0ab7b", Shade("#b98f5d", "bottom", 0.6))
    sheet.box(120, 462, 700, 536, "#7a5233", radius=16)
    sheet.box(116, 448, 704, 520, "#b98453", Shade(BARK, "bottom", 0.4), radius=16)
    sheet.oval((424, 484), 216, 17, "#8b5f3b")
    for side in (-1, 1):
        sheet.line([(410 + side * 204, 256), (410 + side * 252, 264), (410 + side * 246, 308), (410 + side * 202, 312)], BRICK, 19)
    pot = [(206, 226), (614, 226), (606, 440), (566, 480), (254, 480), (214, 440)]
    sheet.poly(pot, RUST, Shade(BRICK, "left", 0.8, 0.6), Shade("#dd7457", "right", 0.4, 0.3))
    sheet.box(214, 456, 606, 486, BRICK, radius=14)
    sheet.oval((410, 226), 212, 56, "#cf5f42")
    sheet.oval((410, 230), 192, 45, BRICK)
    sheet.oval((410, 238), 184, 38, "#a0672f", Shade(BARK, "left", 0.5))
    chance = random.Random(5)
    for _ in range(90):
        lentil = on_oval((410, 240), 172 * chance.random() ** 0.5, 30 * chance.random() ** 0.5, chance.uniform(0, 360))
        sheet.oval(lentil, 7, 4, chance.choice(["#7c5527", "#c48a45", "#8d6330", "#d7a05a"]))
    for x, y in ((330, 236), (450, 252), (500, 228), (390, 222), (356, 256)):
        sheet.oval((x, y), 14, 8, "#e0863a", Shade(RUST, "bottom", 0.5))
    sheet.blob([(410, 240), (452, 226), (486, 236), (448, 246)], MOSS)
    for x, sway in ((330, 22), (412, -26), (492, 22)):
        steam = [(x, 190), (x + sway, 158), (x - sway * 0.8, 118), (x + sway * 0.6, 82), (x, 54)]
        sheet.line(steam, "#e9efe4", 8)
    sheet.line([(600, 216), (668, 130), (716, 64)], BARK, 13)
    for x, y, turn in ((756, 456, 0.5), (738, 498, 0.7)):
        sheet.blob([(x - 96 * turn, y + 18), (x + 30, y - 20), (x + 52, y), (x + 34, y + 18)], "#dd7f35", Shade(RUST, "bottom", 0.7))
        for leaf in (-22, -4, 14):
            sheet.line([(x + 46, y - 2), (x + 74, y + leaf * 0.6), (x + 104, y + leaf)], MOSS, 6)
    return sheet


def katze() -> Sheet:
    """A ginger cat asleep on the reference shelf."""
    sheet = Sheet(*_WIDE, "#e8d8b8", seed=41)
    sheet.box(0, 0, 880, 580, "#d9c39b", Shade("#c6ab7c", "bottom", 0.5))
    chance = random.Random(12)
    for shelf, top in ((250, 20), (540, 356)):
        x = 26.0
        while x < 842:
            width = chance.uniform(24, 52)
            height = chance.uniform(0.72, 1.0) * (shelf - top) if shelf > 300 else 118 * chance.uniform(0.8, 1.0)
            color, dark = chance.choice([(TEAL, DEEP), (RUST, BRICK), (OCHRE, WOOD), (PLUM, NIGHT), (SLATE, NIGHT), (LEAF, MOSS), (CREAM, SAND)])
            if shelf > 300 or not 200 < x < 660:
                sheet.box(x, shelf - height, min(x + width, 852), shelf, color, Shade(dark, "left", 0.7), radius=2)
                band = CREAM if color != CREAM else RUST
                sheet.box(x + 4, shelf - height * 0.82, min(x + width, 852) - 4, shelf - height * 0.82 + 7, band)
                sheet.box(x + 4, shelf - height * 0.24, min(x + width, 852) - 4, shelf - height * 0.24 + 4, band)
            x += width + 2
    for y in (250, 540):
        sheet.box(0, y, 880, y + 26, WOOD, Shade(BARK, "bottom", 0.8))
    for x in (0, 856):
        sheet.box(x, 0, x + 24, 580, WOOD, Shade(BARK, "left", 0.6))
    _cat(sheet)
    return sheet


def _cat(sheet: Sheet) -> None:
    fur, stripe = "#d98a3d", "#a95d22"
    sheet.line([(640, 226), (716, 236), (742, 290), (712, 344), (730, 376)], fur, 27)
    for x, y in ((741, 292), (722, 330)):
        sheet.line([(x - 13, y), (x + 12, y + 6)], stripe, 7)
    body = [(250, 244), (286, 170), (400, 130), (540, 132), (640, 176), (676, 232), (640, 252), (300, 252)]
    sheet.blob(body, fur, Shade(stripe, "bottom", 0.6))
    for x in (420, 470, 520, 570, 616):
        sheet.line([(x, 134 + abs(x - 480) * 0.14), (x + 10, 166), (x - 4, 196)], stripe, 10)
    sheet.blob([(560, 252), (552, 204), (606, 182), (654, 206), (666, 250)], fur, Shade(stripe, "left", 0.5))
    for x in (352, 408):
        sheet.line([(x, 232), (x + 2, 290), (x - 2, 332)], fur, 30)
        sheet.oval((x - 3, 338), 20, 15, "#f1dfbd")
    for tip, inner in (((222, 102), (240, 124)), ((330, 92), (316, 118))):
        x = tip[0]
        sheet.poly([(x - 6 if x < 300 else x - 44, 158), tip, (x + 46 if x < 300 else x + 10, 150)], fur, Shade(stripe, "left", 0.5))
        sheet.poly([(inner[0] - 10, 150), inner, (inner[0] + 14, 148)], "#e6a98c")
    sheet.oval((276, 186), 74, 62, fur, Shade(stripe, "left", 0.5, 0.6))
    for x in (258, 276, 294):
        sheet.line([(x, 128), (x, 148)], stripe, 7)
    sheet.oval((276, 212), 34, 25, "#f1dfbd")
    for x in (246, 306):
        sheet.line([(x - 14, 184), (x, 192), (x + 14, 184)], INK, 4)
    sheet.blob([(268, 200), (284, 200), (276, 209)], "#b4553f")
    sheet.line([(262, 218), (270, 221), (276, 210), (282, 221), (290, 218)], INK, 3)
    for side in (-1, 1):
        for drop in (-4, 6):
            sheet.line([(276 + side * 34, 212 + drop / 2), (276 + side * 88, 206 + drop * 2)], CREAM, 2)


def fahrrad() -> Sheet:
    """An old green bicycle in the stand."""
    sheet = Sheet(*_WIDE, "#e4d3ad", seed=43)
    sheet.box(0, 0, 880, 450, "#dcc79c", Shade("#cfb684", "bottom", 0.6, 0.6))
    for x in range(40, 880, 56):
        for y in range(40, 240, 56):
            sheet.oval((x, y), 3, 3, "#b99c69")
    sheet.line([(96, 70), (96, 170)], SLATE, 13)
    sheet.ring((96, 66), 19, 19, SLATE, 9)
    sheet.line([(180, 60), (180, 120)], RUST, 17)
    sheet.line([(180, 120), (180, 186)], SLATE, 7)
    sheet.box(250, 56, 330, 84, NIGHT, radius=5)
    sheet.line([(290, 84), (290, 190)], WOOD, 13)
    sheet.ring((746, 116), 52, 52, INK, 7)
    for y in (52, 66):
        sheet.line([(600, y), (660, y + 120)], BARK, 5)
    sheet.box(-10, 448, 890, 590, "#a98861", Shade("#8f6f4c", "bottom", 0.6))
    sheet.line([(452, 244), (452, 520)], SLATE, 14)
    sheet.line([(380, 530), (452, 500), (524, 530)], SLATE, 13, smooth=False)
    for x in (258, 640):
        sheet.oval((x, 506), 96, 10, "#7f6344")
        sheet.ring((x, 388), 112, 112, INK, 10)
        sheet.ring((x, 388), 102, 102, "#c9c4b4", 4)
        for index in range(9):
            ends = [on_oval((x, 388), 100, 100, index * 20 + turn) for turn in (0, 180)]
            sheet.line(ends, "#8f8b80", 1.6)
        sheet.oval((x, 388), 11, 11, SLATE)
    green, dark = "#4d7d5a", DEEP
    crank, seat, head = (420, 398), (380, 240), (576, 226)
    for path in ((crank, seat), (seat, head), (crank, (582, 262)), ((258, 388), crank), ((258, 388), (386, 258))):
        sheet.line(list(path), green, 12)
    sheet.line([(572, 204), (590, 284), (640, 388)], green, 12)
    sheet.line([(380, 240), (372, 204)], SLATE, 9)
    sheet.blob([(322, 196), (372, 188), (420, 196), (410, 212), (346, 214)], BARK, Shade(INK, "bottom", 0.7))
    sheet.line([(572, 206), (566, 172), (520, 160), (506, 180)], SLATE, 9)
    sheet.line([(512, 170), (496, 190)], BARK, 14)
    sheet.oval((606, 232), 20, 20, OCHRE, Shade(WOOD, "left", 0.6))
    sheet.oval(crank, 34, 34, SLATE, Shade(NIGHT, "left", 0.6))
    sheet.oval(crank, 20, 20, "#dcc79c")
    sheet.line([(420, 398), (452, 440)], INK, 8)
    sheet.box(440, 438, 480, 450, INK, radius=4)
    sheet.line([(420, 432), (258, 398)], INK, 3)
    sheet.line([(420, 364), (258, 378)], INK, 3)
    sheet.line(arc((258, 388), 124, 124, 178, 318), dark, 9, smooth=False)
    sheet.line(arc((640, 388), 124, 124, 222, 338), dark, 9, smooth=False)
    sheet.box(432, 214, 472, 252, NIGHT, radius=6)
    return sheet


def kellerstufe() -> Sheet:
    """The lowest step of the cellar is under water; a cork keeps watch."""
    sheet = Sheet(720, 720, "#4c463d", seed=53)
    sheet.box(250, -10, 470, 168, "#f1dca6", Shade(OCHRE, "bottom", 0.3))
    sheet.glow((360, 60), 190, "#fff0c4", 0.7)
    for index in range(5):
        y, half = 150 + index * 84, 122 + index * 48
        sheet.poly([(360 - half, y), (360 + half, y), (360 + half + 24, y + 36), (336 - half, y + 36)], "#cfc0a0", Shade("#b3a27f", "bottom", 0.5))
        sheet.box(336 - half, y + 36, 384 + half, y + 86, "#8f8269", Shade("#6d624e", "bottom", 0.7))
        sheet.line([(336 - half, y + 37), (384 + half, y + 37)], "#e4d8ba", 3)
    for side in (-1, 1):
        _cellar_wall(sheet, side)
    sheet.poly([(-10, 512), (730, 512), (730, 730), (-10, 730)], "#37636a", Shade(NIGHT, "bottom", 0.7))
    sheet.poly([(66, 528), (654, 528), (690, 584), (30, 584)], "#5a8685", Shade("#37636a", "bottom", 0.8))
    for y, x, width in ((520, 60, 200), (556, 470, 190), (622, 120, 280), (656, 410, 220), (690, 60, 180)):
        sheet.line([(x, y), (x + width / 3, y - 4), (x + width * 2 / 3, y + 4), (x + width, y)], "#8db3ae", 3)
    for radius in (92, 62):
        sheet.ring((364, 598), radius, radius * 0.28, "#a9c9c2", 3)
    sheet.poly([(336, 552), (394, 561), (387, 610), (329, 601)], "#d7a868", Shade(WOOD, "bottom", 0.8))
    sheet.oval((365, 557), 29, 11, "#e7c48d", Shade(WOOD, "right", 0.5))
    for x, y in ((352, 580), (370, 588), (360, 597), (378, 574)):
        sheet.oval((x, y), 2.4, 2, BARK)
    return sheet


def _cellar_wall(sheet: Sheet, side: int) -> None:
    """One of the walls beside the stairs, with the marks of earlier floods on the right one."""
    def place(x: float, y: float) -> Point:
        return 360 + side * x, y

    sheet.poly([place(110, -10), place(380, -10), place(380, 740), place(122, 150)], "#6b6152", Shade("#554c40", "bottom", 0.6))
    sheet.poly([place(122, 150), place(370, 584), place(380, 740), place(380, 0), place(110, -10)], "#756a59", Shade("#5c5345", "bottom", 0.6))
    for row in range(7):
        y = 30 + row * 70
        start = 128 + max(0, (y - 150)) * 0.57
        sheet.line([place(start, y), place(372, y + 18)], "#5c5345", 3)
        for joint in range(4):
            x = 190 + joint * 62 + row % 2 * 30
            if start + 14 < x < 372:
                sheet.line([place(x, y + 3), place(x, y + 70)], "#5c5345", 3)
    if side == 1:
        for y, year in ((330, "1981"), (420, "1994"), (470, "2003")):
            sheet.line([place(300, y), place(352, y + 4)], CREAM, 4)
            sheet.text((654, y - 30), year, CREAM, 22)


SCENES: dict[str, Callable[[], Sheet]] = {
    "schachbrett": schachbrett,
    "fensterbrett": fensterbrett,
    "apfelkuchen": apfelkuchen,
    "suppentopf": suppentopf,
    "katze": katze,
    "fahrrad": fahrrad,
    "kellerstufe": kellerstufe,
}
