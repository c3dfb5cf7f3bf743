"""Who is looking, and as whom."""

import enum

import msgspec

from plausch.kernel.errors import NotAllowed


class Role(enum.StrEnum):
    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


class Viewer(msgspec.Struct, frozen=True):
    """Who is looking, and as whom. Every read takes one."""

    #: The person signed in; 0 for a visitor.
    person: int
    #: The person itself, or a page whose team it is on; 0 for a visitor.
    acting_as: int
    role: Role = Role.MEMBER
    #: The address is still to be confirmed: the person reads, but neither publishes nor relates.
    unconfirmed: bool = False

    @property
    def signed_in(self) -> bool:
        return self.person != 0

    @property
    def staff(self) -> bool:
        return self.role in (Role.OWNER, Role.MODERATOR)

    @property
    def owner(self) -> bool:
        return self.role is Role.OWNER


VISITOR = Viewer(person=0, acting_as=0)


def own_actor(viewer: Viewer) -> int:
    """Whose things the viewer changes as its own. Raises NotAllowed."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    return viewer.acting_as


def check_may_act(viewer: Viewer) -> None:
    """Whether the viewer may publish and relate to others. Raises NotAllowed."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if viewer.unconfirmed:
        raise NotAllowed("confirm_first")
