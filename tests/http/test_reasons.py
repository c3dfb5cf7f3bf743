"""Every reason code that anything raises has its sentence, in both languages."""

import ast
from pathlib import Path

import pytest

import plausch
from plausch.http.reasons import REASONS, explain
from plausch.language.catalogues import LANGUAGES

_SOURCE = Path(plausch.__file__).parent
#: Where the code is among the arguments, and what it is called.
_PLACES = {
    **dict.fromkeys(("NotFound", "NotAllowed", "Conflict", "BadRequest", "Refused", "ArchiveBroken"), 0),
    **dict.fromkeys(("Invalid", "TooMany"), 1),
}
_CODE = "reason"
#: What the errors say when nothing is given.
_DEFAULTS = {"NotFound": "not_found", "NotAllowed": "not_allowed", "Conflict": "conflict", "TooMany": "too_many"}
#: Only programs meet them: those of the doors for them.
_FOR_PROGRAMS = {
    *("push_not_found", "redirect_form", "scope_unknown", "pack_unfit"),
    *("reactions_many", "endorsed_many", "email_confirmed"),
}


#: Doors with words of their own.
_OTHER_DOORS = ("clientapi", "cli")
#: What is wrong with a backup is said by the command line alone, in sentences.
_BACKUPS = Path("storage/archive.py")


def _raised(source: Path) -> set[str]:
    found = set(_DEFAULTS.values())
    for path in source.rglob("*.py"):
        if path.relative_to(source).parts[0] in _OTHER_DOORS or path.relative_to(source) == _BACKUPS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found |= _codes(node)
            elif isinstance(node, ast.Assign) and any(_is_table(target) for target in node.targets):
                found |= _strings(getattr(node.value, "values", []))
    return found


def _codes(call: ast.Call) -> set[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in _PLACES:
        return set()
    given = [word.value for word in call.keywords if word.arg == _CODE] or call.args[_PLACES[name] :][:1]
    return _strings(given)


def _is_table(target: ast.expr) -> bool:
    """`_REASONS = {...}`: from another's codes to ours."""
    return isinstance(target, ast.Name) and target.id == "_REASONS"


def _strings(nodes: list[ast.expr]) -> set[str]:
    return {
        part.value
        for node in nodes
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value
    }


def test_every_reason_has_a_sentence() -> None:
    raised = _raised(_SOURCE)
    assert {"handle_taken", "not_found", "too_long", "picture_timeout", "too_many"} <= raised, "the search finds them"
    assert raised - _FOR_PROGRAMS - REASONS.keys() == set()


def test_no_sentence_is_without_a_reason() -> None:
    assert REASONS.keys() - _raised(_SOURCE) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_is_one(language: str) -> None:
    for reason in REASONS:
        sentence = explain(language, reason)
        assert sentence.endswith((".", "?", "!")), reason
        assert sentence[0].isupper(), reason


def test_a_code_without_a_sentence_is_noticed(tmp_path: Path) -> None:
    tmp_path.joinpath("module.py").write_text(
        'raise Invalid("field", "brand_new")\nraise TooMany(3)\nraise errors.Conflict(reason="older")\n'
        '_REASONS = {"busy": "translated"}\n'
    )
    assert _raised(tmp_path) - set(_DEFAULTS.values()) == {"brand_new", "older", "translated"}
