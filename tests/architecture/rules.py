"""The rules of ARCHITECTURE.md that a machine can check, as functions over source text.

Each gives its findings as sentences; none is good. That they can fail is tested beside the checks of the real code.
"""

import ast
import io
import math
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager", "managers", "stuff", "lib"}
FEATURE_ROOMS = {"people", "community", "groups", "talk", "events", "feeds", "moderation", "desk"}
FURNITURE = {"jobs", "listeners", "actions", "queries", "tables", "events", "model"}
#: The nouns of the client API (in routes and JSON) and of ActivityPub stay in their rooms; elsewhere it is a post,
#: a share and a like. `status` and `account` are ordinary English too, so only what cannot be is looked for.
FOREIGN_WORDS: dict[str, re.Pattern[str]] = {
    "clientapi/mastodon": re.compile(
        r"(?i)reblog|favou?rited|favourites?_count|statuses_count|/statuses|\bstatus_id\b"
    ),
    "federation": re.compile(r"[\"']Announce[\"']|activitystreams|application/activity\+json"),
}
#: Account archives are written in the words of ActivityStreams.
_TRANSLATORS = {"federation": ("exchange",)}
_WORDS = {tokenize.NAME, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
_MACHINE_PATHS = r"(?<![\w.-])/(?:work|root)/"
_REGISTRY_HOSTS = r"\b(?:pypi|pythonhosted|npmjs|registry\.yarnpkg|jsdelivr|unpkg|crates)\.(?:org|com|io|net)\b"
MACHINES = re.compile(f"{_MACHINE_PATHS}|{_REGISTRY_HOSTS}", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A Python file: its path as in `src/plausch/talk/model.py`, and its text."""

    path: PurePosixPath
    text: str

    @property
    def room(self) -> str | None:
        """The room of `plausch` it is in, or None."""
        parts = self.path.parts
        return PurePosixPath(parts[2]).stem if parts[:2] == ("src", "plausch") and len(parts) > 2 else None

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


def sources(root: Path, *folders: str) -> list[Source]:
    """The Python files below the folders of a checkout."""
    files = sorted(file for folder in folders for file in (root / folder).rglob("*.py"))
    return [Source(PurePosixPath(file.relative_to(root)), file.read_text()) for file in files]


def too_long(what: str, lengths: dict[str, int], usual: int, most: int) -> Iterator[str]:
    """The 95th percentile is at most `usual` lines, the longest at most `most`."""
    for name, length in lengths.items():
        if length > most:
            yield f"{name} has {length} lines: no {what} may have more than {most}"
    ordered = sorted(lengths.values())
    percentile = ordered[math.ceil(len(ordered) * 0.95) - 1] if ordered else 0
    if percentile > usual:
        longest = sorted(lengths, key=lambda name: -lengths[name])[:10]
        yield f"too many long {what}s (95th percentile {percentile}, at most {usual}): {', '.join(longest)}"


def file_lengths(code: Iterable[Source]) -> dict[str, int]:
    """Without the migrations: a tool writes them, one for each release, however much changes in it."""
    return {str(source.path): len(source.text.splitlines()) for source in code if "migrations" not in source.path.parts}


def function_lengths(code: Iterable[Source]) -> dict[str, int]:
    """By `path:line name`, from the line of `def` to the last."""
    return {
        f"{source.path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for source in code
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def vague_names(source: Source) -> Iterator[str]:
    """Files and folders say what they are for."""
    for part in source.path.parts:
        words = set(PurePosixPath(part).stem.split("_"))
        if words & VAGUE_NAMES:
            yield f"{source.path}: {part} says nothing about what is in it"


def imports_inside_functions(source: Source) -> Iterator[str]:
    """Imports stand at the top. Only the command line loads its command modules by name, in one place."""
    for function in ast.walk(source.tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{source.path}:{node.lineno}: an import inside a function"
    if source.path != PurePosixPath("src/plausch/cli/__init__.py"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
                yield f"{source.path}:{node.lineno}: a module imported by name"


def imports_for_types_only(source: Source) -> Iterator[str]:
    """What a type needs is imported like everything else, so that contracts see it."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield f"{source.path}:{node.lineno}: imports under TYPE_CHECKING"


def furniture(source: Source) -> Iterator[str]:
    """A feature room holds modules, or packages, of seven names and nothing else."""
    if source.room in FEATURE_ROOMS and len(source.path.parts) > 3:
        name = PurePosixPath(source.path.parts[3]).stem
        if name not in FURNITURE and name != "__init__":
            yield f"{source.path}: a feature room has only {', '.join(sorted(FURNITURE))}"


def foreign_tables(source: Source) -> Iterator[str]:
    """The tables of a room are its own."""
    for module in imported_modules(source):
        match = re.match(r"plausch\.(\w+)\.tables(?:\.|$)", module)
        # What storage offers under that name is for all: it is how tables are declared.
        if match and match[1] not in (source.room, "storage"):
            yield f"{source.path}: {module} is private to plausch.{match[1]}"


def imported_modules(source: Source) -> set[str]:
    """Every module and name that is imported, with full dots."""
    found = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def foreign_words(source: Source) -> Iterator[str]:
    """Each vocabulary in its place; comments and docstrings may speak of anything."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type not in _WORDS or token.string.startswith(('"""', 'r"""')):
            continue
        for room, words in FOREIGN_WORDS.items():
            found = words.search(token.string)
            at_home = (room, *_TRANSLATORS.get(room, ()))
            if found and not any(source.path.is_relative_to(f"src/plausch/{one}") for one in at_home):
                yield f"{source.path}:{token.start[0]}: {found[0]!r} is a word of {room}"


def machine_names(path: str, text: str) -> Iterator[str]:
    """Nothing in the repository depends on whose machine or registry it was made with."""
    for number, line in enumerate(text.splitlines(), 1):
        found = MACHINES.search(line)
        if found:
            yield f"{path}:{number}: names {found[0]!r}"
