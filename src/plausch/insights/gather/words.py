"""Hashtags and words of posts that were looked up before."""

from collections import defaultdict

import numpy as np

from plausch.insights.compute.night import Night
from plausch.insights.gather.columns import Ids
from plausch.insights.gather.ledger import Posts
from plausch.insights.model.wording import guess_language, list_words, read_text, telling_stems
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.talk import queries as talk

#: Words are read of so many of the newest posts of a scope: more would not say better what it is about.
WORDS_OF, WORDS_OF_GROUP = 10_000, 300
#: Hashtags are read so far back, in ms.
TAGS_BACK = 180 * clock.DAY
_PORTION = 2_000


async def tags_of(night: Night) -> dict[int, list[str]]:
    """The hashtags of every post of late, by its id: whoever takes some has settled which posts are theirs to see."""
    known: dict[int, list[str]] | None = night.kept.get("tags")
    if known is None:
        found: defaultdict[int, list[str]] = defaultdict(list)
        after = first_id_at(night.now - TAGS_BACK)
        async with night.database.slow_read() as tx:
            while (until := await talk.find_end_of_portion(tx, after, 20 * _PORTION)) is not None:
                for post, tag in await talk.list_tags_within(tx, after, until):
                    found[post].append(tag)
                after = until
        known = night.kept["tags"] = dict(found)
    return known


async def words_of(night: Night, posts: Posts, most: int = WORDS_OF) -> dict[int, dict[str, str]]:
    """Stem and word of what each of the newest posts says, by its id; in German only nouns."""
    newest: Ids = np.sort(posts.id)[-most:]
    known: dict[int, dict[str, str]] = night.kept.setdefault("words", {})
    missing = [id_ for id_ in newest.tolist() if id_ not in known]
    for start in range(0, len(missing), _PORTION):
        async with night.database.slow_read() as tx:
            sources = await talk.list_sources(tx, missing[start : start + _PORTION])
        for one in sources:
            known[one.id] = _words(one.source, one.language)
    return {id_: known[id_] for id_ in newest.tolist() if id_ in known}


def _words(source: str, language: str) -> dict[str, str]:
    words = list_words(read_text(source).words)
    spoken = guess_language(words, language)
    if spoken not in ("de", "en"):
        return {}
    nouns = [word for word in words if spoken != "de" or word[0].isupper()]
    return dict(telling_stems(nouns, spoken))
