"""Compression: what is unpacked is what was packed, in a coding that was asked for."""

import gzip
import sys

import pytest

from plausch.http.packing import choose, pack

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("identity", ""),
        ("br", ""),
        ("gzip, deflate, br", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=0.5,zstd;q=0.1", "gzip"),
        ("zstd;q=0.1, gzip;q=1", "gzip"),
        ("gzip;q=0.5, zstd;q=0.5", "zstd"),
        ("gzip;q=0.5, zstd", "zstd"),
        ("gzip;q=x, zstd;q=nan", ""),
        ("zstd;q=0, gzip;q=1.0", "gzip"),
        ("gzip; q=0.000", ""),
        ("x-zstd, xgzip", ""),
    ],
)
def test_what_is_asked_for_is_given(accepted: str, chosen: str) -> None:
    assert choose(accepted) == chosen


def test_what_is_packed_is_there_again() -> None:
    body = b"Guten Tag. " * 500
    assert gzip.decompress(pack(body, "gzip")) == body
    assert zstd.decompress(pack(body, "zstd")) == body
    assert len(pack(body, "zstd")) < 200
