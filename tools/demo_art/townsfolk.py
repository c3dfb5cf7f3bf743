"""More faces of Lindenau: each is put together from a head of hair, clothes, and what somebody wears on nose or head."""
# ruff: noqa: E501 - a path is easier to follow on one line than one point to a line

from typing import NamedTuple

from tools.demo_art.portraits import DARK, FAIR, OLIVE, PALE, Skin, draw_bust, draw_collar, draw_face, draw_glasses
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
    SLATE,
    TEAL,
    WOOD,
    Point,
    Shade,
    Sheet,
)

_BROWN = Skin("#b87d53", "#8f5a38", "#bb6a4c")
_GREY, _WHITE, _BLACK = ("#a9a59c", "#7f7b74"), ("#e6e3dc", "#b5b2ab"), ("#2b2523", "#4d413b")
_BLOND, _CHESTNUT, _RED = ("#dcb968", "#a9803c"), ("#7a4a2c", "#533019"), ("#b85a2c", "#8a3c19")
_STRAW = ("#c99f55", "#96703a")


class Look(NamedTuple):
    """What somebody looks like; the drawing's functions are found by these words."""

    skin: Skin
    #: The colour of the hair and its shade.
    hair: tuple[str, str]
    style: str
    top: str
    shade: str
    ground: tuple[str, str]
    clothes: str = ""
    extras: tuple[str, ...] = ()
    smile: float = 1.0


def _behind(sheet: Sheet, look: Look) -> None:
    """Hair that hangs down behind the shoulders."""
    hair, dark = look.hair
    low = Shade(dark, "bottom", 0.8)
    if look.style == "long":
        sheet.blob(
            [
                (92, 110),
                (112, 62),
                (160, 46),
                (208, 62),
                (228, 110),
                (240, 220),
                (232, 290),
                (190, 300),
                (130, 300),
                (88, 290),
                (80, 220),
            ],
            hair,
            low,
        )
    elif look.style == "bob":
        sheet.blob(
            [(88, 128), (100, 70), (160, 46), (220, 70), (232, 128), (234, 200), (206, 222), (114, 222), (86, 200)],
            hair,
            low,
        )
    elif look.style == "curls":
        for x, y, r in (
            (104, 96, 34),
            (92, 140, 32),
            (94, 186, 28),
            (128, 62, 34),
            (192, 62, 34),
            (160, 50, 34),
            (216, 96, 34),
            (228, 140, 32),
            (226, 186, 28),
        ):
            sheet.oval((x, y), r, r, hair, Shade(dark, "bottom", 0.6))
    elif look.style == "bun":
        sheet.oval((160, 46), 30, 26, hair, Shade(dark, "left", 0.7))
    elif look.style == "tail":
        sheet.blob(
            [(204, 72), (256, 92), (272, 160), (246, 226), (236, 160), (212, 116)], hair, Shade(dark, "right", 0.7)
        )
    elif look.style == "braids":
        for side in (-1, 1):
            for step in range(5):
                sheet.oval((160 + side * (70 + 3 * step), 176 + 24 * step), 15 - step, 16, hair, low)


def _above(sheet: Sheet, look: Look) -> None:
    """Hair round the face."""
    hair, dark = look.hair
    left = Shade(dark, "left", 0.6, 0.7)
    if look.style == "bald":
        for side in (-1, 1):
            x = 160 + side * 56
            sheet.blob([(x - 6, 106), (x + 6, 108), (x + 6, 144), (x - 2, 148), (x - 7, 124)], hair, Shade(dark))
    elif look.style in ("short", "bun", "tail", "braids"):
        low = 98 if look.style == "short" else 112
        sheet.blob(
            [
                (99, 138),
                (98, 96),
                (124, 62),
                (166, 54),
                (206, 70),
                (222, 104),
                (221, 138),
                (211, 112),
                (184, low),
                (140, low - 4),
                (110, 112),
            ],
            hair,
            left,
        )
    elif look.style == "parted":
        sheet.blob([(100, 132), (96, 96), (116, 66), (142, 84), (124, 108), (110, 118)], hair, left)
        sheet.blob(
            [(128, 74), (160, 48), (208, 62), (226, 104), (220, 136), (208, 106), (170, 92), (140, 92)], hair, left
        )
    elif look.style == "quiff":
        sheet.blob(
            [
                (104, 122),
                (102, 92),
                (110, 58),
                (150, 34),
                (206, 40),
                (222, 84),
                (216, 124),
                (206, 98),
                (170, 88),
                (130, 92),
            ],
            hair,
            left,
        )
    elif look.style == "crop":
        sheet.blob(
            [
                (103, 124),
                (104, 92),
                (128, 68),
                (160, 62),
                (194, 68),
                (216, 92),
                (217, 124),
                (208, 102),
                (160, 84),
                (112, 102),
            ],
            hair,
            left,
        )
    elif look.style == "curls":
        for x, y, r in ((112, 92, 19), (136, 78, 20), (162, 74, 20), (188, 80, 20), (208, 96, 18)):
            sheet.oval((x, y), r, r, hair, Shade(dark, "left", 0.4))
    elif look.style in ("long", "bob"):
        sheet.blob(
            [(156, 58), (118, 64), (92, 106), (92, 186), (106, 180), (108, 136), (136, 108), (152, 86)], hair, left
        )
        sheet.blob(
            [(148, 58), (202, 64), (228, 106), (228, 186), (214, 180), (212, 136), (188, 106), (160, 82)],
            hair,
            Shade(dark, "right", 0.5),
        )


def _dress(sheet: Sheet, look: Look) -> None:
    """What is worn over the plain top."""
    if look.clothes == "collar":
        draw_collar(sheet, CREAM)
    elif look.clothes == "scarf":
        sheet.blob(
            [(116, 236), (160, 256), (204, 236), (218, 264), (160, 292), (102, 264)],
            look.shade,
            Shade(INK, "left", 0.4),
        )
        sheet.blob([(176, 270), (204, 268), (214, 336), (184, 340)], look.shade, Shade(INK, "bottom", 0.4))
    elif look.clothes == "stripes":
        for y in (266, 286, 306):
            sheet.line([(50, y + 6), (160, y - 4), (270, y + 6)], look.shade, 7)
    elif look.clothes == "apron":
        sheet.blob([(108, 298), (160, 288), (212, 298), (220, 345), (100, 345)], look.shade, Shade(INK, "left", 0.3))
        for x in (114, 206):
            sheet.line([(x, 304), (x, 248)], look.shade, 11)
    elif look.clothes == "vest":
        sheet.blob([(24, 345), (44, 280), (100, 250), (120, 248), (152, 345)], look.shade, Shade(INK, "left", 0.4))
        sheet.blob([(296, 345), (276, 280), (220, 250), (200, 248), (168, 345)], look.shade, Shade(INK, "right", 0.4))
    elif look.clothes == "beads":
        for step in range(9):
            sheet.oval(
                (118 + 10.5 * step, 250 + 26 * (1 - ((step - 4) / 4) ** 2)), 6, 6, look.shade, Shade(INK, "bottom", 0.3)
            )
    elif look.clothes == "hood":
        sheet.blob(
            [(96, 252), (128, 228), (160, 262), (192, 228), (224, 252), (200, 284), (160, 292), (120, 284)],
            look.shade,
            Shade(INK, "bottom", 0.4),
        )
        for x in (146, 174):
            sheet.line([(x, 276), (x, 312)], CREAM, 3)
    elif look.clothes == "neck":
        sheet.blob(
            [(128, 222), (160, 230), (192, 222), (200, 258), (160, 274), (120, 258)],
            look.shade,
            Shade(INK, "bottom", 0.3),
        )


def _hat(sheet: Sheet, kind: str) -> bool:
    """What is worn on the head; whether it was one."""
    if kind == "cap":
        sheet.blob([(104, 108), (110, 62), (160, 42), (210, 62), (216, 108), (160, 96)], DEEP, Shade(INK, "left", 0.6))
        sheet.blob([(150, 96), (216, 96), (262, 112), (226, 120), (160, 110)], MOSS, Shade(INK, "bottom", 0.5))
    elif kind == "beanie":
        sheet.blob(
            [(100, 112), (106, 60), (160, 36), (214, 60), (220, 112), (160, 100)], SLATE, Shade(NIGHT, "left", 0.7)
        )
        sheet.blob(
            [(96, 116), (102, 96), (160, 84), (218, 96), (224, 116), (160, 106)], MIST, Shade(SLATE, "bottom", 0.6)
        )
    elif kind == "helmet":
        sheet.blob([(94, 112), (104, 56), (160, 32), (216, 56), (226, 112), (160, 96)], OCHRE, Shade(RUST, "left", 0.6))
        for x in (128, 160, 192):
            sheet.oval((x, 66), 7, 17, INK)
        sheet.line([(104, 112), (118, 200), (146, 224)], INK, 3.4)
        sheet.line([(216, 112), (202, 200), (174, 224)], INK, 3.4)
    elif kind == "straw":
        sheet.blob([(112, 96), (118, 48), (160, 36), (202, 48), (208, 96), (160, 104)], SAND, Shade(OCHRE, "left", 0.7))
        sheet.line([(112, 88), (160, 97), (208, 88)], TEAL, 9)
        sheet.blob(
            [(46, 104), (104, 88), (160, 98), (216, 88), (274, 104), (220, 120), (160, 122), (100, 120)],
            SAND,
            Shade(OCHRE, "bottom", 0.7),
        )
    elif kind == "baker":
        sheet.blob(
            [(104, 80), (92, 44), (126, 20), (160, 30), (194, 20), (228, 44), (216, 80), (160, 88)],
            CREAM,
            Shade(SAND, "left", 0.6),
        )
        sheet.blob(
            [(104, 104), (108, 74), (160, 66), (212, 74), (216, 104), (160, 96)], PAPER, Shade(SAND, "bottom", 0.6)
        )
    elif kind == "post":
        sheet.blob([(100, 92), (98, 64), (160, 38), (222, 64), (220, 92), (160, 82)], NIGHT, Shade(INK, "left", 0.7))
        sheet.blob(
            [(106, 106), (110, 84), (160, 78), (210, 84), (214, 106), (160, 98)], OCHRE, Shade(WOOD, "bottom", 0.6)
        )
        sheet.blob([(112, 106), (160, 98), (208, 106), (160, 122)], INK)
    else:
        return False
    return True


def _beard(sheet: Sheet, look: Look, full: bool) -> None:
    hair, dark = look.hair
    if full:
        edge: list[Point] = [
            (102, 150),
            (112, 168),
            (128, 180),
            (160, 176),
            (192, 180),
            (208, 168),
            (218, 150),
            (214, 192),
            (190, 226),
            (160, 238),
            (130, 226),
            (106, 192),
        ]
        sheet.blob(edge, hair, Shade(dark, "bottom", 0.6))
    else:
        sheet.blob(
            [(130, 184), (146, 174), (160, 178), (174, 174), (190, 184), (174, 186), (160, 184), (146, 186)],
            hair,
            Shade(dark, "bottom", 0.4),
        )


def _wear(sheet: Sheet, look: Look, extra: str) -> None:
    """Glasses and the like, in front of the face."""
    hair, dark = look.hair
    if _hat(sheet, extra):
        return
    if extra == "round glasses":
        draw_glasses(sheet, NIGHT, 19, 18)
    elif extra == "large glasses":
        draw_glasses(sheet, RUST, 23, 20)
    elif extra == "earrings":
        for x in (100, 220):
            sheet.oval((x, 176), 5, 8, OCHRE, Shade(WOOD))
    elif extra == "band":
        sheet.line([(104, 104), (130, 84), (160, 78), (190, 84), (216, 104)], RUST, 12)
    elif extra == "freckles":
        for x, y in ((124, 168), (133, 173), (142, 168), (178, 168), (187, 173), (196, 167)):
            sheet.oval((x, y), 1.8, 1.8, look.skin.dark)
    elif extra == "fringe":
        sheet.blob(
            [(108, 112), (120, 84), (160, 74), (200, 84), (212, 112), (192, 120), (160, 114), (128, 120)],
            hair,
            Shade(dark, "top", 0.5),
        )
    elif extra == "lines":
        for side in (-1, 1):
            sheet.line([(160 + side * 40, 158), (160 + side * 46, 161)], look.skin.dark, 2)
            sheet.line([(160 + side * 40, 164), (160 + side * 45, 169)], look.skin.dark, 2)
    elif extra == "pencil":
        sheet.line([(226, 128), (196, 92)], OCHRE, 6)


_SEA, _SUN, _CLAY = ("#bcd6cc", "#9cc3b5"), ("#f2e4c6", "#e5cc98"), ("#e9c0aa", "#dba288")
_MEAD, _DUSK, _LILAC = ("#ced8b8", "#b3c294"), ("#c3cfd8", "#a2b3c1"), ("#d9cbdd", "#bfa9c7")

LOOKS: dict[str, Look] = {
    "beate": Look(PALE, _GREY, "bob", PLUM, "#d9c2dd", _LILAC, "scarf", ("earrings", "lines"), 1.4),
    "friedrich": Look(FAIR, _WHITE, "bald", NIGHT, OCHRE, _DUSK, "collar", ("post", "moustache", "lines"), 0.9),
    "oleksandra": Look(PALE, _BLOND, "braids", "#3f78ad", OCHRE, _SUN, "beads", ("earrings",), 0.8),
    "swantje": Look(FAIR, _STRAW, "tail", "#245f73", "#e8e2d2", _SEA, "stripes", ("freckles", "pencil"), 1.5),
    "timo": Look(FAIR, _CHESTNUT, "crop", RUST, OCHRE, _CLAY, "hood", ("helmet",), 1.4),
    "lukas": Look(FAIR, _CHESTNUT, "parted", LEAF, MOSS, _MEAD, "hood", ("full beard", "round glasses"), 0.9),
    "derya": Look(OLIVE, _BLACK, "long", RUST, CREAM, _SUN, "collar", ("earrings", "pencil"), 1.2),
    "steffi": Look(PALE, _BLOND, "bun", "#d58aa8", "#f1d7de", _CLAY, "stripes", ("fringe",), 1.7),
    "katrin": Look(PALE, _CHESTNUT, "bob", "#4c6a91", "#dfe6ec", _DUSK, "collar", ("round glasses", "fringe"), 0.8),
    "priya": Look(_BROWN, _BLACK, "long", "#8f3f72", OCHRE, _MEAD, "scarf", ("large glasses",), 1.2),
    "diego": Look(OLIVE, _BLACK, "quiff", "#4e9aa0", "#dceceb", _SUN, "neck", ("freckles",), 1.4),
    "horst": Look(FAIR, _GREY, "bald", MOSS, DEEP, _MEAD, "vest", ("straw", "moustache", "round glasses"), 0.2),
    "elke": Look(FAIR, _WHITE, "curls", "#7c6a9c", "#cabfdb", _LILAC, "beads", ("lines", "earrings"), 1.5),
    "thuy": Look(Skin("#ecc79c", "#c99b6c", "#d98b6c"), _BLACK, "bob", LEAF, DEEP, _SEA, "apron", ("fringe",), 1.1),
    "lotte": Look(PALE, _RED, "bun", OCHRE, TEAL, _MEAD, "apron", ("band", "freckles"), 1.6),
    "gesine": Look(PALE, _BLACK, "crop", INK, PLUM, _LILAC, "neck", ("large glasses", "earrings"), 0.4),
    "kalle": Look(FAIR, _GREY, "crop", MOSS, CREAM, _DUSK, "scarf", ("cap", "full beard"), 1.5),
    "murat": Look(OLIVE, _BLACK, "short", "#2c6b4c", CREAM, _CLAY, "collar", ("moustache",), 0.8),
    "jochen": Look(PALE, _CHESTNUT, "crop", PAPER, SAND, _CLAY, "apron", ("baker", "lines"), 1.0),
    "enno": Look(PALE, _BLOND, "quiff", SLATE, NIGHT, _SEA, "hood", ("freckles",), 0.5),
    "jette": Look(FAIR, _CHESTNUT, "tail", BRICK, CREAM, _DUSK, "stripes", ("band",), 1.1),
    "greta": Look(FAIR, _WHITE, "bun", "#9a5868", CREAM, _SUN, "collar", ("round glasses", "lines"), 1.3),
    "amira": Look(_BROWN, _BLACK, "curls", TEAL, MIST, _CLAY, "hood", ("round glasses",), 1.2),
    "claudia": Look(FAIR, _GREY, "tail", MOSS, LEAF, _SEA, "vest", ("lines", "freckles"), 1.2),
    "burkhard": Look(PALE, _GREY, "parted", "#6f7f8c", BARK, _SUN, "vest", ("moustache", "pencil"), 0.5),
    "ralf": Look(FAIR, _CHESTNUT, "bald", BRICK, NIGHT, _DUSK, "collar", ("large glasses",), -0.3),
    "heike": Look(FAIR, _RED, "bob", "#b88aa0", PLUM, _LILAC, "scarf", ("earrings",), 1.0),
    "mandy": Look(FAIR, _BLOND, "long", "#e0a9bd", RUST, _CLAY, "beads", ("earrings", "fringe"), 1.8),
    "yvonne": Look(DARK, _BLACK, "curls", "#8d5aa0", OCHRE, _SUN, "beads", ("earrings",), 1.4),
}


def draw_look(handle: str, size: int) -> Sheet:
    """The bust of one of them on a ground of their own."""
    look = LOOKS[handle]
    sheet = Sheet(size, size, look.ground[0], seed=sum(map(ord, handle)))
    sheet.box(0, 0, size, size, look.ground[0], Shade(look.ground[1], "bottom", 0.5, 0.6))
    _behind(sheet, look)
    draw_bust(sheet, look.skin, look.top, look.shade if look.clothes != "stripes" else INK)
    _dress(sheet, look)
    if "full beard" in look.extras:
        _beard(sheet, look, full=True)
    _above(sheet, look)
    draw_face(sheet, look.skin, look.smile, look.hair[1])
    if "full beard" in look.extras:
        sheet.line([(143, 191), (160, 191 + 7 * look.smile), (177, 191)], look.skin.cheek, 4.5)
    if "moustache" in look.extras:
        _beard(sheet, look, full=False)
    for extra in look.extras:
        _wear(sheet, look, extra)
    return sheet
