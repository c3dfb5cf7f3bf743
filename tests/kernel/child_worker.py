"""The entry module of test_child: does what it is told."""

import os
import signal
import time
from typing import Any

from plausch.kernel.child import serve


def handle(request: dict[str, Any]) -> Any:
    match request["do"]:
        case "echo":
            print("a stray print must not garble the answer", flush=True)
            return request["value"]
        case "pid":
            return os.getpid()
        case "environment":
            return dict(os.environ)
        case "nice":
            return os.nice(0)
        case "sleep":
            time.sleep(request["seconds"])
        case "allocate":
            return len(bytearray(request["bytes"]))
        case "raise":
            raise ValueError("as told")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
    return None


if __name__ == "__main__":
    serve(handle, dict[str, Any])
