"""`pip install .` alone gives a working `plausch`: everything it needs at run time is in the wheel."""

import os
import shutil
import site
import subprocess
import sys
import time
import venv
import zipfile
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.cli.running import environment
from tests.harness.server import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh virtual environment with the wheel in it; the dependencies are borrowed from this one."""
    folder = tmp_path_factory.mktemp("package")
    # A clean checkout: nothing that lies about untracked gets in by chance.
    source = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = folder.glob("plausch-*.whl")
    python = folder / "venv" / "bin" / "python"
    venv.create(folder / "venv", with_pip=True, symlinks=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    packages = next((folder / "venv" / "lib").glob("python*/site-packages"))
    borrowed = [path for path in site.getsitepackages() if Path(path).is_dir()]
    # Added to the end of the path, and without what it would execute itself, such as an editable Plausch.
    (packages / "borrowed.pth").write_text("\n".join(borrowed))
    with zipfile.ZipFile(wheel) as content:
        (folder / "content").write_text("\n".join(content.namelist()))
    return folder


@pytest.mark.slow
def test_nothing_is_missing_in_the_wheel(installed: Path) -> None:
    content = (installed / "content").read_text().splitlines()
    for part in (
        "plausch/py.typed",
        "plausch/language/catalogues/de.po",
        "plausch/storage/migrations/env.py",
        "plausch/storage/migrations/versions/0001_foundation.py",
        "plausch/demo/community.toml",
        "plausch/demo/people.toml",
        "plausch/web/templates/base.html",
    ):
        assert part in content
    handbook = ("web/handbook/de", "web/handbook/en", "web/handbook/pictures")
    for folder in ("web/assets", *handbook, "demo/conversations", "demo/prepared", "demo/pictures"):
        ours = {path.name for path in (ROOT / "src" / "plausch" / folder).iterdir() if path.is_file()}
        assert {name.rpartition("/")[2] for name in content if name.startswith(f"plausch/{folder}/")} == ours
    assert not [name for name in content if "test" in name or name.endswith((".pyc", ".db"))]
    licences = [name for name in content if name.endswith("licenses/LICENSE")]
    assert len(licences) == 1


@pytest.mark.slow
def test_the_installed_command_runs_a_demo(installed: Path, tmp_path: Path) -> None:
    command, port = installed / "venv" / "bin" / "plausch", free_port()
    where = "import plausch; print(plausch.__file__)"
    python = str(installed / "venv" / "bin" / "python")
    found = subprocess.run([python, "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(installed / "venv")), "it is the installed one that is tried"
    start = [str(command), "demo", "--port", str(port)]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(start, cwd=tmp_path, env=environment(), stderr=log) as demo,
    ):
        try:
            deadline = time.monotonic() + 90
            page = ""
            while not page:
                assert demo.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline
                with suppress(httpx.TransportError):
                    page = httpx.get(f"http://localhost:{port}/local", headers={"Accept-Language": "de"}).text
                time.sleep(0.1)
        finally:
            demo.terminate()
    assert demo.returncode == 0
    assert "Lindenau" in page
    assert "Vor Ort" in page, "the catalogue is there"
