"""Imports only go down, and doors stay light: the contracts of pyproject.toml, and what really gets loaded."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"numpy", "scipy", "igraph", "PIL", "py3langid"}
LOADED = "import json, sys, {module}; print(json.dumps(sorted(set(sys.modules) & set({heavy!r}))))"


def _contracts(house: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts on the package `plausch` below `house`."""
    lint_imports = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    command = [*lint_imports, "--config", str(ROOT / "pyproject.toml"), "--no-cache", "--no-logo"]
    env = {**os.environ, "PYTHONPATH": str(house), "COLUMNS": "120"}
    return subprocess.run(command, cwd=house, env=env, capture_output=True, text=True, check=False)


def _loaded_with(module: str) -> list[str]:
    program = LOADED.format(module=module, heavy=sorted(HEAVY))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded: list[str] = json.loads(done.stdout)
    return loaded


def _house(folder: Path, files: dict[str, str]) -> Path:
    """A tiny house with every room there will be, and some text in some files."""
    staircase, apart = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][:2]
    rooms = [room for layer in staircase["layers"] for room in re.findall(r"\w+", layer)]
    rooms += [module.removeprefix("plausch.").replace(".", "/") for module in apart["modules"]]
    for path in ["__init__.py", *(f"{room}/__init__.py" for room in rooms), *files]:
        file = folder / "plausch" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files.get(path, ""))
    return folder


def test_the_house_keeps_its_contracts() -> None:
    done = _contracts(ROOT / "src")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_honest_little_house_keeps_them_too(tmp_path: Path) -> None:
    done = _contracts(_house(tmp_path, {"talk/actions.py": "import plausch.people\nimport plausch.storage\n"}))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("people/actions.py", "import plausch.talk", id="an import that goes up"),
        pytest.param("kernel/ids.py", "from plausch.storage import database", id="from the ground floor"),
        pytest.param("web/home.py", "import plausch.clientapi", id="between doors"),
        pytest.param("clientapi/mastodon/home.py", "import plausch.clientapi.plausch", id="between the APIs"),
        pytest.param("cellar/__init__.py", "", id="a room that is in no layer"),
        pytest.param("http/pictures.py", "import PIL", id="a door that loads Pillow"),
        pytest.param("storage/pictures.py", "import numpy\nimport plausch.kernel", id="numpy below a door"),
    ],
)
def test_the_contracts_notice(tmp_path: Path, path: str, text: str) -> None:
    files = {path: text, "storage/database.py": "", "app/__init__.py": "import plausch.storage\n"}
    if path == "storage/pictures.py":
        files["storage/__init__.py"] = "import plausch.storage.pictures\n"
    done = _contracts(_house(tmp_path, files))
    assert "BROKEN" in done.stdout or "cellar" in done.stdout + done.stderr, done.stdout + done.stderr
    assert done.returncode != 0


def test_the_server_starts_light() -> None:
    assert _loaded_with("plausch.app") == []


def test_what_is_loaded_is_noticed() -> None:
    assert _loaded_with("PIL") == ["PIL"]
