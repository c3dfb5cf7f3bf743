"""The entry module of an errand that takes long to load: until its parent is gone."""

import os
import time
from pathlib import Path

from plausch.kernel.child import behave

if __name__ == "__main__":
    folder, parent = Path(os.environ["FOLDER"]), os.getppid()
    (folder / "starting").write_text(str(os.getpid()))
    (folder / "starting").rename(folder / "started")
    while os.getppid() == parent:
        time.sleep(0.01)
    behave()
    (folder / "done").touch()
