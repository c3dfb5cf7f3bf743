"""The real code keeps the rules, and each rule is shown to notice when it does not."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture import rules
from tests.architecture.rules import Source

ROOT = Path(__file__).parents[2]
HOUSE = rules.sources(ROOT, "src")
ALL_CODE = HOUSE + rules.sources(ROOT, "tests", "bench", "tools")

Rule = Callable[[Source], Iterator[str]]

#: Each rule with a file that breaks it: path and text.
BREAKING: list[tuple[Rule, str, str]] = [
    (rules.vague_names, "src/plausch/talk/utils.py", ""),
    (rules.vague_names, "src/plausch/http/session_helpers.py", ""),
    (rules.vague_names, "src/plausch/common/__init__.py", ""),
    (rules.imports_inside_functions, "src/plausch/web/home.py", "def show():\n    import json"),
    (
        rules.imports_inside_functions,
        "src/plausch/web/home.py",
        "async def show():\n    if 1:\n        from os import path",
    ),
    (rules.imports_inside_functions, "src/plausch/web/home.py", "import importlib\nimportlib.import_module('json')"),
    (
        rules.imports_for_types_only,
        "src/plausch/web/home.py",
        "import typing\nif typing.TYPE_CHECKING:\n    import json",
    ),
    (rules.furniture, "src/plausch/talk/rendering.py", ""),
    (rules.furniture, "src/plausch/people/passwords/argon.py", ""),
    (rules.foreign_tables, "src/plausch/feeds/queries.py", "from plausch.talk.tables import posts"),
    (rules.foreign_tables, "src/plausch/feeds/queries.py", "from plausch.talk import tables"),
    (rules.foreign_tables, "src/plausch/feeds/queries.py", "import plausch.talk.tables"),
    (rules.foreign_words, "src/plausch/talk/model.py", "reblogs_count = 0"),
    (rules.foreign_words, "src/plausch/web/routes.py", "ROUTE = '/api/v1/statuses'"),
    (rules.foreign_words, "src/plausch/web/routes.py", "ROUTE = f'/x/{1}/favourited'"),
    (rules.foreign_words, "src/plausch/clientapi/plausch/present.py", "reblogs_count = 0"),
    (rules.foreign_words, "src/plausch/clientapi/mastodon/present.py", "KIND = 'Announce'"),
]
#: Files that look a little like it, and are fine.
KEEPING: list[tuple[Rule, str, str]] = [
    (rules.vague_names, "src/plausch/talk/baseline.py", ""),
    (rules.imports_inside_functions, "src/plausch/web/home.py", "import json\ndef show():\n    return json.dumps(1)"),
    (
        rules.imports_inside_functions,
        "src/plausch/cli/__init__.py",
        "import importlib\nimportlib.import_module('json')",
    ),
    (rules.furniture, "src/plausch/talk/actions/publish.py", ""),
    (rules.furniture, "src/plausch/talk/__init__.py", ""),
    (rules.furniture, "src/plausch/web/home.py", ""),
    (rules.foreign_tables, "src/plausch/talk/queries.py", "from plausch.talk.tables import posts"),
    (rules.foreign_tables, "src/plausch/talk/tables.py", "from plausch.storage.tables import table"),
    (rules.foreign_words, "src/plausch/clientapi/mastodon/present.py", "reblogs_count = 0"),
    (
        rules.foreign_words,
        "src/plausch/http/errors.py",
        '"""No reblog here."""\nstatus = 404  # a status, not /statuses',
    ),
    (rules.foreign_words, "src/plausch/web/texts.py", "title = 'Announce an event'"),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in BREAKING))


def _name(value: object) -> str:
    return getattr(value, "__name__", "")


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert [finding for source in HOUSE for finding in rule(source)] == []


@pytest.mark.parametrize(("rule", "path", "text"), BREAKING, ids=_name)
def test_the_rule_notices(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(PurePosixPath(path), text)))


@pytest.mark.parametrize(("rule", "path", "text"), KEEPING, ids=_name)
def test_the_rule_raises_no_false_alarm(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(PurePosixPath(path), text))) == []


def test_tests_and_benchmark_keep_what_concerns_them() -> None:
    for rule in (rules.vague_names, rules.imports_for_types_only):
        assert [finding for source in ALL_CODE for finding in rule(source)] == []


def test_files_are_short() -> None:
    assert list(rules.too_long("file", rules.file_lengths(ALL_CODE), usual=400, most=600)) == []


def test_functions_are_short() -> None:
    assert list(rules.too_long("function", rules.function_lengths(ALL_CODE), usual=40, most=80)) == []


def test_what_is_too_long_is_noticed() -> None:
    assert list(rules.too_long("file", {"a.py": 601}, usual=700, most=600))
    assert list(rules.too_long("file", dict.fromkeys("abcdefghij", 401), usual=400, most=600))
    assert list(rules.too_long("file", {"a.py": 600, **{str(n): 9 for n in range(30)}}, usual=400, most=600)) == []


def test_lengths_are_counted_in_lines() -> None:
    sample = Source(
        PurePosixPath("a.py"), "class A:\n    @property\n    def b(self):\n        x = 1\n        return x\n"
    )
    assert rules.file_lengths([sample]) == {"a.py": 5}
    assert rules.function_lengths([sample]) == {"a.py:3 b": 3}


def test_rooms_are_what_the_staircase_says() -> None:
    """The furniture rule knows every feature room: whoever builds one cannot forget it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rooms = {room for layer in contracts[0]["layers"] for room in re.findall(r"\w+", layer)}
    assert rooms >= rules.FEATURE_ROOMS
    assert not any("ignore_imports" in contract for contract in contracts), "no import is ignored"


def test_no_machine_and_no_registry_is_named() -> None:
    ours = [path for path in ROOT.iterdir() if not path.name.startswith(".") or path.name in (".ci", ".gitignore")]
    files = [file for path in ours for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    files = [file for file in files if "node_modules" not in file.parts]  # what is installed is not ours
    findings: list[str] = []
    for file in files:
        if file.suffix not in (".png", ".jpg", ".jpeg", ".webp", ".woff2", ".ico", ".pyc", ".db"):
            findings += rules.machine_names(str(file.relative_to(ROOT)), file.read_text(errors="replace"))
    assert findings == []


@pytest.mark.parametrize(
    "text", ["see /wo" + "rk/main", "HOME=/ro" + "ot/", "https://py" + "pi.org/simple", "un" + "pkg.com/htmx"]
)
def test_machines_and_registries_are_noticed(text: str) -> None:
    assert list(rules.machine_names("a.md", text))


@pytest.mark.parametrize("text", ["src/work/queue.py", "https://example.org/root/", "./work/"])
def test_other_paths_raise_no_false_alarm(text: str) -> None:
    assert list(rules.machine_names("a.md", text)) == []
