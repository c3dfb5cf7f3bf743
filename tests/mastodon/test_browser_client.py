"""What a client in a browser does, from a page of another origin, with TLS before the server.

The client is `browser/client.js`: it looks the server up, registers there, sends the person to sign in and agree with
PKCE, reads, posts a picture, hears what happens, and gives its token back. So nothing may be missing that a browser
asks for: headers of CORS, addresses with TLS, pictures that may be shown elsewhere.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from plausch.people import actions as people
from plausch.people.model import SignUp, Viewer
from plausch.storage import open_database
from tests.conftest import StartServer
from tests.harness.server import free_port
from tests.harness.tls import open_tls
from tests.mastodon.conftest import PASSWORD, SCOPES

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"])]

_HERE = Path(__file__).parent / "browser"
_PATIENCE = 20_000

expect.set_options(timeout=_PATIENCE)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def pages() -> Iterator[int]:
    """The port at which the client's page is."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(_HERE))) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            serving.join()


async def _settle(database_url: str) -> str:
    """Anna with a password, and Ines, whom she follows, with a token."""
    database = await open_database(database_url)
    password_hash = await people.hash_password(PASSWORD)
    async with database.write() as tx:
        anna, ines = [
            await people.sign_up(
                tx, SignUp(handle, f"{handle}@example.org", password_hash, handle.title(), email_confirmed=True)
            )
            for handle in ("anna", "ines")
        ]
        await people.follow(tx, Viewer(anna, anna), ines)
        token = await people.create_token(tx, ines, SCOPES)
    await database.close()
    return token


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A page of somebody who does not mind who vouches for a certificate."""
    context = await chromium.new_context(ignore_https_errors=True, locale="en-GB")
    context.set_default_timeout(_PATIENCE)
    page = await context.new_page()
    yield page
    await context.close()


async def _sign_in(page: Page, client: str, server: str) -> None:
    """The client sends somebody to the server, who enters and agrees there, and comes back."""
    await page.goto(client)
    await page.get_by_label("Server").fill(server)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{server}/oauth/authorize?**")
    await page.locator("[name=login]").fill("anna")
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("form.form button[type=submit]").click()
    await expect(page.get_by_role("heading")).to_contain_text("A client in a browser")
    await page.get_by_role("button", name="Authorize").click()
    await page.wait_for_url(f"{client}**")


async def test_a_client_in_a_browser(page: Page, start_server: StartServer, database_url: str, tmp_path: Path) -> None:
    public = f"https://localhost:{(tls_port := free_port())}"
    token = await _settle(database_url)
    server = start_server(PLAUSCH_BASE_URL=public, PLAUSCH_NAME="Lindenau")
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    headers = {"authorization": f"Bearer {token}"}
    with pages() as page_port:
        client = f"https://127.0.0.1:{(client_port := free_port())}/"
        async with (
            open_tls(tmp_path, tls_port, server.port),
            open_tls(tmp_path, client_port, page_port),
            httpx.AsyncClient(base_url=f"{server.url}/api/v1", headers=headers) as ines,
        ):
            said = [(await ines.post("/statuses", json={"status": f"Nummer {number}"})).json() for number in range(3)]
            await _sign_in(page, client, public)
            await expect(page.get_by_role("heading")).to_have_text("Anna at Lindenau")
            items = page.locator("li")
            await expect(items).to_have_count(2)
            await page.get_by_role("button", name="Older").click()
            await expect(items).to_have_count(3)
            await expect(items.nth(2)).to_contain_text("Nummer 0")
            await expect(page.get_by_role("button", name="Older")).to_be_disabled()
            await items.nth(2).get_by_role("button", name="Like").click()
            await expect(items.nth(2).get_by_role("button")).to_have_text("Liked")

            # A picture goes there in parts, and comes back as one that a page elsewhere may show.
            await expect(page.locator("#state")).to_have_text("connected")
            picture = tmp_path / "red.png"
            Image.new("RGB", (400, 300), "#aa3322").save(picture)
            await page.get_by_label("Text").fill("Vom Markt")
            await page.get_by_label("Picture").set_input_files(picture)
            await page.get_by_label("Description").fill("Rot")
            await page.get_by_role("button", name="Post", exact=True).click()
            shown = items.first.get_by_role("img", name="Rot")
            await expect(shown).to_be_visible()
            await page.wait_for_function("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
            own = await items.first.get_attribute("data-id")

            # What Ines does is there without asking.
            await ines.post(f"/statuses/{own}/favourite")
            await expect(page.locator("#state")).to_have_text("favourite by ines")
            told = (await ines.post("/statuses", json={"status": "Ich komme"})).json()
            await expect(items.first).to_contain_text("Ich komme")
            await ines.put(f"/statuses/{told['id']}", json={"status": "Ich komme später"})
            await expect(items.first).to_contain_text("später")
            await ines.delete(f"/statuses/{said[2]['id']}")
            await expect(items.filter(has_text="Nummer 2")).to_have_count(0)
            assert troubles == []

            # The token goes back: the stream ends with it.
            await page.get_by_role("button", name="Sign out").click()
            await expect(page.locator("#state")).to_have_text("closed 1008")
            await page.reload()
            await expect(page.get_by_label("Server")).to_be_visible()
            assert "verify_credentials: 401" in "".join(troubles)
