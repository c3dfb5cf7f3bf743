"""Findings as flat columns and as JSON: everything is in it, ids stay exact, and of few people nothing is told."""

import inspect
import re
import typing
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from plausch.insights.model.advice import Knowledge, Topics
from plausch.insights.model.communities import Community, Tie
from plausch.insights.model.findings import Measure
from plausch.insights.model.health import Figures, Health, WeekOfTalk
from plausch.insights.model.loyalty import FEW, Cohort, Loyalties, Move
from plausch.insights.model.makers import Maker
from plausch.insights.model.shapes import HISTORIES, OWN, TABLES, as_json, flatten
from plausch.insights.model.sheets import SHEETS
from plausch.web.views.insights.export import NAMES, SHEET_NAMES


def test_parts_become_columns_and_tables_within_json() -> None:
    weeks = (WeekOfTalk(since=5, answered=0.5, first_answer=None),)
    row = flatten(Health(now=Figures(people=7, answered=0.25), weeks=weeks))
    assert (row["now.people"], row["now.answered"], row["now.first_answer"], row["before"]) == (7, 0.25, None, None)
    assert msgspec.json.decode(str(row["weeks"])) == [{"since": 5, "answered": 0.5, "first_answer": None}]
    told = Community(size=5, labels=("Rad", "Weg"), tags=(), x=0, y=0, radius=1, inside=0.5, ties=(Tie(1 << 60, 0.1),))
    assert flatten(told)["labels"] == "Rad; Weg"
    known = flatten(Knowledge(topics=Topics({"rad": (0.5, 2.0)}, other=3.0, words=["Rad", "Weg"]), posts=7))
    assert (known["topics.words"], known["posts"], known["times"]) == ("Rad; Weg", 7, None)
    assert msgspec.json.decode(str(known["topics.weights"])) == {"rad": [0.5, 2.0]}, "a word is no column"
    assert as_json(told)["ties"][0]["other"] == str(1 << 60), "programs would round it"


def test_tables_in_a_finding_are_sheets_of_their_own() -> None:
    none = (0,) * 6
    found = Loyalties(
        people=20,
        stages=(9, 0, FEW, 7, 6, 0),
        moments=(0, 28 * 86_400_000),
        flows=((none, none, (0, 0, 0, 7, 0, 0), none, none, none),),
        cohorts=(Cohort(since=0, people=8, active=(1.0, 0.75)),),
        moves=(Move("greeted", 9, 5, 8, FEW),),
    )
    sheets = {name: list(rows(found)) for name, rows in SHEETS[Measure.LOYALTIES].items()}
    assert sheets["stages"][2:4] == [{"stage": "reactor", "people": FEW}, {"stage": "participant", "people": 7}]
    assert sheets["flows"] == [{"until": "1970-01-29", "from": "reactor", "to": "participant", "people": 7}]
    assert sheets["cohorts"][1] == {"joined": "1970-01-01", "people": 8, "months_later": 1, "active": 0.75}
    assert sheets["moves"][1] == {"what": "greeted", "happened": False, "people": 8, "active": FEW}
    assert {name for sheet in SHEETS.values() for name in sheet} == set(SHEET_NAMES)


@given(st.integers(0, 20), st.integers(0, 3))
def test_of_few_people_nothing_leaves_the_pages(voices: int, begun: int) -> None:
    maker = Maker(voices=voices, circles=1, usual=2, begun=begun, esteem=1.0)
    assert TABLES[Measure.MAKERS].told(maker) == (voices >= 5 and begun > 0)
    community = Community(size=voices, labels=(), tags=(), x=0, y=0, radius=1, inside=0)
    assert TABLES[Measure.COMMUNITIES_FINE].told(community) == (voices >= 5)


def test_whatever_can_be_taken_along_has_a_name_and_what_is_personal_cannot() -> None:
    assert set(NAMES) == {*TABLES, *HISTORIES}
    assert not {Measure.LOYALTY, Measure.MEETINGS, Measure.JOININGS, Measure.MEMBERSHIPS} & set(TABLES)
    assert {Measure.LOYALTY, Measure.MEETINGS} <= set(OWN)


def parts_of(shape: type[msgspec.Struct]) -> set[type[msgspec.Struct]]:
    """A shape and those in it."""
    found = {shape}
    for kind in typing.get_type_hints(shape).values():
        for part in (kind, *typing.get_args(kind)):
            if inspect.isclass(part) and issubclass(part, msgspec.Struct):
                found |= parts_of(part)
    return found


def test_whatever_a_program_gets_is_explained() -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "insights.md").read_text()
    _, _, section = handbook.partition("### What the values mean")
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    told = {name: row for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert set(told) == {*TABLES, *OWN}
    for measure, shape in [*((one, table.shape) for one, table in TABLES.items()), *OWN.items()]:
        fields = {name for part in parts_of(shape) for name in part.__struct_fields__}
        assert fields <= set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", told[measure])))), measure
    assert set(HISTORIES) <= set(re.findall(r"`(\w+)`", section))
