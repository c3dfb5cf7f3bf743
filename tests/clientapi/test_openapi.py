"""The API's description: it is valid, names every address and no other, and every answer is as it says."""

import httpx
import pytest
from jsonschema import ValidationError
from openapi_spec_validator import OpenAPIV31SpecValidator

from plausch.clientapi.plausch import DOOR
from plausch.clientapi.plausch.routes import ENDPOINTS
from tests.clientapi import stories
from tests.clientapi.conftest import Town


async def test_the_description_is_valid_and_names_every_address(town: Town) -> None:
    document = await (await town.stranger()).get("/openapi.json")
    OpenAPIV31SpecValidator(document).validate()
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert described == {(route.method, route.path) for route in DOOR.routes}
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(set(names)) == len(names) == len(ENDPOINTS)
    assert document["servers"] == [{"url": town.site.settings.base_url}]


async def test_what_only_some_may_is_said_with_its_scope(town: Town) -> None:
    paths = (await (await town.stranger()).get("/openapi.json"))["paths"]
    for route in DOOR.routes:
        operation, one = paths[route.path][route.method.lower()], route.wants
        wanted = [{"token": [one.scope]}] if one.scope else [{}, {"token": [one.sees]}]
        assert operation["security"] == wanted, route.path
        assert (one.scope == "write") == (route.method != "GET"), route.path


async def test_stories_ask_at_every_address(town: Town) -> None:
    """Their answers are held against the description as they come (see conftest)."""
    for story in stories.ALL:
        await story(town)
    missing = {(route.method, route.path) for route in DOOR.routes} - town.asked
    assert not missing


@pytest.mark.parametrize("broken", [{"id": 1}, {"surprise": "x"}, {"name": None}])
async def test_an_answer_that_is_not_as_described_is_found(town: Town, broken: dict[str, object]) -> None:
    anna = await town.person("anna")
    answer = await anna.program.get("/api/plausch/v1/me")
    changed = httpx.Response(200, json={**answer.json(), **broken}, request=answer.request)
    with pytest.raises(ValidationError):
        await town.check(changed)
