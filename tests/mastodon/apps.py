"""Apps whose every answer is held against the documentation."""

from typing import Any

from tests.mastodon.conftest import Person, Town
from tests.mastodon.schemas import check_answer


class App:
    """Somebody's app."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.id = person.id
        self.viewer = person.viewer

    async def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        found = await self.person.ask(method, f"/api/v1{path}", status, **options)
        bare = path.partition("?")[0]
        known = check_answer(method, f"/api/v1{bare}", status, found)
        assert known or found in ([], {}), f"nobody has written down what {method} {path} answers"
        return found

    async def get(self, path: str, status: int = 200, **params: Any) -> Any:
        return await self.ask("GET", path, status, params=params or None)

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        return await self.ask("POST", path, status, json=body)

    async def say(self, text: str, status: int = 200, **more: Any) -> Any:
        return await self.ask("POST", "/statuses", status, json={"status": text, **more})

    async def stands_to(self, other: "App") -> Any:
        (found,) = await self.get(f"/accounts/relationships?id[]={other.id}")
        return found

    async def home(self, **params: Any) -> list[str]:
        return [one["id"] for one in await self.get("/timelines/home", **params)]


async def apps(town: Town, *handles: str) -> list[App]:
    return [App(await town.person(handle)) for handle in handles]
