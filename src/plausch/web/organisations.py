"""What the profile of an organisation's page shows beside that of a person."""

from datetime import datetime
from typing import NamedTuple

from plausch.http.request import Request
from plausch.kernel import clock
from plausch.language.formats import zone
from plausch.people import queries
from plausch.people.model import Actor, ActorKind, PageAbout, Profile, Signature, TeamMember, is_open
from plausch.storage import Read
from plausch.web.zones import guess_zone


class Organisation(NamedTuple):
    """A page of an organisation as its profile shows it."""

    about: PageAbout
    #: Who speaks for it, unless it signs with initials.
    team: list[Actor]
    #: The viewer's own part in it.
    member: TeamMember | None
    open_now: bool
    #: Of the week, Monday is 0.
    today: int

    @property
    def hours(self) -> list[str]:
        """By day, from Monday on; empty where it says nothing of them."""
        return self.about.hours.replace("-", "–").split("\n") if self.about.hours else []


async def find_organisation(tx: Read, request: Request, profile: Profile) -> Organisation | None:
    """None for whoever is none."""
    if profile.kind is not ActorKind.PAGE:
        return None
    about = await queries.find_page(tx, profile.id)
    if about is None:
        return None
    request.visited.add(profile.id)
    team = [one for one in await queries.list_team(tx, profile.id) if one.invited_by is None]
    actors: dict[int, Actor] = {}
    if about.signature is Signature.NAME:
        actors = await queries.list_actors(tx, request.viewer, [one.person_id for one in team])
    # Where nobody is signed in, the place's own language has to tell where one is.
    signed_in = request.signed_in
    here = zone(signed_in.time_zone if signed_in is not None else guess_zone(request.site.community.language))
    now = datetime.fromtimestamp(clock.now() / 1000, here)
    return Organisation(
        about,
        [actors[one.person_id] for one in team if one.person_id in actors],
        await queries.find_team_member(tx, profile.id, request.viewer.person),
        is_open(about.hours, now.weekday(), now.hour * 60 + now.minute),
        now.weekday(),
    )
