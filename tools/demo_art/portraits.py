"""The faces of Lindenau: ten busts that differ in hair, clothes and bearing, not in amount of detail."""
# ruff: noqa: E501 - a path is easier to follow on one line than one point to a line

from collections.abc import Callable
from typing import NamedTuple

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
)

SIZE = 320
_HEAD: Point = (160, 146)


class Skin(NamedTuple):
    """The colour of a face and its two companions."""

    light: str
    dark: str
    cheek: str


PALE = Skin("#f3d3b5", "#dba988", "#e29a80")
FAIR = Skin("#efc8a3", "#d19d76", "#d98b6c")
OLIVE = Skin("#dcab80", "#b67f56", "#c4785a")
DARK = Skin("#8a5638", "#643a25", "#a4553a")

#: What is behind the head and in front of it.
Hair = Callable[[Sheet], None]


def draw_bust(sheet: Sheet, skin: Skin, top: str, shade: str) -> None:
    """Shoulders, neck, ears, head and cheeks, so that hair and beards cover them."""
    shoulders = [(28, 345), (44, 276), (104, 246), (160, 240), (216, 246), (276, 276), (292, 345)]
    sheet.blob([*shoulders, (160, 380)], top, Shade(shade, "left", 0.55, 0.5), Shade(shade, "bottom", 0.35))
    sheet.blob([(136, 190), (184, 190), (188, 248), (160, 268), (132, 248)], skin.light, Shade(skin.dark, "top", 0.95))
    for x in (101, 219):
        sheet.oval((x, 152), 11, 16, skin.light, Shade(skin.dark, "bottom", 0.6))
    face = [(104, 128), (112, 92), (160, 72), (208, 92), (216, 128), (211, 172), (190, 206), (160, 219), (130, 206), (109, 172)]
    sheet.blob(face, skin.light, Shade(skin.dark, "left", 0.5, 0.45))
    for x in (127, 193):
        sheet.glow((x, 174), 17, skin.cheek, 0.7)


def draw_face(sheet: Sheet, skin: Skin, smile: float = 1.0, brows: str = BARK) -> None:
    """Eyes, nose and mouth: as little as will do."""
    for x in (138, 182):
        sheet.oval((x, 149), 4.6, 5.6, INK)
    sheet.line([(128, 132), (138, 128), (148, 131)], brows, 3.4)
    sheet.line([(172, 131), (182, 128), (192, 132)], brows, 3.4)
    sheet.line([(161, 150), (166, 169), (158, 171)], skin.dark, 3)
    sheet.line([(143, 188), (160, 188 + 8 * smile), (177, 188)], BRICK, 3.6)


def draw_glasses(sheet: Sheet, color: str, rx: float = 20, ry: float = 18) -> None:
    for x in (137, 183):
        sheet.ring((x, 150), rx, ry, color, 3.4)
    sheet.line([(137 + rx - 1, 147), (160, 143), (183 - rx + 1, 147)], color, 3.2)
    sheet.line([(137 - rx, 146), (103, 142)], color, 3)
    sheet.line([(183 + rx, 146), (217, 142)], color, 3)


def draw_collar(sheet: Sheet, color: str) -> None:
    sheet.poly([(128, 238), (160, 276), (132, 292), (108, 250)], color)
    sheet.poly([(192, 238), (160, 276), (188, 292), (212, 250)], color)


def anna(sheet: Sheet) -> None:
    """A ponytail, a whistle, the club's jersey."""
    hair = "#8d4a2b"
    sheet.blob([(206, 80), (262, 96), (276, 160), (252, 216), (238, 160), (214, 120)], hair, Shade(BARK, "right", 0.6))
    draw_bust(sheet, FAIR, RUST, BRICK)
    sheet.line([(116, 250), (160, 282), (204, 250)], CREAM, 9)
    sheet.line([(128, 246), (156, 306)], INK, 2.6)
    sheet.line([(192, 246), (164, 306)], INK, 2.6)
    sheet.oval((160, 309), 11, 9, OCHRE, Shade(WOOD))
    fringe = [(98, 138), (96, 92), (130, 58), (178, 54), (218, 84), (222, 136), (206, 112), (176, 96), (134, 104)]
    sheet.blob(fringe, hair, Shade(BARK, "left", 0.6, 0.6))
    sheet.oval((214, 84), 9, 13, TEAL)
    draw_face(sheet, FAIR, 1.5, "#6d3a22")


def mehmet(sheet: Sheet) -> None:
    """A trimmed beard and an open collar."""
    hair = "#2d2522"
    draw_bust(sheet, OLIVE, TEAL, DEEP)
    draw_collar(sheet, "#167d6e")
    beard = [(101, 146), (110, 166), (126, 180), (142, 177), (160, 175), (178, 177), (194, 180), (210, 166), (219, 146),
             (214, 188), (192, 220), (160, 232), (128, 220), (106, 188)]
    sheet.blob(beard, hair, Shade("#51423a", "bottom", 0.4))
    cap = [(99, 140), (98, 98), (122, 64), (166, 54), (206, 70), (222, 104), (220, 142), (210, 112), (180, 98), (138, 98), (110, 112)]
    sheet.blob(cap, hair, Shade("#51423a", "top", 0.5, 0.6))
    draw_face(sheet, OLIVE, 1.2, hair)
    sheet.line([(143, 191), (160, 200), (177, 191)], "#e3ac8c", 5)


def jonas(sheet: Sheet) -> None:
    """Round glasses, less hair than last year."""
    hair = "#b08a55"
    draw_bust(sheet, PALE, OCHRE, WOOD)
    sheet.blob([(124, 240), (160, 262), (196, 240), (200, 256), (160, 280), (120, 256)], "#e6b75c")
    for side in (-1, 1):
        x = 160 + side * 56
        sheet.blob([(x - 6, 96), (x + 6, 100), (x + 6, 142), (x - 2, 146), (x - 8, 118)], hair, Shade(WOOD))
    sheet.blob([(106, 108), (116, 76), (160, 58), (204, 76), (214, 108), (198, 92), (160, 84), (122, 92)], hair, Shade(WOOD, "left", 0.6))
    sheet.blob([(122, 92), (138, 78), (160, 88), (182, 78), (198, 92), (186, 106), (160, 98), (134, 106)], PALE.light)
    draw_face(sheet, PALE, 0.7, WOOD)
    draw_glasses(sheet, NIGHT)


def gerda(sheet: Sheet) -> None:
    """Grey curls, an apron, earrings for market day."""
    hair, dark = "#cfc9be", "#9b948a"
    for x, y, r in ((104, 112, 30), (100, 146, 25), (114, 80, 32), (150, 60, 33), (190, 66, 33), (216, 96, 30), (222, 132, 26)):
        sheet.oval((x, y), r, r, hair, Shade(dark, "left", 0.6))
    draw_bust(sheet, FAIR, "#e9ddc6", SAND)
    sheet.blob([(104, 300), (160, 290), (216, 300), (222, 345), (98, 345)], MOSS, Shade(DEEP, "left", 0.5))
    sheet.line([(112, 308), (112, 248)], MOSS, 13)
    sheet.line([(208, 308), (208, 248)], MOSS, 13)
    for x, y, r in ((118, 98, 20), (146, 84, 22), (176, 84, 22), (203, 99, 19)):
        sheet.oval((x, y), r, r, hair, Shade(dark, "left", 0.5))
    draw_face(sheet, FAIR, 1.3, dark)
    for x in (100, 220):
        sheet.oval((x, 175), 6, 6, RUST)
    sheet.line([(120, 160), (114, 163)], FAIR.dark, 2)
    sheet.line([(200, 160), (206, 163)], FAIR.dark, 2)


def pia(sheet: Sheet) -> None:
    """A dark bob and large glasses."""
    hair, dark = "#3a2b2e", "#1f181a"
    sheet.blob([(88, 128), (100, 70), (160, 46), (220, 70), (232, 128), (236, 206), (206, 226), (114, 226), (84, 206)], hair,
               Shade(dark, "bottom", 0.8))
    draw_bust(sheet, PALE, LEAF, MOSS)
    sheet.blob([(116, 238), (160, 256), (204, 238), (220, 262), (160, 288), (100, 262)], OCHRE, Shade(WOOD, "left", 0.6))
    sheet.blob([(150, 270), (180, 272), (190, 330), (156, 332)], OCHRE, Shade(WOOD, "bottom", 0.7))
    bob = [(94, 186), (92, 110), (118, 64), (160, 52), (202, 64), (228, 110), (226, 186), (212, 160), (208, 122), (160, 118),
           (112, 122), (108, 160)]
    sheet.blob(bob, hair, Shade("#5d464b", "top", 0.5, 0.5))
    draw_face(sheet, PALE, 1.1, hair)
    draw_glasses(sheet, PLUM, 22, 21)


def ines(sheet: Sheet) -> None:
    """The girl with the red cap, grown up, with a braid."""
    hair = "#a8783f"
    draw_bust(sheet, FAIR, "#5c4a78", "#3c2f54")
    sheet.line([(160, 262), (160, 330)], "#3c2f54", 3)
    sheet.blob([(122, 240), (160, 258), (198, 240), (206, 266), (160, 284), (114, 266)], "#735e92", Shade("#3c2f54", "left", 0.5))
    sheet.blob([(96, 132), (110, 108), (126, 112), (112, 140), (108, 178), (98, 172)], hair, Shade(BARK, "left", 0.5))
    sheet.blob([(224, 132), (210, 108), (194, 112), (208, 140), (212, 178), (222, 172)], hair, Shade(BARK, "right", 0.5))
    for step, (x, y) in enumerate(((224, 184), (230, 208), (234, 232), (235, 256), (233, 278))):
        sheet.oval((x, y), 14 - step, 15, hair, Shade(BARK, "bottom", 0.8))
    sheet.oval((232, 292), 7, 6, TEAL)
    sheet.blob([(98, 112), (104, 62), (160, 32), (216, 62), (222, 112), (160, 100)], RUST, Shade(BRICK, "left", 0.7, 0.7))
    sheet.blob([(94, 116), (100, 94), (160, 80), (220, 94), (226, 116), (160, 106)], "#cf5f42", Shade(BRICK, "bottom", 0.5))
    sheet.oval((160, 32), 17, 16, CREAM, Shade(SAND))
    draw_face(sheet, FAIR, 0.8, "#7c562b")


def ruth(sheet: Sheet) -> None:
    """Silver hair to the shoulders, a high collar."""
    hair, dark = "#e2e0da", "#aeb0ac"
    sheet.blob([(90, 120), (108, 66), (160, 48), (212, 66), (230, 120), (232, 220), (214, 246), (106, 246), (88, 220)], hair,
               Shade(dark, "bottom", 0.7))
    draw_bust(sheet, PALE, SLATE, NIGHT)
    sheet.blob([(126, 222), (160, 228), (194, 222), (202, 262), (160, 282), (118, 262)], "#597684", Shade(NIGHT, "bottom", 0.5))
    left = [(160, 60), (120, 66), (94, 104), (90, 168), (98, 214), (110, 190), (112, 142), (132, 112), (150, 84)]
    sheet.blob(left, hair, Shade(dark, "left", 0.6))
    right = [(150, 58), (202, 66), (226, 104), (230, 168), (222, 214), (210, 190), (208, 142), (192, 110), (158, 82)]
    sheet.blob(right, hair, Shade(dark, "right", 0.5))
    draw_face(sheet, PALE, 0.7, dark)
    sheet.line([(119, 158), (113, 161)], PALE.dark, 2)
    sheet.line([(201, 158), (207, 161)], PALE.dark, 2)


def nora(sheet: Sheet) -> None:
    """A great deal of red hair and a green jumper."""
    hair, dark = "#c2622c", "#93421c"
    mane = [(92, 96), (124, 50), (166, 42), (214, 58), (238, 104), (240, 160), (256, 214), (238, 268), (210, 276), (110, 276),
            (78, 264), (66, 216), (84, 164)]
    sheet.blob(mane, hair, Shade(dark, "bottom", 0.8))
    draw_bust(sheet, PALE, "#2f7a54", DEEP)
    for y in (286, 304):
        sheet.line([(70, y + 4), (160, y - 4), (250, y + 4)], "#4b9570", 4)
    sheet.blob([(126, 240), (160, 260), (194, 240), (200, 254), (160, 276), (120, 254)], "#4b9570")
    left = [(176, 62), (126, 60), (94, 100), (84, 160), (88, 214), (70, 244), (96, 232), (108, 196), (106, 150), (122, 112), (152, 92)]
    sheet.blob(left, hair, Shade(dark, "left", 0.7))
    right = [(150, 58), (204, 66), (228, 110), (232, 168), (250, 226), (224, 220), (212, 184), (210, 140), (192, 104), (168, 90)]
    sheet.blob(right, hair, Shade(dark, "right", 0.6))
    draw_face(sheet, PALE, 1.4, dark)
    for x, y in ((124, 166), (132, 172), (142, 168), (178, 168), (188, 172), (196, 166), (150, 164), (170, 163)):
        sheet.oval((x, y), 1.8, 1.8, "#c98a63")


def hannes(sheet: Sheet) -> None:
    """A carpenter's hat, a waistcoat, nineteen years."""
    draw_bust(sheet, FAIR, CREAM, SAND)
    sheet.blob([(24, 345), (44, 280), (100, 250), (118, 248), (150, 345)], NIGHT, Shade(INK, "left", 0.6))
    sheet.blob([(296, 345), (276, 280), (220, 250), (202, 248), (170, 345)], NIGHT, Shade(INK, "right", 0.6))
    draw_collar(sheet, CREAM)
    for y in (300, 316):
        sheet.oval((140, y), 4.4, 4.4, SAND)
    hair = "#dcb35e"
    sheet.blob([(104, 96), (160, 86), (216, 96), (218, 132), (206, 116), (184, 122), (160, 110), (134, 122), (112, 112), (102, 136)],
               hair, Shade(WOOD, "left", 0.6))
    sheet.blob([(110, 92), (116, 42), (160, 28), (204, 42), (210, 92), (160, 100)], NIGHT, Shade(INK, "left", 0.7))
    sheet.line([(111, 84), (160, 93), (209, 84)], RUST, 8)
    sheet.blob([(54, 92), (104, 84), (160, 94), (216, 84), (266, 92), (222, 110), (160, 114), (98, 110)], "#31414d", Shade(INK, "bottom", 0.6))
    draw_face(sheet, FAIR, 1.3, "#b58b3e")


def samuel(sheet: Sheet) -> None:
    """Headphones round the neck: a man of sound."""
    hair = "#231b18"
    draw_bust(sheet, DARK, "#b46a35", BARK)
    sheet.line(arc((160, 236), 62, 34, 170, 10), INK, 9, smooth=False)
    for x in (98, 222):
        sheet.box(x - 16, 228, x + 16, 276, NIGHT, Shade(INK, "left", 0.6), radius=12)
        sheet.box(x - 9, 236, x + 9, 268, MIST, radius=8)
    cap = [(100, 136), (98, 92), (118, 60), (160, 46), (202, 60), (222, 92), (220, 136), (212, 108), (196, 94), (160, 88), (124, 94), (108, 108)]
    sheet.blob(cap, hair, Shade("#4a3a33", "top", 0.5, 0.6))
    beard = [(140, 204), (160, 207), (180, 204), (178, 217), (160, 225), (142, 217)]
    sheet.blob(beard, hair)
    draw_face(sheet, DARK, 1.3, hair)
    sheet.blob([(142, 186), (160, 190), (178, 186), (160, 200)], PAPER)


PORTRAITS: dict[str, tuple[str, str, Hair]] = {
    "anna": (SKY, "#bdd3ca", anna),
    "mehmet": ("#ecdcb6", "#dfc793", mehmet),
    "jonas": ("#b9d2c9", "#9dbfb4", jonas),
    "gerda": ("#edc4af", "#e2ab92", gerda),
    "pia": ("#efe1c0", "#e0c88f", pia),
    "ines": ("#d5e1de", "#b4c9c8", ines),
    "ruth": ("#ced8b8", "#b3c294", ruth),
    "nora": ("#f2e4c6", "#e5cc98", nora),
    "hannes": ("#e9c0aa", "#dba288", hannes),
    "samuel": ("#bcd6cc", "#9cc3b5", samuel),
}


def draw_portrait(handle: str) -> Sheet:
    """The bust of one person on a ground of their own."""
    ground, shade, person = PORTRAITS[handle]
    sheet = Sheet(SIZE, SIZE, ground, seed=len(handle) * 7 + ord(handle[0]))
    sheet.box(0, 0, SIZE, SIZE, ground, Shade(shade, "bottom", 0.5, 0.6))
    person(sheet)
    return sheet
