"""Which language a text is in, asked of the real child process."""

import os
import subprocess
import sys

from plausch.language.detection import detect


async def test_german_english_and_neither() -> None:
    assert await detect("Wer kommt am Samstag mit zum Grillen in den Garten?") == "de"
    assert await detect("Who is coming to the barbecue in the garden on Saturday?") == "en"
    assert await detect("今日はとてもいい天気ですね") == "ja"
    assert await detect("lorem ipsum dolor sit amet consetetur sadipscing hahaha") is None


async def test_what_is_too_short_is_not_guessed() -> None:
    for text in (
        "",
        "Hallo!",
        "@anna @mehmet #gartenfest2026 #sommerfest",
        "https://verein.example/eine/lange/adresse",
    ):
        assert await detect(text) is None


async def test_addresses_and_tags_do_not_count() -> None:
    text = "Das wird bestimmt ein schöner Abend https://example.org/the/quick/brown/fox/jumps #over #the #lazy #dog"
    assert await detect(text) == "de"


async def test_odd_texts_are_answered() -> None:
    for text in ("\x00" * 100, "\ud800" * 100, "🎉" * 5_000, "a" * 100_000):
        await detect(text)
    assert await detect("Wer kommt am Samstag\ud800 mit\x00 zum Grillen in den Garten?") == "de"


def test_the_room_is_imported_without_numpy() -> None:
    program = """
import sys
from plausch.language import catalogues, detection, formats, markdown, sanitising, stemming
print(sorted({"numpy", "py3langid"} & sys.modules.keys()))
"""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert answer.stdout.strip() == "[]"
