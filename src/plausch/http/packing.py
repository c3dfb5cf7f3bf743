"""Answers made smaller on the way, as far as whoever asks can unpack them.

Zstandard takes an eighth of the time of gzip for the same size; every client knows gzip.
"""

import sys
import zlib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: What we would rather send comes first.
_CODINGS = ("zstd", "gzip")
_LEVEL = 3
_GZIP_LEVEL = 5
#: Of zlib: with the header and the end of gzip.
_GZIP = 31


def choose(accepted: str) -> str:
    """Of the codings that a header (Accept-Encoding) names the one it likes best; ours where it likes several as much.

    Empty: none.
    """
    if "zstd" not in accepted and "gzip" not in accepted:
        return ""
    weights = _weights(accepted) if ";" in accepted else dict.fromkeys(map(str.strip, accepted.split(",")), 1.0)
    best = max(_CODINGS, key=lambda coding: weights.get(coding, 0.0))
    return best if weights.get(best, 0.0) > 0 else ""


def _weights(accepted: str) -> dict[str, float]:
    found = {}
    for part in accepted.split(","):
        name, _, parameter = part.partition(";")
        weight = parameter.strip().removeprefix("q=")
        try:
            found[name.strip()] = float(weight) if weight else 1.0
        except ValueError:
            found[name.strip()] = 0.0
    return found


def pack(body: bytes, coding: str) -> bytes:
    if coding == "zstd":
        return zstd.compress(body, level=_LEVEL)
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()
