"""How groups, boards and pages of organisations come to be in a performance, and what is done in them but talking."""

from collections.abc import Iterator, Mapping

from plausch.demo.channels import BoardPlan, Channels, GroupPlan, PackPlan, PagePlan, Seat, Waiting, Wall, enters
from plausch.demo.model import Town, founded, joined
from plausch.demo.moments import Deed, Moment
from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft, GroupDraft, GroupRole, Joining, PackDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import PageEdit, ProfileEdit, Viewer
from plausch.storage import Write
from plausch.talk import actions as talk
from plausch.talk.model import DraftText

_LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
#: How long after its foundation a group has its boards; after an invitation or a request people answer.
_ARRANGED_AFTER, _ANSWERS_AFTER = 1 * clock.HOUR, 20 * clock.MINUTE
#: How long after the owner is here the boards of the community are made, and for how long something waits.
_BOARDS_AFTER, _APPROVED_AFTER = 3 * clock.HOUR, 1 * clock.HOUR


class Gathering:
    """The groups, boards and pages of one performance, by their names."""

    def __init__(self, town: Town, viewers: Mapping[str, Viewer], pictures: Mapping[str, str]) -> None:
        self._town = town
        self._viewers = viewers
        #: What an actor's `picture` holds, by file.
        self._pictures = pictures
        self._places: dict[str, int] = {}
        self._boards: dict[tuple[str, str], int] = {}

    @property
    def channels(self) -> Channels:
        return self._town.channels

    @property
    def owner(self) -> str:
        """Who runs the server."""
        return self._town.owner.handle

    def viewer(self, by: str, speaks_as: str = "") -> Viewer:
        """Somebody, for a group or a page or for themselves."""
        viewer = self._viewers[by]
        return Viewer(viewer.person, self._places[speaks_as], viewer.role) if speaks_as else viewer

    def teams(self) -> list[Viewer]:
        """All who speak for a page, as they do that."""
        return [self.viewer(by, page.handle) for page in self.channels.pages for by in page.speakers]

    def place(self, name: str) -> int:
        """A group, a page, or somebody's wall; 0 for no name."""
        if not name:
            return 0
        return self._places[name] if name in self._places else self._viewers[name].person

    def board(self, place: str, name: str) -> int:
        return self._boards[place, name] if name else 0

    def moments(self, now: int) -> Iterator[Moment]:
        """Everything that makes them what they are."""
        channels = self._town.channels
        owner = self._town.owner
        opened = joined(owner, now) + _BOARDS_AFTER
        yield Moment(opened, self._make_boards("", owner.handle, channels.boards))
        for wall in channels.walls:
            yield Moment(joined(self._town.person(wall.of), now) + _ARRANGED_AFTER, self._open_wall(wall))
        for group in channels.groups:
            yield from self._group(group, now)
        for page in channels.pages:
            yield from self._page(page, now)
        for waiting in channels.waiting:
            yield from self._wait(waiting, now - waiting.hours_ago * clock.HOUR)
        for pack in channels.packs:
            yield from self._pack(pack, founded(pack.days_ago, now))

    def _open_wall(self, wall: Wall) -> Deed:
        return lambda tx: people.set_who_writes(tx, self.place(wall.of), wall.who)

    # Groups

    def _group(self, plan: GroupPlan, now: int) -> Iterator[Moment]:
        since = founded(plan.founded_days_ago, now)
        yield Moment(since, self._found(plan))
        yield Moment(since + _ARRANGED_AFTER, self._make_boards(plan.name, plan.owner, plan.boards))
        for nth, handle in enumerate(plan.everybody[1:], 1):
            at = enters(since, joined(self._town.person(handle), now), nth)
            yield from self._enter(plan, handle, at)
            if handle in plan.moderators:
                yield Moment(at + 2 * _ANSWERS_AFTER, self._promote(plan, handle))
        for asking in plan.asking:
            yield Moment(now - asking.hours_ago * clock.HOUR, self._ask(plan, asking.by, asking.answer), sets_off=True)
        for handle in plan.invited:
            at = max(since, joined(self._town.person(handle), now)) + clock.DAY
            yield Moment(at, self._invite(plan, handle), sets_off=True)

    def _found(self, plan: GroupPlan) -> Deed:
        async def found(tx: Write) -> None:
            viewer = self._viewers[plan.owner]
            draft = GroupDraft(
                name=plan.title,
                handle=plan.name if plan.visibility is not Visibility.SECRET else "",
                about=plan.about.strip(),
                rules=plan.rules.strip(),
                topics=plan.topics,
                language=plan.language,
                visibility=plan.visibility,
                joining=plan.joining,
                question=plan.question,
                who_posts=plan.who_posts,
                who_replies=plan.who_replies,
                approve_first=plan.approve_first,
            )
            self._places[plan.name] = await groups.create_group(tx, viewer, draft, _LINKS)
            if plan.picture is not None:
                await people.set_picture(tx, self.viewer(plan.owner, plan.name), self._pictures[plan.picture])

        return found

    def _make_boards(self, place: str, owner: str, plans: tuple[BoardPlan, ...]) -> Deed:
        async def make(tx: Write) -> None:
            for plan in plans:
                draft = BoardDraft(
                    name=plan.name,
                    about=plan.about,
                    parent_id=self.board(place, plan.inside),
                    who_posts=plan.who_posts,
                )
                made = await groups.make_board(tx, self._viewers[owner], self.place(place), draft)
                self._boards[place, plan.name] = made

        return make

    def _enter(self, plan: GroupPlan, handle: str, at: int) -> Iterator[Moment]:
        """As the group has it: freely, by asking, or by invitation."""
        group, owner, viewers = plan.name, plan.owner, self._viewers
        if plan.joining is Joining.OPEN:
            yield Moment(at, lambda tx: groups.join_group(tx, viewers[handle], self.place(group)))
        elif plan.joining is Joining.REQUEST:
            yield Moment(at, self._ask(plan, handle, "Ja, gern."), sets_off=True)
            yield Moment(
                at + _ANSWERS_AFTER,
                lambda tx: groups.accept_joining(tx, viewers[owner], self.place(group), viewers[handle].person),
            )
        else:
            yield Moment(at, self._invite(plan, handle), sets_off=True)
            yield Moment(
                at + _ANSWERS_AFTER, lambda tx: groups.accept_invitation(tx, viewers[handle], self.place(group))
            )

    def _promote(self, plan: GroupPlan, handle: str) -> Deed:
        return lambda tx: groups.set_group_role(
            tx, self._viewers[plan.owner], self.place(plan.name), self._viewers[handle].person, GroupRole.MODERATOR
        )

    def _ask(self, plan: GroupPlan, handle: str, answer: str) -> Deed:
        return lambda tx: groups.ask_to_join(tx, self._viewers[handle], self.place(plan.name), answer)

    def _invite(self, plan: GroupPlan, handle: str) -> Deed:
        return lambda tx: groups.invite_to_group(
            tx, self._viewers[plan.owner], self.place(plan.name), self._viewers[handle].person
        )

    # Pages

    def _page(self, plan: PagePlan, now: int) -> Iterator[Moment]:
        since = founded(plan.made_days_ago, now)
        yield Moment(since, self._make_page(plan))
        for nth, seat in enumerate(plan.team, 1):
            at = enters(since, joined(self._town.person(seat.by), now), nth)
            yield Moment(at, self._seat(plan, seat), sets_off=True)
            yield Moment(at + _ANSWERS_AFTER, self._accept_seat(plan, seat))
        for seat in plan.invited:
            at = max(since, joined(self._town.person(seat.by), now)) + clock.DAY
            yield Moment(at, self._seat(plan, seat), sets_off=True)
        for nth, handle in enumerate(plan.followers, 1):
            at = enters(since, joined(self._town.person(handle), now), nth)
            yield Moment(at, self._follow(plan, handle))

    def _make_page(self, plan: PagePlan) -> Deed:
        async def make(tx: Write) -> None:
            viewer = self._viewers[plan.admin]
            page = await people.create_page(tx, viewer, plan.handle, plan.title, plan.kind, plan.language)
            self._places[plan.handle] = page
            edit = PageEdit(
                kind=plan.kind,
                website=plan.website,
                address=plan.address.strip(),
                email=plan.email,
                phone=plan.phone,
                hours=plan.hours.strip("\n") if plan.hours.strip() else "",
                imprint=plan.imprint.strip(),
                signature=plan.signature,
            )
            await people.edit_page(tx, viewer, page, edit)
            as_page = self.viewer(plan.admin, plan.handle)
            profile = ProfileEdit(name=plan.title, about=plan.about.strip(), pronouns="", locked=False)
            await people.edit_profile(tx, as_page, profile, profile_url=ADDRESSES.profile, tag_url=ADDRESSES.tag)
            if plan.picture is not None:
                await people.set_picture(tx, as_page, self._pictures[plan.picture])

        return make

    def _seat(self, plan: PagePlan, seat: Seat) -> Deed:
        return lambda tx: people.invite_to_team(
            tx, self._viewers[plan.admin], self.place(plan.handle), seat.by, seat.role
        )

    def _accept_seat(self, plan: PagePlan, seat: Seat) -> Deed:
        return lambda tx: people.accept_team(tx, self._viewers[seat.by], self.place(plan.handle))

    def _follow(self, plan: PagePlan, handle: str) -> Deed:
        return lambda tx: people.follow(tx, self._viewers[handle], self.place(plan.handle))

    # What has to be let through

    def _wait(self, plan: Waiting, at: int) -> Iterator[Moment]:
        submitted: list[int] = []

        async def submit(tx: Write) -> None:
            text = DraftText(source=plan.text.strip(), place_id=self.place(plan.place))
            viewer = self.viewer(plan.by, plan.speaks_as)
            submitted.append(await talk.submit_post(tx, viewer, text, ADDRESSES))

        yield Moment(at, submit, sets_off=True)
        if plan.approved_by:
            yield Moment(
                at + _APPROVED_AFTER,
                lambda tx: talk.approve_post(tx, self._viewers[plan.approved_by], submitted[0], ADDRESSES),
            )

    # Starter packs

    def _pack(self, plan: PackPlan, at: int) -> Iterator[Moment]:
        made: list[int] = []

        async def make(tx: Write) -> None:
            members = " ".join((*plan.people, *plan.groups, *plan.silent))
            draft = PackDraft(name=plan.title, about=plan.about, members=members)
            made.append(await groups.make_pack(tx, self._viewers[plan.maker], draft))

        def agree(by: str, actor: str) -> Deed:
            return lambda tx: groups.agree_to_pack(tx, self._viewers[by], made[0], self.place(actor))

        yield Moment(at, make, sets_off=True)
        asked = [(one, one) for one in plan.people if one != plan.maker]
        asked += [(group.owner, group.name) for group in self.channels.groups if group.name in plan.groups]
        for nth, (by, actor) in enumerate(asked, 1):
            yield Moment(at + nth * _ANSWERS_AFTER, agree(by, actor))
        if plan.featured:
            at += len(asked) * _ANSWERS_AFTER + _ARRANGED_AFTER
            yield Moment(at, lambda tx: groups.feature_pack(tx, self._viewers[self.owner], made[0], True))
