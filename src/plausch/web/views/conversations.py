"""A conversation with its whole tree."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from starlette.responses import Response

from plausch.feeds import actions as feeds
from plausch.feeds import queries as reading
from plausch.feeds.model import FilterPlace, Shaping
from plausch.groups import queries as groups
from plausch.groups.model import Group, permits
from plausch.http.forms import read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Actor, Consent, Viewer
from plausch.storage import Read
from plausch.talk import actions, queries
from plausch.talk.model import Audience, AudienceKind, Conversation, Picture, Post, WhoReplies
from plausch.web.answers import is_looked_at, is_partial, lead_to
from plausch.web.drafts import DraftForm, fresh_draft
from plausch.web.pages import render
from plausch.web.places import article_path, conversation_id_of, conversation_path
from plausch.web.standing import Standing, find_standing
from plausch.web.syndication.metadata import Metadata, of_article, of_conversation
from plausch.web.tree import (
    WHOLE,
    Branch,
    Node,
    Run,
    Tree,
    fill,
    first_fresh,
    grow,
    mark_answer,
    seen_upto,
    shorten,
    show_part,
    shown_ids,
)
from plausch.web.wants import Wants

#: With more replies reading takes longer than the event loop should wait.
_LONG = 200
#: Of a topic in the order of time.
_ON_PAGE = 50
#: How a topic was last looked at in this browser.
_VIEW, _VIEW_LIFE = "view", 365 * 24 * 60 * 60


class Talk(NamedTuple):
    """A conversation with all that is needed to show it."""

    conversation: Conversation
    tree: Tree
    actors: dict[int, Actor]
    pictures: dict[int, list[Picture]]
    #: The last few who talked.
    talkers: list[Actor]
    #: Who is named, where it is for named people only.
    named: list[Actor]
    newest: int
    #: The viewer may try to reply; the domain decides.
    open: bool
    #: The viewer wants to hear no more of it.
    muted: bool
    #: Replies that are caught in a filter of the viewer's, with its words.
    folded: dict[int, str]
    #: The viewer hears of each reply.
    watched: bool = False
    #: Where it stands, when it is a topic.
    standing: Standing | None = None
    #: In which group it is, if in any.
    group: Group | None = None
    #: The oldest post that is new to the viewer; 0 when nothing is.
    first_unread: int = 0

    @property
    def root(self) -> Branch:
        return self.tree.root

    @property
    def in_parts(self) -> bool:
        return len(self.tree.branches) - 1 > WHOLE


class Part(NamedTuple):
    """Some replies of a huge conversation, and what they reply to."""

    branch: Branch
    runs: list[Run]


class Linear(NamedTuple):
    """A page of a topic in the order of time."""

    rows: list[Branch]
    number: int
    last: int


async def show_conversation(request: Request) -> Response:
    """The whole tree. Opening it marks it read, and the page still shows what was new."""
    if _wants_linear(request):
        linear = await _show_linear(request)
        if linear is not None:
            return linear
    if "branch" in request.query_params:
        return await _show_part(request)
    talk = await read_talk(request, conversation_id_of(request))
    root = talk.root.post
    if root is not None and root.article is not None:
        query = f"?{request.url.query}" if request.url.query else ""
        return lead_to(article_path(root.article.blog_handle, root.article.slug) + query)
    template = "conversation.html" if talk.standing is None else "forum/topic.html"
    response = await render(request, template, linear=None, **await shown_talk(request, talk))
    return _remember(request, response, "tree")


def _wants_linear(request: Request) -> bool:
    """As the address says, else as it was last chosen in this browser. Parts are parts of trees."""
    wanted = request.query_params.get("view") or request.cookies.get(_VIEW, "")
    return wanted == "linear" and "branch" not in request.query_params


def _remember(request: Request, response: Response, view: str) -> Response:
    if request.query_params.get("view") == view:
        secure = request.site.settings.secure
        response.set_cookie(_VIEW, view, max_age=_VIEW_LIFE, path="/", secure=secure, httponly=True, samesite="lax")
    return response


async def _show_linear(request: Request) -> Response | None:
    """A page of a topic in the order of time; None for what is no topic."""
    viewer, database = request.viewer, request.site.database
    async with database.read() as tx:
        conversation = await queries.get_conversation(tx, viewer, conversation_id_of(request))
        if await find_standing(tx, viewer, conversation) is None:
            return None
        within = await _within(tx, viewer, conversation)
        unread = await queries.find_first_unread(tx, viewer, conversation)
    async with database.slow_read() if conversation.replies > _LONG else database.read() as tx:
        at = parse_id(request.query_params.get("at", "")) or 0
        position = await queries.find_position(tx, viewer, conversation.id, at)
        last = max(1, -(-position.all // _ON_PAGE))
        asked = parse_id(request.query_params.get("page", "")) or position.before // _ON_PAGE + 1
        number = min(max(asked, 1), last)
        posts = await queries.list_conversation_stretch(tx, viewer, conversation.id, (number - 1) * _ON_PAGE, _ON_PAGE)
        replied = {one.parent_id for one in posts if one.parent_id} | {conversation.root_id}
        before = await queries.list_posts(tx, viewer, [*replied])
        shown = list({one.id: one for one in [*before.values(), *posts]}.values())
        talk = await _talk_with(tx, request, conversation, within, sorted(shown, key=_by_id), _all_of_it)
    rows = _rows(talk, posts)
    # What stands on earlier pages is not read by opening a later one.
    if rows and (unread is None or unread >= rows[0].id) and (conversation.seen is not None or number == 1):
        await _mark_read(request, talk, rows[-1].id)
    draft = _draft(request, talk)
    _visit(request, talk)
    # What comes meanwhile is put below the last one, so only the last page catches up with it.
    upto = rows[-1].id if rows and number == last else 0
    response = await render(
        request,
        "forum/topic.html",
        tends=talk.group is not None and talk.group.looked_after,
        talk=talk._replace(first_unread=unread or 0),
        linear=Linear(rows, number, last),
        draft=draft,
        live=f"/live{conversation_path(conversation.id)}?view=linear&after={upto}",
        part=None,
        metadata=await _metadata(request, talk),
    )
    return _remember(request, response, "linear")


def _by_id(one: Node) -> int:
    return one.id


def _all_of_it(_: Tree) -> None:
    """What was read is what is shown."""


def _rows(talk: Talk, posts: list[Post]) -> list[Branch]:
    """As they come; whom each replies to is said where that is not the one before it."""
    rows = [talk.tree.branches[one.id] for one in posts if one.id in talk.tree.branches]
    for before, branch in pairwise(rows):
        above = talk.tree.branches.get(branch.post.parent_id or 0) if branch.post is not None else None
        if above is not None and above is not before and above.post is not None and not above.post.deleted:
            branch.to = above.post.actor_id
    return rows


def _visit(request: Request, talk: Talk) -> None:
    if talk.group is not None:
        request.visited.add(talk.group.id)


async def shown_talk(request: Request, talk: Talk) -> dict[str, Any]:
    """The whole of it for a template, marked read."""
    _visit(request, talk)
    await _mark_read(request, talk, seen_upto(talk.tree, talk.newest))
    return {
        "talk": talk,
        "tends": talk.group is not None and talk.group.looked_after,
        "draft": _draft(request, talk),
        "live": f"/live{conversation_path(talk.conversation.id)}?after={talk.newest}",
        "part": None,
        "metadata": await _metadata(request, talk),
    }


async def _metadata(request: Request, talk: Talk) -> Metadata | None:
    """What programs are told, which come as visitors; nothing of what is not for everybody."""
    conversation, root = talk.conversation, talk.root.post
    if request.viewer.signed_in or root is None or root.deleted or root.actor_id not in talk.actors:
        return None
    if conversation.audience != Audience(AudienceKind.PUBLIC):
        return None
    async with request.site.database.read() as tx:
        speaking = {root.actor_id, root.author_id}
        findable = all([await people.has_consent(tx, one, Consent.BE_FOUND) for one in speaking])
        named = await queries.list_authors(tx, root.id) if root.article is not None else ()
        agreed = [one.actor_id for one in named if one.agreed]
        authors = await people.list_actors(tx, request.viewer, agreed) if agreed else {}
    if root.article is not None:
        return of_article(request.site, root, {**talk.actors, **authors}, agreed, findable=findable)
    posts = [branch.post for branch in talk.tree.branches.values() if branch.post is not None]
    return of_conversation(request.site, conversation, root, posts, talk.actors, talk.pictures, findable=findable)


def _draft(request: Request, talk: Talk) -> DraftForm | None:
    """An empty reply, where the viewer may try one."""
    parent = talk.root.post
    if not talk.open or parent is None or parent.deleted:
        return None
    draft = fresh_draft(request, parent)
    draft.group = talk.group
    return draft


async def _show_part(request: Request) -> Response:
    """What the whole page left out: a page of its own, or for a script the replies alone. It marks nothing read."""
    wanted = parse_id(request.query_params["branch"])
    after, until = (parse_id(request.query_params.get(name, "")) or 0 for name in ("after", "until"))

    def find(tree: Tree) -> Branch:
        # The first post has no number for those who may not see it.
        branch = tree.root if wanted == 0 else tree.branches.get(wanted or -1)
        if branch is None:
            raise NotFound("post_not_found")
        return branch

    talk = await read_talk(request, conversation_id_of(request), lambda tree: show_part(tree, find(tree), after, until))
    branch = find(talk.tree)
    part = Part(branch, list(branch.between(after, until)))
    template = "parts/part.html" if is_partial(request) else "conversation.html"
    return await render(request, template, talk=talk, draft=None, live="", part=part, metadata=None)


async def _within(tx: Read, viewer: Viewer, conversation: Conversation) -> reading.Within:
    if not viewer.signed_in:
        return reading.Within(0, False)
    return await reading.find_within(tx, viewer, conversation.id)


async def _folded(tx: Read, viewer: Viewer, within: reading.Within, posts: list[Post]) -> dict[int, str]:
    """Replies to be shown after a click; who opens a conversation wants to see how it began."""
    if not within.shaped & Shaping.FILTERS:
        return {}
    sieve = await reading.get_sieve(tx, viewer, FilterPlace.CONVERSATIONS)
    return reading.fold(sieve, viewer, [post for post in posts if post.parent_id is not None])


async def read_talk(request: Request, id_: int, choose: Callable[[Tree], None] = shorten) -> Talk:
    """A conversation with all that the viewer may see of it; of a huge one what is chosen. Raises NotFound."""
    database, viewer = request.site.database, request.viewer
    nodes: Sequence[Node] = ()
    async with database.read() as tx:
        conversation = await queries.get_conversation(tx, viewer, id_)
        within = await _within(tx, viewer, conversation)
    if conversation.replies > WHOLE:
        async with database.slow_read() as slowly:
            nodes = await queries.list_conversation_nodes(slowly, viewer, conversation.id)
    async with database.read() as tx:
        nodes = nodes or await queries.list_conversation_posts(tx, viewer, conversation.id)
        return await _talk_with(tx, request, conversation, within, nodes, choose)


async def _talk_with(
    tx: Read,
    request: Request,
    conversation: Conversation,
    within: reading.Within,
    nodes: Sequence[Node],
    choose: Callable[[Tree], None],
) -> Talk:
    """A conversation with some of its posts, which are in the order of time."""
    viewer = request.viewer
    named = await _named(tx, conversation)
    ids = {*(one.actor_id for one in nodes), *named, conversation.place_id, *conversation.talker_ids}
    actors = await people.list_actors(tx, viewer, [*ids, conversation.actor_id])
    standing = await find_standing(tx, viewer, conversation)
    tree = _grow(request, conversation, nodes, actors, standing)
    choose(tree)
    posts = await _read_shown(tx, viewer, tree)
    others = {one.author_id for one in posts} - actors.keys()
    actors |= await people.list_actors(tx, viewer, [*others]) if others else {}
    with_pictures = [post.id for post in posts if post.pictures_count]
    pictures = await queries.list_pictures(tx, with_pictures) if with_pictures else {}
    folded = await _folded(tx, viewer, within, posts)
    group = await _group(tx, viewer, conversation, standing)
    return Talk(
        conversation=conversation,
        tree=tree,
        actors=actors,
        pictures=pictures,
        talkers=[actors[id_] for id_ in conversation.talker_ids if id_ in actors],
        named=[actors[id_] for id_ in named if id_ in actors],
        newest=max((one.id for one in nodes), default=0),
        open=_is_open(viewer, conversation, standing, group),
        muted=within.muted,
        folded=folded,
        watched=within.watched,
        standing=standing,
        group=group,
        first_unread=first_fresh(tree),
    )


def _grow(
    request: Request,
    conversation: Conversation,
    nodes: Sequence[Node],
    actors: dict[int, Actor],
    standing: Standing | None,
) -> Tree:
    # Whoever left meanwhile has no name to show; what they wrote goes with their account.
    there = [one for one in nodes if one.deleted or one.actor_id in actors]
    at = parse_id(request.query_params.get("at", ""))
    me = request.viewer.acting_as
    tree = grow(there, conversation.root_id, seen=conversation.seen_upto, me=me, at=at)
    if standing is not None and (standing.topic.answer_id is not None or standing.judges):
        mark_answer(tree, standing.topic.answer_id, judging=standing.judges)
    return tree


async def _read_shown(tx: Read, viewer: Viewer, tree: Tree) -> list[Post]:
    """The posts that are on the page, read now unless they were read with the tree."""
    missing = [id_ for id_ in shown_ids(tree) if tree.branches[id_].post is None]
    if missing:
        fill(tree, {one.id: one for one in await queries.list_tree_posts(tx, viewer, missing)})
    return [one.post for one in tree.branches.values() if one.shown and one.post is not None]


async def _group(tx: Read, viewer: Viewer, conversation: Conversation, standing: Standing | None) -> Group | None:
    """Read only for what stands at a place, and only once."""
    if standing is not None:
        return standing.forum.group
    return await groups.find_group(tx, viewer, conversation.place_id) if conversation.place_id else None


async def _named(tx: Read, conversation: Conversation) -> list[int]:
    if conversation.audience_kind is not AudienceKind.PARTICIPANTS:
        return []
    return await queries.list_participants(tx, conversation.scope_id)


def _is_open(viewer: Viewer, conversation: Conversation, standing: Standing | None, group: Group | None) -> bool:
    if not viewer.signed_in:
        return False
    tends = standing.forum.looked_after if standing is not None else group is not None and group.looked_after
    if conversation.locked_at is not None and not tends:
        return False
    if group is not None and (group.closed_at is not None or not permits(group.who_replies, group.role)):
        return False
    if standing is not None and not permits(standing.board.who_replies, standing.forum.role):
        return False
    return conversation.who_replies is not WhoReplies.NOBODY or conversation.actor_id == viewer.acting_as


async def _mark_read(request: Request, talk: Talk, upto: int) -> None:
    """Up to what is shown, and only when that is news."""
    conversation = talk.conversation
    if not request.viewer.signed_in or not is_looked_at(request):
        return
    if (conversation.seen_upto or 0) >= upto and conversation.seen == conversation.replies:
        return
    async with request.site.database.write() as tx:
        await actions.mark_read(tx, request.viewer, conversation.id, upto)
        await feeds.mark_conversation_read(tx, request.viewer, conversation.id)


async def take_off_wall(request: Request) -> Response:
    """The viewer does not want it on its wall any more."""
    await read_form(request)
    conversation = parse_id(request.params["id"]) or 0
    async with request.site.database.write() as tx:
        await actions.take_off_wall(tx, request.viewer, conversation)
    return lead_to(conversation_path(conversation))


ROUTES = [
    Route("POST", "/conversations/{id}/off-wall", take_off_wall, Wants.PERSON),
    Route("GET", "/conversations/{id}", show_conversation, Wants.ANYBODY),
]
