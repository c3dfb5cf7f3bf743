"""Pictures for the town's running stories: the cat, the road, the plot, the bakery, the pool, the hall, the cup, the note."""
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
    ROSE,
    RUST,
    SAND,
    SKY,
    SLATE,
    TEAL,
    WOOD,
    Shade,
    Sheet,
)

_WIDE = (880, 580)


def kater() -> Sheet:
    """A grey tomcat in a wheelbarrow, looking past whoever draws him."""
    sheet = Sheet(*_WIDE, SKY, seed=41)
    sheet.box(0, 0, 880, 360, SKY, Shade("#f0dcb4", "bottom", 0.8, 0.7))
    sheet.blob(
        [(-40, 360), (160, 300), (420, 342), (700, 292), (920, 340), (920, 620), (-40, 620)],
        LEAF,
        Shade(MOSS, "bottom", 0.8),
    )
    for x in range(30, 880, 120):
        sheet.box(x, 210, x + 84, 372, "#c7a57a", Shade(WOOD, "left", 0.7), radius=5)
        sheet.poly([(x, 212), (x + 42, 180), (x + 84, 212)], "#c7a57a", Shade(WOOD, "left", 0.6))
    fur, dark = "#8d949a", "#5d656d"
    sheet.blob(
        [(520, 300), (610, 268), (664, 216), (690, 228), (664, 290), (580, 342)], fur, Shade(dark, "bottom", 0.8)
    )
    sheet.blob([(368, 400), (372, 286), (420, 236), (490, 232), (552, 300), (560, 400)], fur, Shade(dark, "right", 0.6))
    sheet.poly([(366, 196), (372, 128), (420, 168)], fur, Shade(dark, "left", 0.6))
    sheet.poly([(450, 166), (496, 130), (502, 200)], fur, Shade(dark, "left", 0.6))
    sheet.blob(
        [(352, 214), (378, 168), (434, 156), (494, 172), (512, 218), (488, 268), (432, 284), (376, 266)],
        fur,
        Shade(dark, "right", 0.5),
    )
    for x in (400, 458):
        sheet.oval((x, 212), 15, 12, "#d9c25b")
        sheet.oval((x - 6, 212), 4, 11, INK)
    sheet.poly([(420, 234), (440, 234), (430, 246)], ROSE)
    for side in (-1, 1):
        for y in (240, 250):
            sheet.line([(430 + side * 26, y), (430 + side * 92, y - 6 + (y - 240) * 2)], PAPER, 1.6)
    sheet.blob([(380, 330), (412, 326), (418, 412), (378, 412)], CREAM, Shade(SAND, "left", 0.5))
    sheet.blob([(440, 330), (472, 326), (478, 412), (438, 412)], fur, Shade(dark, "left", 0.5))
    sheet.line([(150, 330), (330, 420)], WOOD, 15, smooth=False)
    sheet.poly([(300, 384), (668, 384), (600, 486), (370, 486)], RUST, Shade(BRICK, "bottom", 0.9))
    sheet.line([(296, 384), (672, 384)], "#cf5f42", 12)
    sheet.line([(390, 486), (352, 548)], INK, 10)
    sheet.line([(600, 486), (668, 500)], INK, 10)
    sheet.oval((676, 508), 46, 46, NIGHT, Shade(INK, "bottom", 0.8))
    sheet.oval((676, 508), 22, 22, MIST, Shade(SLATE))
    return sheet


def schlaglochfrosch() -> Sheet:
    """A pothole ringed with chalk, with water and a frog in it."""
    sheet = Sheet(*_WIDE, "#7d8389", seed=43)
    sheet.box(0, 0, 880, 580, "#7d8389", Shade("#5c6268", "bottom", 0.8), Shade("#9aa0a4", "top", 0.5))
    sheet.poly([(0, 0), (250, 0), (110, 580), (0, 580)], "#b3aea2", Shade("#8e897d", "right", 0.7))
    sheet.line([(250, 0), (110, 580)], "#d6d1c4", 13, smooth=False)
    sheet.ring((500, 330), 262, 158, CREAM, 9)
    sheet.ring((506, 326), 254, 162, CREAM, 4)
    sheet.blob(
        [(300, 320), (352, 242), (470, 214), (610, 240), (702, 310), (660, 404), (520, 440), (366, 410)],
        "#4b4f52",
        Shade(INK, "top", 0.7),
    )
    sheet.blob(
        [(336, 330), (390, 268), (500, 250), (610, 276), (664, 330), (610, 394), (500, 410), (390, 390)],
        "#6f9a9a",
        Shade(DEEP, "top", 0.7),
        Shade(MIST, "bottom", 0.6, 0.6),
    )
    sheet.blob(
        [(452, 340), (470, 296), (520, 280), (572, 298), (590, 344), (520, 362)], LEAF, Shade(MOSS, "bottom", 0.7)
    )
    for x in (486, 556):
        sheet.oval((x, 284), 19, 19, LEAF, Shade(MOSS, "bottom", 0.5))
        sheet.oval((x, 280), 10, 11, CREAM)
        sheet.oval((x + 2, 281), 5, 7, INK)
    sheet.line([(484, 322), (520, 336), (558, 322)], DEEP, 4)
    sheet.text((642, 470), "11 cm", CREAM, 50)
    sheet.box(214, 470, 296, 492, CREAM, Shade(SAND, "bottom", 0.6), radius=8)
    return sheet


def rankgitter() -> Sheet:
    """A trellis that leans in two directions, and beans that prefer the neighbour's fence."""
    sheet = Sheet(*_WIDE, "#dbe6cf", seed=47)
    sheet.box(0, 0, 880, 380, "#dfe7d2", Shade(SKY, "top", 0.9))
    sheet.blob([(-40, 372), (300, 350), (920, 376), (920, 620), (-40, 620)], "#8a6647", Shade(BARK, "bottom", 0.9))
    for x in range(600, 880, 54):
        sheet.box(x, 226, x + 34, 420, CREAM, Shade(SAND, "left", 0.6), radius=6)
    sheet.box(590, 274, 890, 292, CREAM, Shade(SAND, "bottom", 0.6))
    for step in range(5):
        sheet.line([(150 + 66 * step, 470 - 3 * step), (226 + 50 * step, 130 + 26 * step)], WOOD, 9, smooth=False)
    for step in range(5):
        sheet.line([(164 + 12 * step, 420 - 62 * step), (436 - 4 * step, 430 - 40 * step)], "#b98755", 7, smooth=False)
    rows = random.Random(5)
    for index in range(4):
        stem = [
            (500 + 22 * index, 470),
            (560 + 14 * index, 420),
            (600 + 50 * index, 330),
            (640 + 50 * index, 230 - 12 * index),
        ]
        sheet.line(stem, MOSS, 5)
        for x, y in stem[1:]:
            for _ in range(3):
                sheet.oval(
                    (x + rows.randint(-26, 26), y + rows.randint(-24, 24)), 17, 12, LEAF, Shade(MOSS, "bottom", 0.6)
                )
    sheet.box(120, 452, 190, 530, RUST, Shade(BRICK, "left", 0.7), radius=8)
    sheet.line([(112, 460), (70, 430), (96, 410)], BRICK, 8)
    sheet.box(330, 470, 470, 520, PAPER, Shade(SAND, "bottom", 0.5))
    sheet.text((352, 478), "Bohnen", INK, 30)
    sheet.line([(400, 520), (400, 556)], WOOD, 8)
    return sheet


def baeckerei() -> Sheet:
    """A baker's window before dawn, the only light in the street."""
    sheet = Sheet(*_WIDE, "#22303f", seed=53)
    sheet.box(0, 0, 880, 580, "#27374a", Shade("#141d29", "top", 0.8))
    sheet.box(60, 60, 820, 580, "#5d4a46", Shade("#3a2e2d", "left", 0.6))
    sheet.box(120, 84, 640, 148, BRICK, Shade("#5c2219", "bottom", 0.6), radius=6)
    sheet.text((226, 92), "Petri, seit 1898", CREAM, 42)
    sheet.glow((380, 330), 330, "#f5c974", 0.6)
    sheet.box(120, 168, 640, 480, "#f3cf86", Shade(OCHRE, "bottom", 0.7))
    for y in (290, 400):
        sheet.box(120, y, 640, y + 14, WOOD, Shade(BARK, "bottom", 0.7))
    for index in range(7):
        sheet.oval((168 + 68 * index, 272), 30, 20, "#b9783a", Shade(BARK, "bottom", 0.7))
    for index in range(5):
        x = 180 + 96 * index
        sheet.ring((x - 15, 376), 17, 17, "#8e5526", 8)
        sheet.ring((x + 15, 376), 17, 17, "#8e5526", 8)
    for index in range(6):
        sheet.box(142 + 82 * index, 432, 208 + 82 * index, 472, "#d79f5c", Shade(WOOD, "bottom", 0.7), radius=18)
    sheet.line([(380, 168), (380, 480)], "#3a2e2d", 9, smooth=False)
    sheet.box(680, 190, 800, 580, DEEP, Shade(NIGHT, "left", 0.6), radius=4)
    sheet.box(700, 214, 780, 372, "#f3cf86", Shade(OCHRE, "bottom", 0.6))
    sheet.oval((784, 420), 7, 7, OCHRE)
    sheet.poly([(0, 560), (880, 548), (880, 580), (0, 580)], "#1a222c", Shade(OCHRE, "top", 0.3))
    return sheet


def hallenbad() -> Sheet:
    """Six empty lanes, and the first one who came."""
    sheet = Sheet(*_WIDE, "#dcebe8", seed=59)
    sheet.box(0, 0, 880, 190, "#dfeae4", Shade(MIST, "bottom", 0.5))
    for x in range(60, 880, 136):
        sheet.box(x, 28, x + 100, 130, "#f6ecca", Shade(SKY, "bottom", 0.7), radius=4)
    sheet.poly(
        [(190, 180), (690, 180), (900, 580), (-20, 580)], "#4aa0a5", Shade(TEAL, "bottom", 0.6), Shade(MIST, "top", 0.6)
    )
    for lane in range(1, 6):
        top, bottom = 190 + 500 * lane / 6, -20 + 920 * lane / 6
        for step in range(16):
            t = (step / 16) ** 1.5
            x, y = top + (bottom - top) * t, 182 + 398 * t
            sheet.oval((x, y), 3 + 7 * t, 2 + 4 * t, RUST if (step // 2) % 2 else CREAM)
    for x, y, rx in ((330, 330, 40), (560, 420, 60), (250, 500, 70), (640, 260, 30)):
        sheet.line([(x - rx, y), (x - rx / 2, y - 5), (x, y), (x + rx / 2, y + 5), (x + rx, y)], CREAM, 3)
    sheet.oval((470, 350), 24, 24, OCHRE, Shade(RUST, "left", 0.5))
    sheet.line([(494, 366), (556, 348), (586, 372)], "#e2b48c", 12)
    sheet.line([(438, 384), (470, 376), (504, 386)], CREAM, 4)
    for x in (210, 330, 450, 570):
        sheet.box(x + 10, 158, x + 62, 184, CREAM, Shade(SLATE, "bottom", 0.5), radius=4)
    return sheet


def chorprobe() -> Sheet:
    """Empty chairs in a half circle, a stand, a forgotten scarf."""
    sheet = Sheet(*_WIDE, "#e9d6b4", seed=61)
    sheet.box(0, 0, 880, 350, "#ecdcbd", Shade(SAND, "bottom", 0.6))
    for x in (90, 360, 630):
        sheet.box(x, 40, x + 160, 300, "#cfdcd6", Shade("#f6e6bd", "bottom", 0.8), radius=70)
        sheet.line([(x + 80, 44), (x + 80, 300)], CREAM, 7, smooth=False)
        sheet.line([(x, 170), (x + 160, 170)], CREAM, 7, smooth=False)
    sheet.poly([(-10, 344), (890, 344), (890, 590), (-10, 590)], "#a9794b", Shade(BARK, "bottom", 0.8))
    for index in range(9):
        bend = (index - 4) / 4
        across = 440 + 372 * bend
        y = 330 + 74 * bend * bend
        sheet.box(across - 26, y - 40, across + 26, y + 20, PLUM if index == 6 else WOOD, Shade(BARK, "left", 0.6), radius=8)
        sheet.box(across - 30, y + 34, across + 30, y + 48, "#b98755", Shade(BARK, "bottom", 0.6), radius=5)
        for side in (-1, 1):
            sheet.line([(across + side * 24, y + 14), (across + side * 26, y + 104)], BARK, 6, smooth=False)
    sheet.blob([(646, 300), (690, 306), (694, 420), (676, 470), (654, 420)], RUST, Shade(BRICK, "left", 0.7))
    sheet.line([(440, 560), (440, 450)], INK, 8, smooth=False)
    sheet.line([(396, 576), (440, 552), (484, 576)], INK, 8, smooth=False)
    sheet.poly([(356, 400), (524, 400), (540, 474), (340, 474)], NIGHT, Shade(INK, "bottom", 0.7))
    sheet.poly([(370, 390), (438, 394), (438, 462), (362, 460)], CREAM, Shade(SAND, "left", 0.4))
    sheet.poly([(442, 394), (510, 390), (518, 460), (442, 462)], CREAM, Shade(SAND, "right", 0.4))
    for y in (410, 428, 446):
        sheet.line([(374, y), (430, y)], INK, 2, smooth=False)
        sheet.line([(450, y), (506, y)], INK, 2, smooth=False)
    return sheet


def pokal() -> Sheet:
    """A cup with a dent, on a kitchen table, with tulips in it."""
    sheet = Sheet(*_WIDE, "#d9e2d4", seed=67)
    sheet.box(0, 0, 880, 400, "#d9e2d4", Shade(MIST, "left", 0.5))
    sheet.poly([(-10, 400), (890, 400), (890, 590), (-10, 590)], CREAM, Shade(SAND, "bottom", 0.6))
    for x in range(0, 880, 88):
        for y in range(404, 580, 88):
            sheet.box(
                x + (44 if (y // 88) % 2 else 0),
                y,
                x + 44 + (44 if (y // 88) % 2 else 0),
                y + 44,
                "#d98a75",
                Shade(RUST, "bottom", 0.3),
            )
    for x, color in ((372, RUST), (430, OCHRE), (492, ROSE), (410, PLUM), (466, RUST)):
        sheet.line([(440, 250), ((x + 440) / 2, 170), (x, 96 + abs(x - 440))], MOSS, 6)
        sheet.oval((x, 84 + abs(x - 440)), 24, 31, color, Shade(BRICK, "bottom", 0.5))
    for side in (-1, 1):
        sheet.ring((440 + side * 116, 282), 40, 52, OCHRE, 13)
    sheet.blob(
        [(320, 214), (440, 226), (560, 214), (546, 330), (500, 392), (440, 408), (384, 392), (350, 340), (344, 300)],
        OCHRE,
        Shade(WOOD, "left", 0.7),
    )
    sheet.oval((356, 318), 22, 34, "#a9782c", Shade(WOOD, "right", 0.7))
    sheet.oval((440, 216), 120, 15, "#a9782c")
    sheet.box(424, 400, 456, 462, OCHRE, Shade(WOOD, "left", 0.6))
    sheet.box(360, 456, 520, 506, BARK, Shade(INK, "left", 0.6), radius=6)
    sheet.text((402, 464), "2. Platz", CREAM, 24)
    return sheet


def zettel() -> Sheet:
    """A note in capital letters, taped to a door."""
    sheet = Sheet(*_WIDE, "#3f6154", seed=71)
    sheet.box(0, 0, 880, 580, "#476c5d", Shade(DEEP, "left", 0.7))
    for x in (60, 470):
        sheet.box(x, 40, x + 350, 540, "#3b5d50", Shade("#24423a", "top", 0.7), radius=6)
    sheet.poly([(232, 120), (640, 104), (652, 420), (240, 432)], PAPER, Shade(SAND, "bottom", 0.5))
    for y in (190, 240, 290, 340):
        sheet.line([(264, y + 4), (624, y - 8)], "#b9cdd6", 2, smooth=False)
    sheet.text((276, 146), "GUTEN TAG.", INK, 44)
    sheet.text((276, 206), "DAS TOR KLEMMT.", INK, 38)
    sheet.text((276, 262), "BITTE ANHEBEN", INK, 38)
    sheet.text((276, 318), "UND GRINSEN.", INK, 38)
    sheet.text((500, 374), "Wendt", SLATE, 28)
    sheet.poly([(400, 92), (488, 88), (490, 124), (402, 128)], "#e6d9ae")
    sheet.oval((720, 330), 22, 22, OCHRE, Shade(WOOD, "bottom", 0.8))
    sheet.box(700, 324, 760, 340, OCHRE, Shade(WOOD, "bottom", 0.8), radius=8)
    return sheet


SCENES: dict[str, Callable[[], Sheet]] = {
    "kater": kater,
    "schlaglochfrosch": schlaglochfrosch,
    "rankgitter": rankgitter,
    "baeckerei": baeckerei,
    "hallenbad": hallenbad,
    "chorprobe": chorprobe,
    "pokal": pokal,
    "zettel": zettel,
}
