"""docs/settings.md says of every setting what the command line says."""

import re
from pathlib import Path

import pytest

from plausch.settings import FIELDS
from plausch.settings.model import Field, Settings

TEXT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
SECTIONS = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


def differences(field: Field, section: str) -> list[str]:
    """What a section does not say, or says differently."""
    flat = " ".join(section.split())
    wanted = [
        field.meaning,
        f"Default: {f'`{field.default}`' if field.default else 'empty'}",
        f"Variable `PLAUSCH_{field.name.upper()}`",
        f"flag `--{field.name.replace('_', '-')}`",
    ]
    return [text for text in wanted if text not in flat]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_setting_is_documented(field: Field) -> None:
    assert differences(field, SECTIONS.get(field.name, "")) == []


def test_nothing_else_is_documented_and_nothing_else_can_be_set() -> None:
    assert list(SECTIONS) == [field.name for field in FIELDS] == list(Settings.__struct_fields__)


def test_a_difference_is_noticed() -> None:
    port = next(field for field in FIELDS if field.name == "port")
    assert differences(port._replace(default="8001"), SECTIONS["port"]) == ["Default: `8001`"]
    assert len(differences(port._replace(meaning="Harbour."), SECTIONS["port"])) == 1
