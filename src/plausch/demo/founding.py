"""What the owner of Lindenau sets up: the words of the place, its rules, its legal pages, and an announcement."""

from plausch.community import actions, queries
from plausch.community.model import CommunityEdit, DocumentKind, Rule
from plausch.demo.model import Charter
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.people.model import Viewer
from plausch.storage import Write

NAME = "Lindenau"
#: How long the announcement is shown after the performance.
_SHOWN_FOR = 7 * clock.DAY


async def found(tx: Write, owner: Viewer, charter: Charter) -> None:
    """Say what the place is and what holds there, and publish the drafts of its legal pages as they are."""
    edit = CommunityEdit(
        name=NAME,
        description=charter.description,
        contact=charter.contact,
        members_invite=True,
        rules=tuple(Rule(0, rule.words, rule.hints) for rule in charter.rules),
    )
    await actions.change_community(tx, owner, edit)
    await actions.set_operator(tx, owner, charter.operator)
    for kind in DocumentKind:
        await actions.publish_document(tx, owner, kind, queries.draft_document(kind, NAME, charter.operator))


async def announce(tx: Write, owner: Viewer, charter: Charter, now: int) -> None:
    """Say something to everybody until a week after `now`."""
    await actions.announce(tx, owner, charter.announcement, tag_url=ADDRESSES.tag, until_at=now + _SHOWN_FOR)
