"""What `--all` means: slow tests too, and nothing skipped but what is fetched from a registry that does not answer."""

import subprocess
import sys
from pathlib import Path

import pytest

_CONFTEST = Path(__file__).parents[1] / "conftest.py"
_SKIPPED_AS_A_WHOLE = "import pytest\npytest.importorskip('a_package_nobody_has')"
_SAMPLE = """
import pytest

def test_skipped():
    pytest.skip("no Chromium")

def test_without_a_registry():
    pytest.skip("out of reach: npm")

@pytest.mark.xfail
def test_expected_to_fail():
    raise AssertionError

@pytest.mark.slow
def test_slow():
    raise AssertionError("slow tests ran")
"""


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    markers = "markers =\n  slow\n  postgres\n"
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {_CONFTEST.parents[1]}\n{markers}")
    (folder / "conftest.py").write_text(_CONFTEST.read_text())
    (folder / "test_sample.py").write_text(_SAMPLE)
    (folder / "test_skipped.py").write_text(_SKIPPED_AS_A_WHOLE)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--continue-on-collection-errors", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_with_all_everything_runs_and_a_skip_is_a_failure(tmp_path: Path) -> None:
    done = _run(tmp_path, "--all", "-rfE")
    assert done.returncode != 0
    assert "slow tests ran" in done.stdout
    assert "nothing may be skipped: Skipped: no Chromium" in done.stdout
    assert "3 failed, 1 skipped, 1 error" in done.stdout


@pytest.mark.slow
def test_otherwise_slow_tests_are_left_out_and_skips_are_fine(tmp_path: Path) -> None:
    done = _run(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "3 skipped, 1 deselected, 1 xfailed" in done.stdout


@pytest.mark.slow
def test_slow_tests_run_when_asked_for(tmp_path: Path) -> None:
    assert "slow tests ran" in _run(tmp_path, "-m", "slow").stdout
