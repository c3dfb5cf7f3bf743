"""The browser opens our own pages and reaches nothing else."""

import pytest
from playwright.async_api import Browser, Error

from tests.harness.server import free_port


@pytest.mark.browser
async def test_the_browser_reaches_only_this_machine(chromium: Browser) -> None:
    page = await chromium.new_page()
    for elsewhere in ("http://example.org/", "http://192.0.2.1/"):
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            await page.goto(elsewhere)
    # Nobody listens there, but it was tried.
    for here in ("localhost", "127.0.0.1"):
        with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
            await page.goto(f"http://{here}:{free_port()}/")
    await page.close()
