"""What makes of a played post a topic or an article, and what becomes of it in its place."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from plausch.demo.channels import Promotion, Standing
from plausch.demo.gathering import Gathering
from plausch.demo.model import Conversation
from plausch.demo.moments import Moment
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.storage import Write
from plausch.talk import actions as talk
from plausch.talk.model import ArticlePart, Form, PostDraft, TopicKind

#: How long after an article was published those agree who wrote it too.
_AGREES_AFTER = 3 * clock.HOUR


def place_draft(draft: PostDraft, standing: Standing, pictures: Mapping[str, int], gathering: Gathering) -> PostDraft:
    """The first post of a conversation, where and as what it stands; `pictures` are its own, by file."""
    place = gathering.place(standing.place)
    if standing.board:
        board = gathering.board(standing.place, standing.board)
        return msgspec.structs.replace(
            draft,
            place=place,
            form=Form.TOPIC,
            board=board,
            title=standing.title,
            topic=TopicKind(standing.topic),
        )
    if standing.article is None:
        return msgspec.structs.replace(draft, place=place)
    source, article = draft.source, standing.article
    for file, id_ in pictures.items():
        source = source.replace(f"(picture:{file})", f"(picture:{id_})")
    part = ArticlePart(
        subtitle=article.subtitle,
        cover=pictures.get(article.cover, 0),
        series=article.series,
        authors=" ".join(f"@{handle}" for handle in article.authors),
    )
    return msgspec.structs.replace(
        draft, source=source, place=place, form=Form.ARTICLE, title=standing.title, pictures=(), article=part
    )


def tend(conversation: Conversation, began: int, post: Callable[[], int], gathering: Gathering) -> Iterator[Moment]:
    """What those do with a conversation who look after its place; `post` tells the first one's id once it is there."""
    standing, by = conversation.standing, conversation.post.by
    group = gathering.channels.group(standing.place)
    keeper = group.owner if group is not None else gathering.owner
    if standing.pinned is not None:
        pin = talk.pin_topic if standing.board else talk.pin_in_group
        yield Moment(began + standing.pinned, lambda tx: pin(tx, gathering.viewer(keeper), post()))
    if standing.locked is not None:
        yield Moment(began + standing.locked, lambda tx: talk.lock_conversation(tx, gathering.viewer(keeper), post()))
    if standing.promoted is not None:
        yield _promote(standing.promoted, began, by, post, gathering)
    for handle in standing.article.authors if standing.article is not None else ():
        yield _agree(handle, began, post, gathering)


def _promote(promoted: Promotion, began: int, by: str, post: Callable[[], int], gathering: Gathering) -> Moment:
    async def promote(tx: Write) -> None:
        board = gathering.board("", promoted.board)
        await talk.promote_to_topic(tx, gathering.viewer(by), post(), board, promoted.title, ADDRESSES)

    return Moment(began + promoted.after, promote)


def _agree(handle: str, began: int, post: Callable[[], int], gathering: Gathering) -> Moment:
    async def agree(tx: Write) -> None:
        await talk.agree_to_authorship(tx, gathering.viewer(handle), post())

    return Moment(began + _AGREES_AFTER, agree)
