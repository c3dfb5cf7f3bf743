"""For whom something is, and who may answer (rule 2): rules without a database."""

import enum

import msgspec


class AudienceKind(enum.StrEnum):
    """For whom a post is. Later kinds (circle) join at their place."""

    #: Everybody, also without signing in; shown in the feeds of the place.
    PUBLIC = "public"
    #: Everybody, but not put before people who did not look for it.
    QUIET = "quiet"
    #: The members of a closed or secret group. What is said in a public one is public.
    GROUP = "group"
    #: Those who follow an actor, or are connected with it.
    FOLLOWERS = "followers"
    #: Those who are connected with an actor.
    CONNECTIONS = "connections"
    #: Those who are named.
    PARTICIPANTS = "participants"


#: Wide to narrow.
_ORDER = tuple(AudienceKind)
#: Whose names nobody has to know to be in it.
OPEN = (AudienceKind.PUBLIC, AudienceKind.QUIET)


class Audience(msgspec.Struct, frozen=True):
    """A scope, and whether it ends at this server's door."""

    kind: AudienceKind
    #: Whose followers or connections; which group; the post that named the participants; 0 for the open kinds.
    scope_id: int = 0
    #: Only for people signed in on this server.
    local_only: bool = False

    @property
    def group(self) -> int:
        """The group whose members it is; 0 for any other."""
        return self.scope_id if self.kind is AudienceKind.GROUP else 0

    @property
    def open_to_all(self) -> bool:
        """Visitors, too."""
        return self.kind in OPEN and not self.local_only


def narrows(inner: Audience, outer: Audience) -> bool:
    """Whether everybody in `inner` is in `outer` too, as far as the kinds alone can tell.

    Named participants count as narrower than anything: that each of them is in the outer audience is checked where
    they are named.
    """
    if outer.local_only and not inner.local_only:
        return False
    if inner.kind is not outer.kind and AudienceKind.GROUP in (inner.kind, outer.kind):
        # The members of a group are neither more nor fewer people than somebody's followers.
        return outer.kind in OPEN
    if inner.kind is AudienceKind.PARTICIPANTS:
        return outer.kind is not AudienceKind.PARTICIPANTS or inner.scope_id == outer.scope_id
    if _ORDER.index(inner.kind) < _ORDER.index(outer.kind):
        return False
    return outer.kind in OPEN or inner.scope_id == outer.scope_id


def reply_audience(
    parent: Audience, wanted: AudienceKind | None, *, local_only: bool, own_scope: int, post_id: int
) -> Audience:
    """What audience a reply has: its parent's, or a narrower one where it asks for that.

    A wider wish is not an error: clients send their habitual visibility with every reply. It is brought down to the
    parent's audience. `own_scope` is the replying actor, `post_id` the reply itself.
    """
    local = parent.local_only or local_only
    inherited = Audience(parent.kind, parent.scope_id, local)
    # In a group one speaks to all of it: whoever leaves it loses sight of everything that was said there.
    if wanted is None or wanted is parent.kind or AudienceKind.GROUP in (wanted, parent.kind):
        return inherited
    scope = {AudienceKind.PARTICIPANTS: post_id, AudienceKind.PUBLIC: 0, AudienceKind.QUIET: 0}.get(wanted, own_scope)
    if parent.kind not in OPEN and wanted is not AudienceKind.PARTICIPANTS:
        scope = parent.scope_id
    asked = Audience(wanted, scope, local)
    return asked if narrows(asked, inherited) else inherited


class WhoReplies(enum.StrEnum):
    """Who of those who see a conversation may reply in it."""

    EVERYBODY = "everybody"
    #: Who follows the actor that started it, or is connected with it.
    FOLLOWERS = "followers"
    CONNECTIONS = "connections"
    MENTIONED = "mentioned"
    NOBODY = "nobody"
