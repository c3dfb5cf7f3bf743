"""Blurhash against vectors of other implementations of the published algorithm."""

import pytest

from plausch.storage import blurhash

#: 6 x 4 pixels: red grows to the right, green downwards, blue shrinks to the right.
SLOPES = bytes(value for y in range(4) for x in range(6) for value in (x * 50, y * 80, 255 - x * 40))


@pytest.mark.parametrize(
    ("pixels", "size", "components", "expected"),
    [
        (b"\x00" * 48, (4, 4), (4, 4), "U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ"),
        (b"\xff" * 48, (4, 4), (4, 4), "U~TSUA~qfQ~q~q%MfQ%MfQfQfQfQ~q%MfQ%M"),
        (b"\xff" * 3, (1, 1), (4, 4), "U~TSUA~q~q~q~q~q~q~q~q~q~q~q~q~q~q~q"),
        (SLOPES, (6, 4), (4, 3), "L~H_.LB@ST%4ziNOb0nUeEe;fQe;"),
        (SLOPES, (6, 4), (3, 4), "T~H_.LB@STziNOb0eEe;fQ%zOtb0"),
        (SLOPES, (6, 4), (1, 1), "00H_.L"),
    ],
)
def test_hashes_are_those_of_the_algorithm(
    pixels: bytes, size: tuple[int, int], components: tuple[int, int], expected: str
) -> None:
    assert blurhash.encode(pixels, *size, *components) == expected


def test_the_average_colour_is_in_the_hash() -> None:
    assert blurhash.average_colour("U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ") == "#000000"
    assert blurhash.average_colour(blurhash.encode(b"\x12\x34\x56", 1, 1, 1, 1)) == "#123456"
