"""Any colour is made readable, and what was readable already stays as it was chosen."""

import re

from hypothesis import given
from hypothesis import strategies as st

from plausch import web
from plausch.community.model import colours, contrast, theme_of

_any_colour = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
_CSS = (web.__path__[0]) + "/assets/plausch.css"


@given(_any_colour)
def test_every_colour_can_be_read_in_both_themes(chosen: str) -> None:
    theme = theme_of(chosen)
    for shades, ground in ((theme.light, colours.LIGHT), (theme.dark, colours.DARK)):
        for paper in (*ground.papers, shades.soft):
            assert contrast(shades.accent, paper) >= 4.5
        assert contrast(shades.on_accent, shades.accent) >= 4.5
        hover = colours._mix(ground.ink, shades.accent, 0.88)
        assert contrast(shades.on_accent, hover) >= 4.5
        assert contrast(ground.ink, shades.soft) >= 7
        assert contrast(ground.muted, shades.soft) >= 4.5


def test_a_readable_colour_stays() -> None:
    assert theme_of("#8a1538").light.accent == "#8a1538"
    assert theme_of("#5cc8b4").dark.accent == "#5cc8b4"
    assert theme_of("#ffe600").light.accent != "#ffe600"


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    with open(_CSS, encoding="utf-8") as file:
        tokens = {
            name: found for name, *found in re.findall(r"--([a-z]+): light-dark\((#\w{6}), (#\w{6})\)", file.read())
        }
    for theme, ground in enumerate((colours.LIGHT, colours.DARK)):
        assert set(ground.papers) == {tokens[name][theme] for name in ("paper", "sheet", "raised")}
        assert (ground.ink, ground.muted) == (tokens["ink"][theme], tokens["muted"][theme])
