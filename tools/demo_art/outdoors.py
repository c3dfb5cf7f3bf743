"""Pictures from outside: the square, the sports ground, the river, the scaffold, and two things on paper."""
# ruff: noqa: E501 - a path is easier to follow on one line than one point to a line

import random
from collections.abc import Callable
from itertools import pairwise

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
    ROSE,
    RUST,
    SAND,
    SKY,
    SLATE,
    TEAL,
    WOOD,
    Point,
    Shade,
    Sheet,
)

_WIDE = (880, 580)


def _house(sheet: Sheet, x: float, width: float, eaves: float, ridge: float, wall: str, roof: str) -> None:
    """A half-timbered front with its gable to the square; it stands at y=430."""
    sheet.box(x, eaves, x + width, 430, wall, Shade(WOOD, "bottom", 0.3, 0.5))
    sheet.poly([(x - 8, eaves), (x + width / 2, ridge), (x + width + 8, eaves)], roof, Shade(BRICK, "bottom", 0.5))
    for y in (eaves, (eaves + 430) / 2, 428):
        sheet.line([(x, y), (x + width, y)], BARK, 4)
    for part in (0, 1 / 3, 2 / 3, 1):
        sheet.line([(x + width * part, eaves), (x + width * part, 430)], BARK, 4)
    sheet.line([(x, (eaves + 430) / 2), (x + width / 3, eaves)], BARK, 4)
    sheet.line([(x + width, (eaves + 430) / 2), (x + width * 2 / 3, eaves)], BARK, 4)
    for row in (eaves + 16, (eaves + 430) / 2 + 18):
        for part in (1 / 6, 1 / 2, 5 / 6):
            center = x + width * part
            sheet.box(center - 13, row, center + 13, row + 42, NIGHT, Shade(SLATE, "top", 0.6), radius=2)
            sheet.line([(center, row), (center, row + 42)], CREAM, 2)
            sheet.line([(center - 13, row + 17), (center + 13, row + 17)], CREAM, 2)


def _lime(sheet: Sheet, x: float, foot: float, size: float) -> None:
    """A lime tree: a heart of leaves on a trunk."""
    sheet.poly([(x - size * 0.09, foot), (x - size * 0.05, foot - size), (x + size * 0.05, foot - size), (x + size * 0.09, foot)], BARK)
    top = foot - size * 2.15
    crown = [(x, top), (x + size * 0.62, foot - size * 1.7), (x + size * 0.7, foot - size * 1.05), (x, foot - size * 0.72),
             (x - size * 0.7, foot - size * 1.05), (x - size * 0.62, foot - size * 1.7)]
    sheet.blob(crown, LEAF, Shade(MOSS, "left", 0.8, 0.8), Shade("#a9b878", "right", 0.45, 0.5))
    sheet.line([(x, foot - size * 0.9), (x, foot - size * 1.5)], MOSS, 3)
    sheet.line([(x, foot - size * 1.1), (x + size * 0.25, foot - size * 1.4)], MOSS, 3)
    sheet.line([(x, foot - size * 1.0), (x - size * 0.28, foot - size * 1.3)], MOSS, 3)


def marktplatz() -> Sheet:
    """The market square with four limes and a stall."""
    sheet = Sheet(*_WIDE, SKY, seed=3)
    sheet.box(0, 0, 880, 330, SKY, Shade("#f4e3c3", "bottom", 0.7, 0.8))
    sheet.oval((690, 92), 42, 42, "#f1cd86")
    sheet.blob([(-40, 330), (120, 250), (300, 290), (520, 236), (760, 282), (930, 240), (930, 440), (-40, 440)], MIST, Shade(LEAF, "bottom", 0.5))
    _house(sheet, 20, 150, 250, 150, "#ead9b4", RUST)
    _house(sheet, 186, 128, 222, 138, "#d9a083", BRICK)
    _house(sheet, 330, 176, 262, 158, CREAM, RUST)
    sheet.box(520, 176, 650, 430, "#e7c98c", Shade(OCHRE, "left", 0.5))
    sheet.poly([(508, 178), (585, 118), (662, 178)], SLATE, Shade(NIGHT, "bottom", 0.5))
    sheet.box(572, 70, 598, 140, "#e7c98c")
    sheet.poly([(564, 74), (585, 20), (606, 74)], TEAL, Shade(DEEP, "right", 0.6))
    sheet.oval((585, 148), 14, 14, CREAM)
    sheet.line([(585, 148), (585, 139)], INK, 2)
    sheet.line([(585, 148), (591, 151)], INK, 2)
    for row in (204, 270, 336):
        for x in (540, 574, 608):
            sheet.box(x, row, x + 22, row + 44, NIGHT, Shade(SLATE, "top", 0.6), radius=8)
    _house(sheet, 664, 190, 240, 132, "#e3b99c", BRICK)
    ground = [(-20, 424), (900, 424), (900, 600), (-20, 600)]
    sheet.poly(ground, SAND, Shade("#cdb07c", "bottom", 0.6))
    for y, step in ((452, 54), (486, 66), (528, 82)):
        for x in range(-20, 900, step):
            sheet.line([(x + y % 30, y), (x + y % 30 + step * 0.5, y + 1)], "#cdb384", 2)
    for x, foot, size in ((96, 478, 92), (250, 462, 78), (700, 466, 80), (818, 486, 98)):
        sheet.oval((x, foot), size * 0.6, 9, "#c4a873")
        _lime(sheet, x, foot, size)
    _stall(sheet, 384, 372)
    return sheet


def _stall(sheet: Sheet, x: float, y: float) -> None:
    """A market stall with a striped awning and crates."""
    sheet.oval((x + 96, y + 134), 122, 12, "#c4a873")
    for post in (x + 6, x + 186):
        sheet.line([(post, y + 20), (post, y + 130)], BARK, 5)
    sheet.box(x, y + 84, x + 192, y + 128, WOOD, Shade(BARK, "bottom", 0.6))
    for index, color in enumerate((RUST, LEAF, OCHRE, TEAL, ROSE, MOSS)):
        for dot in range(4):
            sheet.oval((x + 16 + index * 32 + dot % 2 * 12, y + 82 - dot // 2 * 9), 8, 8, color)
    for stripe in range(8):
        left = x - 12 + stripe * 27
        color = MOSS if stripe % 2 else CREAM
        sheet.poly([(left + 12 - stripe * 2.6, y - 22), (left + 36 - stripe * 2.9, y - 22), (left + 27, y + 26), (left, y + 26)], color)
        sheet.oval((left + 13.5, y + 26), 13.5, 9, color)


def sportplatz() -> Sheet:
    """The sports ground at dusk."""
    sheet = Sheet(*_WIDE, "#e9a56b", seed=5)
    sheet.box(0, 0, 880, 360, "#52627a", Shade("#8d6d77", "bottom", 1.0, 0.9), Shade("#cf8062", "bottom", 1.0, 0.66), Shade("#f0b574", "bottom", 1.0, 0.4))
    sheet.glow((600, 342), 210, "#ffe0a3", 0.8)
    sheet.oval((600, 334), 48, 48, "#fbe3ae")
    for x, y, width in ((120, 120, 190), (330, 170, 150), (640, 96, 220), (720, 210, 170)):
        sheet.blob([(x, y), (x + width / 2, y - 14), (x + width, y), (x + width / 2, y + 9)], "#dd8d72")
    hills = [(-20, 352), (150, 312), (340, 342), (560, 322), (760, 336), (900, 306), (900, 420), (-20, 420)]
    sheet.blob(hills, "#4a4a5c", Shade(NIGHT, "bottom", 0.7))
    for x, size in ((40, 34), (84, 46), (134, 38), (770, 40), (818, 52), (862, 36)):
        sheet.blob([(x, 372 - size * 2), (x + size * 0.6, 372 - size), (x, 376), (x - size * 0.6, 372 - size)], NIGHT)
    sheet.poly([(-10, 366), (890, 366), (890, 590), (-10, 590)], "#46603f", Shade("#31483a", "bottom", 0.8), Shade("#74793f", "top", 0.7, 0.4))
    sheet.line([(-10, 400), (890, 388)], "#b8bd98", 3)
    sheet.line([(300, 592), (352, 446), (708, 440), (776, 592)], "#b8bd98", 4, smooth=False)
    for x in (92, 790):
        sheet.line([(x, 372), (x, 84)], INK, 6)
        sheet.box(x - 32, 62, x + 32, 92, INK, radius=4)
        for lamp in (-19, 0, 19):
            sheet.oval((x + lamp, 77), 6.5, 6.5, SLATE)
    for x in range(420, 641, 20):
        sheet.line([(x, 278), (x + (530 - x) * 0.14, 396)], "#877f80", 1.2)
    for y in range(290, 400, 17):
        sheet.line([(418, y), (642, y)], "#877f80", 1.2)
    sheet.line([(412, 404), (412, 270), (648, 270), (648, 404)], CREAM, 6, smooth=False)
    sheet.blob([(250, 520), (296, 514), (352, 522), (296, 530)], "#26382f")
    sheet.oval((276, 500), 22, 22, CREAM, Shade(SLATE, "left", 0.8, 0.8))
    for x, y in ((276, 500), (262, 488), (291, 489), (286, 515), (264, 513)):
        sheet.oval((x, y), 4.4, 4.4, INK)
    return sheet


def _alders(sheet: Sheet, base: float, height: float, color: str, seed: int) -> None:
    """A row of alders on a bank, as slim uneven crowns."""
    chance = random.Random(seed)
    x = -30.0
    while x < 920:
        size = height * chance.uniform(0.65, 1.1)
        width = size * chance.uniform(0.2, 0.3)
        sheet.line([(x, base + 12), (x, base - size * 0.5)], color, 5)
        crown: list[Point] = [(x, base - size), (x + width, base - size * 0.55), (x + width * 0.5, base - size * 0.14),
                              (x - width * 0.5, base - size * 0.14), (x - width, base - size * 0.5)]
        sheet.blob(crown, color)
        x += width * chance.uniform(1.1, 2.6)
    sheet.box(-5, base - 4, 885, base + 24, color)


def nebel() -> Sheet:
    """Fog over the river, with the heron."""
    sheet = Sheet(*_WIDE, "#e9e4d6", seed=8)
    sheet.box(0, 0, 880, 300, "#e6dfcc", Shade("#f6e6c8", "bottom", 0.9, 0.8))
    sheet.glow((260, 170), 120, "#fff3d2", 0.9)
    sheet.oval((260, 170), 34, 34, "#fdf3d8")
    _alders(sheet, 262, 120, "#cfd6cc", 4)
    sheet.veil(150, 290, "#e9e6da", 0.9)
    _alders(sheet, 300, 170, "#a5b8b0", 7)
    sheet.veil(180, 330, "#e6e6dc", 0.85)
    _alders(sheet, 336, 230, "#708c86", 11)
    sheet.veil(220, 372, "#e3e6de", 0.95)
    sheet.box(0, 370, 880, 580, "#cfdad4", Shade("#a9bfb8", "bottom", 0.7))
    for y, x, width in ((396, 80, 240), (420, 480, 300), (452, 180, 200), (484, 560, 220), (520, 60, 180)):
        sheet.line([(x, y), (x + width / 2, y + 2), (x + width, y)], "#eef0e8", 3)
    bank = [(-20, 590), (-20, 520), (120, 508), (300, 540), (480, 556), (620, 590)]
    sheet.blob(bank, DEEP, Shade(INK, "bottom", 0.6))
    for x, lean, height in ((30, 8, 120), (52, -6, 150), (78, 12, 96), (104, 4, 130), (420, 10, 70), (446, -8, 88), (470, 6, 58)):
        foot = 530 if x < 200 else 560
        sheet.line([(x, foot), (x + lean / 2, foot - height * 0.6), (x + lean, foot - height)], DEEP, 4)
        sheet.oval((x + lean, foot - height + 8), 4.6, 17, BARK)
    _heron(sheet, 268, 536)
    return sheet


def _heron(sheet: Sheet, x: float, y: float) -> None:
    for leg in (-6, 8):
        sheet.line([(x + leg, y), (x + leg + 2, y - 92)], INK, 3)
    body = [(x - 58, y - 92), (x - 20, y - 140), (x + 26, y - 144), (x + 34, y - 108), (x - 4, y - 84)]
    sheet.blob(body, SLATE, Shade(NIGHT, "left", 0.7))
    neck = [(x + 22, y - 132), (x + 42, y - 164), (x + 18, y - 196), (x + 28, y - 228)]
    sheet.line(neck, "#dfe3de", 12)
    sheet.oval((x + 32, y - 230), 14, 11, "#eceee8")
    sheet.poly([(x + 42, y - 236), (x + 92, y - 222), (x + 42, y - 224)], OCHRE)
    sheet.line([(x + 38, y - 236), (x + 14, y - 240), (x - 14, y - 228)], INK, 4)
    sheet.oval((x + 35, y - 232), 2.4, 2.4, INK)


def stadtplan() -> Sheet:
    """A town map drawn by hand: blocks, the river, benches in the shade."""
    sheet = Sheet(800, 620, "#f1e7cf", seed=13)
    sheet.box(26, 26, 774, 594, PAPER, Shade(SAND, "bottom", 0.4), radius=6)
    chance = random.Random(47)
    streets = [70, 190, 300, 420, 530, 650, 740]
    rows = [66, 150, 236, 330, 470, 550]
    for top, bottom in pairwise(rows):
        for left, right in pairwise(streets):
            if (left, top) == (300, 150):
                continue
            jolt = [chance.uniform(-7, 7) for _ in range(8)]
            corners = [(left + 9 + jolt[0], top + 9 + jolt[1]), (right - 9 + jolt[2], top + 9 + jolt[3]),
                       (right - 9 + jolt[4], bottom - 9 + jolt[5]), (left + 9 + jolt[6], bottom - 9 + jolt[7])]
            sheet.poly(corners, chance.choice(["#e6d1a6", "#e0c797", "#ead9b6", "#dfc3a0"]), Shade(WOOD, "bottom", 0.2))
    river = [(20, 430), (150, 396), (280, 420), (400, 388), (540, 412), (660, 372), (790, 400)]
    sheet.line(river, PAPER, 62)
    sheet.line(river, "#8fb8b4", 46)
    sheet.line([(x, y - 8) for x, y in river], "#b3d0ca", 4)
    sheet.line([(x + 20, y + 10) for x, y in river[:-1]], "#6f9f9c", 3)
    for x, y in ((300, 404), (648, 376)):
        sheet.line([(x, y - 42), (x, y + 42)], PAPER, 20)
        for side in (-10, 10):
            sheet.line([(x + side, y - 34), (x + side, y + 34)], BARK, 3)
    sheet.blob([(314, 168), (404, 160), (412, 220), (318, 226)], SAND)
    sheet.blob([(548, 484), (640, 476), (650, 536), (560, 544)], "#b9c592", Shade(LEAF, "bottom", 0.6))
    for x, y in ((332, 184), (388, 180), (334, 210), (386, 208), (572, 500), (606, 494), (628, 520), (590, 524)):
        sheet.oval((x, y), 11, 11, LEAF, Shade(MOSS, "left", 0.7))
    for _ in range(36):
        bench = (chance.choice(streets) + chance.uniform(-3, 3), chance.uniform(70, 540))
        if not 350 < bench[1] < 450:
            sheet.ring(bench, 5, 5, BARK, 2)
    for x, y in ((190, 110), (300, 196), (420, 190), (530, 120), (650, 210), (190, 290), (420, 300), (300, 510), (530, 500), (650, 500), (360, 236)):
        sheet.oval((x, y), 8, 8, TEAL)
    for edge in ((0, 0, 26, 620), (774, 0, 800, 620)):
        sheet.box(*edge, "#f1e7cf")
    sheet.line([(704, 560), (704, 512)], RUST, 3)
    sheet.poly([(704, 498), (694, 520), (714, 520)], RUST)
    sheet.line([(70, 574), (190, 574)], BARK, 3)
    for x in (70, 130, 190):
        sheet.line([(x, 568), (x, 580)], BARK, 3)
    return sheet


def stoffhase() -> Sheet:
    """A cloth rabbit sits on a scaffold board and enjoys the view."""
    sheet = Sheet(720, 720, SKY, seed=17)
    sheet.box(0, 0, 720, 520, SKY, Shade("#f2e2c2", "bottom", 0.8, 0.9))
    sheet.blob([(120, 150), (200, 118), (290, 138), (330, 164), (200, 176)], CREAM)
    sheet.blob([(-20, 600), (150, 520), (380, 556), (560, 500), (740, 540), (740, 740), (-20, 740)], MIST, Shade(LEAF, "bottom", 0.7))
    for x, roof, wall in ((30, RUST, CREAM), (120, BRICK, SAND), (196, RUST, "#e3b99c"), (590, BRICK, CREAM)):
        sheet.box(x, 560, x + 74, 640, wall)
        sheet.poly([(x - 8, 562), (x + 37, 512), (x + 82, 562)], roof, Shade(BRICK, "bottom", 0.5))
    sheet.box(86, -10, 108, 740, SLATE, Shade(NIGHT, "left", 0.7))
    sheet.box(612, -10, 634, 740, SLATE, Shade(NIGHT, "left", 0.7))
    sheet.line([(97, 330), (623, 330)], SLATE, 13)
    sheet.line([(97, 690), (623, 400)], "#5c7683", 8, smooth=False)
    sheet.box(-10, 586, 730, 626, WOOD, Shade(BARK, "bottom", 0.7))
    sheet.line([(-10, 598), (730, 600)], "#b98757", 3)
    for x, y in ((97, 330), (623, 330)):
        sheet.box(x - 17, y - 15, x + 17, y + 15, NIGHT, radius=5)
    _rabbit(sheet, 352, 590)
    return sheet


def _rabbit(sheet: Sheet, x: float, y: float) -> None:
    fur, dark = "#b9b4aa", "#8a857c"
    sheet.blob([(x - 52, y - 250), (x - 78, y - 350), (x - 58, y - 408), (x - 30, y - 360), (x - 20, y - 262)], fur, Shade(dark, "left", 0.7))
    sheet.blob([(x - 50, y - 276), (x - 62, y - 340), (x - 54, y - 376), (x - 40, y - 344), (x - 34, y - 276)], ROSE)
    sheet.blob([(x + 18, y - 262), (x + 34, y - 348), (x + 70, y - 372), (x + 84, y - 340), (x + 60, y - 268)], fur, Shade(dark, "left", 0.5))
    sheet.blob([(x + 42, y - 350), (x + 78, y - 376), (x + 122, y - 340), (x + 124, y - 282), (x + 96, y - 300), (x + 70, y - 330)], fur,
               Shade(dark, "bottom", 0.7))
    sheet.blob([(x - 74, y), (x - 70, y - 120), (x, y - 168), (x + 70, y - 120), (x + 74, y)], fur, Shade(dark, "left", 0.6))
    sheet.blob([(x - 84, y + 2), (x - 78, y - 74), (x, y - 92), (x + 78, y - 74), (x + 84, y + 2)], RUST, Shade(BRICK, "left", 0.7))
    sheet.line([(x - 52, y - 84), (x - 34, y - 148)], RUST, 12)
    sheet.line([(x + 52, y - 84), (x + 34, y - 148)], RUST, 12)
    for button in (-50, 50):
        sheet.oval((x + button, y - 82), 7, 7, OCHRE)
    for leg in (-48, 48):
        sheet.blob([(x + leg - 32, y - 22), (x + leg + 32, y - 22), (x + leg + 30, y + 74), (x + leg - 30, y + 74)], RUST, Shade(BRICK, "left", 0.6))
        sheet.oval((x + leg, y + 76), 36, 27, fur, Shade(dark, "bottom", 0.7))
        sheet.oval((x + leg, y + 80), 17, 13, ROSE)
    for arm in (-1, 1):
        sheet.blob([(x + arm * 56, y - 136), (x + arm * 100, y - 90), (x + arm * 98, y - 32), (x + arm * 74, y - 40), (x + arm * 66, y - 84)], fur,
                   Shade(dark, "bottom", 0.6))
    sheet.oval((x, y - 206), 88, 74, fur, Shade(dark, "left", 0.6, 0.7))
    sheet.oval((x, y - 184), 40, 30, "#ddd8cd")
    for eye in (-34, 34):
        sheet.oval((x + eye, y - 216), 9, 10, INK)
        sheet.oval((x + eye + 3, y - 220), 2.6, 2.6, CREAM)
    sheet.blob([(x - 11, y - 198), (x + 11, y - 198), (x, y - 185)], RUST)
    sheet.line([(x - 18, y - 176), (x - 8, y - 170), (x, y - 184), (x + 8, y - 170), (x + 18, y - 176)], INK, 3)


def postkarte() -> Sheet:
    """An old postcard of the lime tree, in sepia."""
    from_dark, middle, light, card = "#54412d", "#8d7350", "#c9b28a", "#efe3c8"
    sheet = Sheet(840, 580, "#d8c9aa", seed=19)
    sheet.poly([(34, 46), (800, 32), (812, 540), (40, 552)], "#b9a882")
    sheet.poly([(26, 34), (796, 26), (804, 532), (32, 542)], card, Shade("#dfcfa9", "bottom", 0.5, 0.4))
    sheet.poly([(58, 62), (768, 56), (772, 440), (62, 446)], "#e2d0a8", Shade("#d3bd90", "top", 0.6, 0.6))
    sheet.blob([(90, 110), (190, 92), (270, 108), (180, 122)], card)
    sheet.box(420, 196, 738, 404, light, Shade(middle, "right", 0.6))
    sheet.poly([(404, 200), (579, 104), (754, 200)], middle, Shade(from_dark, "bottom", 0.6))
    sheet.box(562, 86, 596, 130, light)
    sheet.poly([(554, 90), (579, 62), (604, 90)], from_dark)
    for y in (224, 308):
        for x in (446, 500, 554, 608, 662):
            sheet.box(x, y, x + 32, y + 52, from_dark, Shade(middle, "top", 0.6), radius=10)
    sheet.poly([(60, 398), (771, 392), (772, 440), (62, 446)], "#cbb48a", Shade(middle, "bottom", 0.5))
    sheet.poly([(222, 420), (246, 260), (274, 260), (306, 420)], from_dark)
    crown = [(258, 76), (368, 118), (420, 214), (356, 306), (260, 316), (152, 306), (96, 218), (146, 118)]
    sheet.blob(crown, middle, Shade(from_dark, "left", 0.9, 0.9), Shade(light, "right", 0.4, 0.4))
    for x, y, r in ((180, 170, 34), (260, 130, 38), (340, 190, 36), (220, 250, 36), (310, 260, 30)):
        sheet.oval((x, y), r, r * 0.8, "#a08459", Shade(from_dark, "left", 0.7))
    for x, height in ((420, 46), (446, 40), (118, 44)):
        sheet.blob([(x - 9, 424), (x - 7, 424 - height), (x + 7, 424 - height), (x + 10, 424)], from_dark)
        sheet.oval((x, 420 - height), 6.5, 7.5, from_dark)
        sheet.line([(x - 11, 415 - height), (x + 11, 415 - height)], from_dark, 4)
    sheet.line([(82, 64), (82, 444)], "#e8d8b4", 2)
    sheet.text((210, 464), "GRUSS AUS LINDENAU", from_dark, 34)
    sheet.ring((716, 488), 34, 34, "#a7543e", 3)
    sheet.ring((716, 488), 24, 24, "#a7543e", 2)
    for y in (480, 488, 496):
        sheet.line([(640, y), (682, y + 3), (750, y - 2)], "#a7543e", 2)
    return sheet


SCENES: dict[str, Callable[[], Sheet]] = {
    "marktplatz": marktplatz,
    "sportplatz": sportplatz,
    "nebel": nebel,
    "stadtplan": stadtplan,
    "stoffhase": stoffhase,
    "postkarte": postkarte,
}
