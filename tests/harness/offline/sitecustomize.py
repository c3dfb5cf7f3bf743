"""Python runs this at its start when the directory is on PYTHONPATH: servers under test have no network either."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "network.py"))["refuse"]()
