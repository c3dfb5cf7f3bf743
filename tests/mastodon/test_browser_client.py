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


async def _read(page: Page) -> None:
    """A page of home, and the next one by the address that the first one names."""
    items = page.locator("li")
    await expect(items).to_have_count(2)
    await page.get_by_role("button", name="Older").click()
    await expect(items).to_have_count(3)
    await expect(items.nth(2)).to_contain_text("Nummer 0")
    await expect(page.get_by_role("button", name="Older")).to_be_disabled()
    await items.nth(2).get_by_role("button", name="Like").click()
    await expect(items.nth(2).get_by_role("button")).to_have_text("Liked")


async def _post_picture(page: Page, picture: Path) -> str:
    """It goes there in parts, comes back as one that a page elsewhere may show, and the status by the stream."""
    await expect(page.locator("#state")).to_have_text("connected")
    Image.new("RGB", (400, 300), "#aa3322").save(picture)
    await page.get_by_label("Text").fill("Vom Markt")
    await page.get_by_label("Picture").set_input_files(picture)
    await page.get_by_label("Description").fill("Rot")
    await page.get_by_role("button", name="Post", exact=True).click()
    newest = page.locator("li").first
    await expect(newest.get_by_role("img", name="Rot")).to_be_visible()
    await page.wait_for_function("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    return str(await newest.get_attribute("data-id"))


async def _hear(page: Page, ines: httpx.AsyncClient, own: str, former: str) -> None:
    """What Ines does is there without asking."""
    newest = page.locator("li").first
    await ines.post(f"/statuses/{own}/favourite")
    await expect(page.locator("#state")).to_have_text("favourite by ines")
    told = (await ines.post("/statuses", json={"status": "Ich komme"})).json()
    await expect(newest).to_contain_text("Ich komme")
    await ines.put(f"/statuses/{told['id']}", json={"status": "Ich komme später"})
    await expect(newest).to_contain_text("später")
    await ines.delete(f"/statuses/{former}")
    await expect(page.locator(f"[data-id='{former}']")).to_have_count(0)


async def _sign_out(page: Page, stranger: httpx.AsyncClient) -> None:
    """The token goes back, and the stream ends with it."""
    token = await page.evaluate("JSON.parse(sessionStorage.kept).token")
    me = "/accounts/verify_credentials"
    bearing = {"authorization": f"Bearer {token}"}
    assert (await stranger.get(me, headers=bearing)).json()["acct"] == "anna"
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.locator("#state")).to_have_text("closed 1008")
    assert (await stranger.get(me, headers=bearing)).status_code == 401


async def _refuse(page: Page, client: str, server: str) -> None:
    """On the pages of the server Anna is still signed in: she is asked at once, and this time says no."""
    await page.reload()
    await page.get_by_label("Server").fill(server)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Do not let it in").click()
    await page.wait_for_url(f"{client}**")
    await expect(page.locator("#arrive")).to_contain_text("access_denied")


async def test_a_client_in_a_browser(page: Page, start_server: StartServer, database_url: str, tmp_path: Path) -> None:
    public = f"https://localhost:{(tls_port := free_port())}"
    headers = {"authorization": f"Bearer {await _settle(database_url)}"}
    server = start_server(PLAUSCH_BASE_URL=public, PLAUSCH_NAME="Lindenau")
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
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
            await _read(page)
            own = await _post_picture(page, tmp_path / "red.png")
            await _hear(page, ines, own, said[2]["id"])
            await _sign_out(page, ines)
            await _refuse(page, client, public)
            assert troubles == []
