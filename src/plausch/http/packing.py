"""Answers made smaller on the way, as far as whoever asks can unpack them.

Zstandard takes an eighth of the time of gzip for the same size; every client knows gzip.
"""

import sys
import zlib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 3
_GZIP_LEVEL = 5
#: Of zlib: with the header and the end of gzip.
_GZIP = 31


def choose(accepted: str) -> str:
    """The best coding that a header (Accept-Encoding) names and does not refuse; empty: none."""
    for coding in ("zstd", "gzip"):
        if coding in accepted and coding in _wanted(accepted):
            return coding
    return ""


def _wanted(accepted: str) -> set[str]:
    found = set()
    for part in accepted.split(","):
        name, _, parameter = part.partition(";")
        weight = parameter.strip().removeprefix("q=")
        if not (weight.startswith("0") and not weight.strip("0.")):
            found.add(name.strip())
    return found


def pack(body: bytes, coding: str) -> bytes:
    if coding == "zstd":
        return zstd.compress(body, level=_LEVEL)
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()
