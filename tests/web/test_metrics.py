"""Figures for Prometheus: only for whoever knows the token, and of all processes together."""

import os
import re
from pathlib import Path

import msgspec
import pytest

from plausch.app.metrics import Count, Metrics, Snapshot
from tests.web.conftest import OpenWeb, Web

#: What differs between the engines is tested below the doors; the whole story runs on PostgreSQL with --all.
pytestmark = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])]
)


async def test_there_is_no_such_page_without_the_token(web: Web, open_web: OpenWeb) -> None:
    assert (await (await web.open()).get("/metrics", headers={"authorization": "Bearer "})).status_code == 404
    guarded = await open_web(metrics_token="s3cret")
    browser = await guarded.open()
    assert (await browser.get("/metrics")).status_code == 404
    assert (await browser.get("/metrics", headers={"authorization": "Bearer s3cre"})).status_code == 404


async def test_figures(open_web: OpenWeb) -> None:
    web = await open_web(metrics_token="s3cret")
    anna = await web.join("anna")
    await anna.submit("/posts", text="Hello")
    for _ in range(3):
        await anna.get("/@anna")
    await anna.request("BREW", "/nowhere")
    text = (await anna.get("/metrics", headers={"authorization": "Bearer s3cret"})).text
    who = f'process="{os.getpid()}"'
    assert f'plausch_http_requests_total{{{who},method="GET",route="/@{{handle}}",status="200"}} 3' in text
    assert "BREW" not in text
    assert "anna" not in text, "routes, not addresses"
    assert "plausch_people 1" in text
    assert "plausch_posts 1" in text
    names = re.findall(r"(?m)^# TYPE (\w+) (?:counter|gauge)$", text)
    assert len(names) == len(set(names))
    for line in text.splitlines():
        if not line.startswith("#"):
            assert re.fullmatch(r'\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+-]+', line), line
            assert line.split("{")[0].split(" ")[0] in names


async def test_counts_of_living_processes_stand_beside_each_other(web: Web, data: Path) -> None:
    folder = data / "figures"
    folder.mkdir(parents=True)
    other, dead = os.getppid(), 1 << 22
    for process in (other, dead):
        left = Snapshot(process, 0.0, 1.5, 1, {"GET / 200": Count(7, 0.5)})
        (folder / f"{process}.json").write_bytes(msgspec.json.encode(left))
    (folder / "odd.json").write_text("no figures")
    metrics = Metrics(folder)
    metrics.note("GET", "/", 200, 0.25)
    text = await metrics.text(web.site.database)
    assert f'plausch_http_requests_total{{process="{other}",method="GET",route="/",status="200"}} 7' in text
    assert f'plausch_http_requests_total{{process="{os.getpid()}",method="GET",route="/",status="200"}} 1' in text
    assert str(dead) not in text
    assert not (folder / f"{dead}.json").exists()
