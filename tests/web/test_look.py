"""The look keeps its promises: nothing inline, nothing missing, light, and readable in both themes."""

import gzip
import re
from pathlib import Path

import pytest

from plausch import web
from plausch.web.assets import asset_url

WEB = Path(web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
STYLES = {path.name: path.read_text("utf-8") for path in (WEB / "assets").glob("*.css")}
CSS = STYLES["plausch.css"]
#: HTML is measured with data in it; this is what every page brings along.
_MOST_PACKED = 16_000
_AA, _AAA = 4.5, 7.0


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_nothing_that_the_content_policy_forbids(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r'<script(?![^>]*\s(?:src=|type="application/ld\+json"))', text)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text), "pages ask nobody else for anything"


def test_every_icon_is_in_the_sprite() -> None:
    sprite = (WEB / "assets" / "icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    wanted = {name for path in TEMPLATES for name in re.findall(r'\bicon\("([a-z]+)"', path.read_text("utf-8"))}
    assert wanted
    assert wanted <= drawn


def test_styles_name_fonts_by_their_content() -> None:
    addresses = re.findall(r'url\("([^"]+)"\)', "".join(STYLES.values()))
    assert addresses
    for address in addresses:
        assert asset_url(address.partition("?")[0]) == f"/assets/{address}", "the font is another: name its version"


def test_what_every_page_brings_along_is_light() -> None:
    names = ["plausch.css", "plausch.js", "swap.js"]
    packed = {name: len(gzip.compress((WEB / "assets" / name).read_bytes(), 9)) for name in names}
    assert sum(packed.values()) < _MOST_PACKED, packed
    assert (WEB / "assets" / "plausch.js").stat().st_size < 12_200


def _tokens(theme: int) -> dict[str, str]:
    """The colours of the light (0) or dark (1) theme."""
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
    return {name: colours[theme] for name, *colours in found}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_keep_their_contrast(theme: int) -> None:
    token = _tokens(theme)
    grounds = [token[name] for name in ("paper", "sheet", "raised", "accent-soft", "warm-soft")]
    for ground in grounds:
        assert _contrast(token["ink"], ground) >= _AAA
    for name in ("muted", "accent", "warm", "danger"):
        assert min(_contrast(token[name], ground) for ground in grounds[:3]) >= _AA, name
    assert _contrast(token["muted"], token["accent-soft"]) >= _AA
    assert _contrast(token["on-accent"], token["accent"]) >= _AA
    assert min(_contrast(token["edge"], ground) for ground in grounds[:2]) >= 3, "borders of fields (WCAG 1.4.11)"


def test_initials_can_be_read_on_every_tint() -> None:
    tints = re.findall(r"\.tint-(\d+) \{ background: (#[0-9a-f]{6}); \}", CSS)
    assert [int(number) for number, _ in tints] == list(range(12))
    assert min(_contrast("#ffffff", colour) for _, colour in tints) >= _AA
