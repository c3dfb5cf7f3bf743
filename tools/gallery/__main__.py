"""A gallery of the pages' parts with made-up people: what the look is judged by, before there is data to show.

    python -m tools.gallery FOLDER          write the pages; serve the folder to look at them
    python -m tools.gallery FOLDER --look   also take screenshots in Chromium and let axe look for barriers
"""

import argparse
import asyncio
import functools
import gzip
import http.server
import shutil
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, async_playwright

from plausch.http.security import CONTENT_SECURITY_POLICY
from plausch.language.formats import Formats
from plausch.people.model import VISITOR, Role, Viewer
from plausch.web import pages
from tools.gallery import people as made_up

SOURCES = Path(__file__).parent / "pages"
ASSETS = Path(pages.__file__).parent / "assets"
WIDTHS = (320, 360, 768, 1280)



def page_for(language: str, theme: str, *, visitor: bool = False, path: str = "/") -> Any:
    """What the templates know as `page`."""
    ines = made_up.ACTORS[made_up.INES]
    signed_in = SimpleNamespace(
        person=ines.id, shown_name=ines.shown_name, handle=ines.handle, picture="", theme=SimpleNamespace(value=theme)
    )
    return SimpleNamespace(
        site=SimpleNamespace(settings=SimpleNamespace(name="Lindenau", sign_up="open")),
        viewer=VISITOR if visitor else Viewer(ines.id, ines.id, Role.MEMBER),
        signed_in=None if visitor else signed_in,
        language=language,
        formats=Formats(language, "Europe/Berlin", made_up.NOW),
        time_zone="Europe/Berlin",
        path=path,
        unread=0 if visitor else 3,
        requests=0 if visitor else 1,
        partial=False,
        theme=theme,
    )


def write(folder: Path) -> list[str]:
    """All pages in both languages and themes; their names."""
    shutil.copytree(ASSETS, folder / "assets", dirs_exist_ok=True)
    shutil.copytree(ASSETS.parent.parent / "demo" / "pictures", folder / "demo", dirs_exist_ok=True)
    made_up.lay_out_pictures(folder)
    conversation, tree = made_up.long_conversation()
    common = {"actors": made_up.ACTORS, "pictures": made_up.PICTURES, "people": list(made_up.ACTORS.values())[:4]}
    names: list[str] = []
    for language in ("de", "en"):
        environment = pages._environment(language)
        for name, page_source in (("home", "home"), ("talk", "talk"), ("forms", "forms"), ("visitor", "home")):
            for theme in ("light", "dark"):
                page = page_for(language, theme, visitor=name == "visitor", path="/local" if name == "visitor" else "/")
                source = (SOURCES / f"{page_source}.html").read_text("utf-8")
                html = environment.from_string(source).render(
                    page=page, feed=made_up.feed(), conversation=conversation, tree=tree, **common
                )
                names.append(f"{name}-{language}-{theme}")
                (folder / f"{names[-1]}.html").write_text(html, "utf-8")
    return names


class _Server(http.server.SimpleHTTPRequestHandler):
    """Files with the server's own security policy, so that what it forbids shows here too."""

    def end_headers(self) -> None:
        self.send_header("content-security-policy", CONTENT_SECURITY_POLICY)
        super().end_headers()

    def guess_type(self, path: Any) -> str:
        return super().guess_type(path) if "." in Path(path).name else "image/webp"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


async def look(folder: Path, names: list[str], address: str) -> int:
    """Screenshots at every width, axe at all but one; how many barriers there are."""
    found = 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in names:
            for width in WIDTHS:
                found += await _look_at(browser, folder, name, width, address)
        await browser.close()
    return found


async def _look_at(browser: Browser, folder: Path, name: str, width: int, address: str) -> int:
    page = await browser.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{address}/{name}.html")
    sideways = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if sideways > 0:
        complaints.append(f"scrolls sideways by {sideways} px")
    await page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    if width != 360:
        results = await Axe().run(page)
        for violation in results.response["violations"]:
            nodes = [f"{node['html'][:120]} {node.get('failureSummary', '')[:160]}" for node in violation["nodes"][:2]]
            complaints.append(f"{violation['id']} ({len(violation['nodes'])}): {nodes}")
    await page.close()
    for complaint in complaints:
        print(f"{name} {width}: {complaint}")
    return len(complaints)


def _sizes(folder: Path) -> str:
    """What a first visit loads beside pictures and fonts, compressed."""
    assets = ("plausch.css", "plausch.js", "htmx-2.0.11.min.js")
    files = [folder / "home-de-light.html", *(folder / "assets" / name for name in assets)]
    packed = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in files}
    return ", ".join(f"{name} {size}" for name, size in packed.items()) + f": {sum(packed.values())} bytes"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--look", action="store_true")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    options = parser.parse_args()
    names = [name for name in write(options.folder) if options.only in name]
    print(_sizes(options.folder))
    if not options.look:
        return 0
    handler = functools.partial(_Server, directory=str(options.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = asyncio.run(look(options.folder, names, f"http://127.0.0.1:{server.server_port}"))
        server.shutdown()
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
