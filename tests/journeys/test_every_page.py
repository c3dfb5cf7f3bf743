"""No page is left out where every page is looked at."""

from tests.journeys.every_page import left_out


def test_every_page_is_walked() -> None:
    """A new page is added to the walks, and what is no page says why: in every_page.py beside this file."""
    assert not left_out()
