"""The demo's conversations are written as a screenplay: plain text that reads like what it becomes.

Who writes how, and what happens when, stands in `conversations/README.md`.

    == chess-evening
    0> ines 12d 21:40
    pictures: board.webp | Ein Schachbrett von der Seite, Weiß steht auf Gewinn
    likes: karl, gerda
    shares: anna +2h, jonas +5h via anna

    Heute beim #Schach: drei Partien, zwei Niederlagen, ein Remis. Das Remis war gegen @karl.

    1> karl +35m
    likes: ines

    Ein *höfliches* Remis.

    2> ines +4m

    Von wem?

Lines before the first `==` are for those who read the file. `== name` begins a conversation. `0> who when` is its
first post, `1>` answers it, `2>` answers the last `1>`, and so on. The first post's time is `12d 21:40` (days ago, time
of day in the town) or `3h ago`; replies say how long after their parent (`+35m`, `+1d2h`). Then come `key: value`
lines, an empty line, and the text in Markdown, one line for each paragraph. Keys:

    language   de or en; else the author's own
    likes, bookmarks    who, who +2h; without a time they trickle in
    reads      who +2h: came by then and read so far (whoever answers or likes has read anyway)
    shares     who +2h, who +5h via whom
    pictures   file | alt text; one line for each
    warning    the content warning
    quotes     the name of the conversation whose first post it quotes
    poll       the options, with | between them
    ends       +3d: how long people may vote                                       }
    asks       several: one may choose several; secret: shown at the end; or both  } only with a poll
    votes      who 1, who 2 +3h, who 1+3: the options; without a time as likes     }
    audience   public (the default), quiet, followers, connections, participants   } only at 0>
    with       the other participants                                              }
    local      yes: does not leave the server                                      }
    in         the name of a group, or the handle of whoever has the wall          }
    board      the board in which it is a topic                                    }
    title      of a topic or an article                                            }
    topic      question, announcement, poll; else a discussion                     }
    article    the subtitle; the text may then be long                             }
    cover, series, authors    of an article: one of its pictures, a title, who     } only at 0>
    pinned, locked            +1h: put above the others, closed                    }
    promoted   +3d board | title: becomes a topic of the community then            }
    pace       +9d: how long it takes until the last of the short replies          }
    as         the group or page that one speaks for
    accepted   +2h: it answers the question of its topic, says who asked; only at a reply

`2> anna: Some words. {karl ines}` is a short reply, some time after the line above it, with those who like it.

A line `~> +12m` within a text says that the post was edited then; the text after it is the new one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import get_args
from zlib import crc32

import msgspec

from plausch.demo.channels import Kind, Part, Promotion, Standing
from plausch.demo.model import (
    Audience,
    Conversation,
    Edit,
    Language,
    Picture,
    Poll,
    Post,
    Reaction,
    Share,
    Vote,
)
from plausch.demo.times import ScreenplayError, after, start
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.talk.model import PollDraft, check_poll

_CONVERSATION = re.compile(r"^== ([a-z0-9-]+)$")
_CUE = re.compile(r"^(\d+)> (\w+) (.+)$")
_SHORT = re.compile(r"^([1-9]\d*)> (\w+): (.+?)(?: \{([a-z ]+)\})?$")
_EDIT = re.compile(r"^~> (\S+)$")
_FIELD = re.compile(r"^([a-z]+): (.+)$")
#: What was meant as something else and would end up as text, for all to read.
_SLIP = re.compile(
    r"^(\d+>|==|(likes|shares|bookmarks|reads|pictures|audience|warning|language|quotes|poll|ends|asks|votes"
    r"|in|board|title|topic|article|cover|series|authors|pinned|locked|promoted|pace|as|accepted): )"
)
_VOTE = re.compile(r"^(\w+) ([1-9](?:\+[1-9])*)(?: (\S+))?$")
_POLL_KEYS = {"ends", "asks", "votes"}
_POST_KEYS = {"language", "likes", "bookmarks", "reads", "shares", "pictures", "warning", "quotes", "poll", "as"}
_POST_KEYS |= _POLL_KEYS
_REPLY_KEYS = _POST_KEYS | {"accepted"}
_STANDING_KEYS = {"in", "board", "title", "topic", "article", "cover", "series", "authors"}
_STANDING_KEYS |= {"pinned", "locked", "promoted"}
_FIRST_KEYS = _POST_KEYS | _STANDING_KEYS | {"audience", "with", "local", "pace"}
#: The time of a short reply, before it is known.
_SOON = "~"


class _Cue(msgspec.Struct):
    """One post as written, before it is understood."""

    line: int
    depth: int
    by: str
    when: str
    file: str
    fields: dict[str, list[str]]
    text: list[str]

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def parse(source: str, languages: Mapping[str, Language], name: str = "screenplay") -> list[Conversation]:
    """The conversations of one file; `languages` are the people's own, by handle."""
    conversations = []
    for line, title, cues in _read(source, name):
        if not cues or cues[0].depth != 0 or any(cue.depth == 0 for cue in cues[1:]):
            raise ScreenplayError(f"{name}:{line}: {title} needs exactly one first post (0>), at the beginning")
        conversations.append(_conversation(title, cues, languages))
    return conversations


def _read(source: str, name: str) -> list[tuple[int, str, list[_Cue]]]:
    """Cut the text into conversations and posts."""
    scripts: list[tuple[int, str, list[_Cue]]] = []
    in_fields = False
    for number, line in enumerate(source.splitlines(), 1):
        if match := _CONVERSATION.match(line):
            scripts.append((number, match[1], []))
        elif not scripts:
            continue
        elif match := _CUE.match(line):
            scripts[-1][2].append(_Cue(number, int(match[1]), match[2], match[3], name, {}, []))
            in_fields = True
        elif scripts[-1][2] and (match := _SHORT.match(line)):
            fields = {"likes": [", ".join(match[4].split())]} if match[4] else {}
            scripts[-1][2].append(_Cue(number, int(match[1]), match[2], _SOON, name, fields, [match[3]]))
            in_fields = False
        elif not scripts[-1][2]:
            if line:
                raise ScreenplayError(f"{name}:{number}: text before the first post")
        elif in_fields and (match := _FIELD.match(line)):
            scripts[-1][2][-1].fields.setdefault(match[1], []).append(match[2])
        elif in_fields and line:
            raise ScreenplayError(f"{name}:{number}: expected a field or an empty line")
        elif _SLIP.match(line):
            raise ScreenplayError(f"{name}:{number}: neither a cue nor text: {line[:40]!r}")
        else:
            in_fields = False
            scripts[-1][2][-1].text.append(line)
    return scripts


def _conversation(title: str, cues: list[_Cue], languages: Mapping[str, Language]) -> Conversation:
    _set_the_pace(cues)
    post, rest = _nest(cues, languages)
    if rest:
        raise ScreenplayError(f"{rest[0].place}: answers nobody at this depth")
    first = cues[0]
    with _at(first):
        audience = _one(first, "audience") or "public"
        if audience not in get_args(Audience):
            raise ScreenplayError(f"not an audience: {audience}")
        others = _names(_one(first, "with"))
        if bool(others) != (audience == "participants"):
            raise ScreenplayError("'with' belongs to the audience 'participants', and the other way round")
        return Conversation(
            name=title,
            start=start(first.when),
            post=post,
            audience=msgspec.convert(audience, Audience),
            participants=(first.by, *others) if others else (),
            local_only=_one(first, "local") == "yes",
            standing=_standing(first),
        )


def _set_the_pace(cues: list[_Cue]) -> None:
    """Short replies come one after the other, sometimes at once and sometimes after hours."""
    short = [cue for cue in cues if cue.when == _SOON]
    if not short:
        return
    with _at(cues[0]):
        lasts = after(_one(cues[0], "pace"))
    waits = {id(cue): 1 + (crc32(cue.text[0].encode()) % 97) ** 2 / 400 for cue in short}
    a_part = lasts / sum(waits.values())
    moment, last = 0.0, {0: 0.0}
    for cue in cues[1:]:
        parent = last.get(cue.depth - 1, 0.0)
        if cue.when == _SOON:
            moment += a_part * waits[id(cue)]
            cue.when = f"+{max(1, round((moment - parent) / clock.MINUTE))}m"
        else:
            with _at(cue):
                moment = max(moment, parent + after(cue.when))
        last[cue.depth] = parent + after(cue.when)


def _standing(cue: _Cue) -> Standing:
    topic, promoted = _one(cue, "topic") or "discussion", _one(cue, "promoted")
    if topic not in get_args(Kind):
        raise ScreenplayError(f"not a kind of topic: {topic}")
    article = None
    if "article" in cue.fields:
        part = {key: _one(cue, key) for key in ("cover", "series")}
        article = Part(_one(cue, "article"), authors=_names(_one(cue, "authors")), **part)
    return Standing(
        place=_one(cue, "in"),
        board=_one(cue, "board"),
        title=_one(cue, "title"),
        topic=msgspec.convert(topic, Kind),
        article=article,
        pinned=_maybe(cue, "pinned"),
        locked=_maybe(cue, "locked"),
        promoted=_promotion(promoted) if promoted else None,
    )


def _promotion(value: str) -> Promotion:
    when, _, rest = value.partition(" ")
    board, _, title = rest.partition("|")
    return Promotion(after(when), board.strip(), title.strip())


def _maybe(cue: _Cue, key: str) -> int | None:
    value = _one(cue, key)
    return after(value) if value else None


@contextmanager
def _at(cue: _Cue) -> Iterator[None]:
    """Say in which file and line a slip is."""
    try:
        yield
    except ScreenplayError as error:
        raise ScreenplayError(f"{cue.place}: {error}") from None


def _nest(cues: list[_Cue], languages: Mapping[str, Language]) -> tuple[Post, list[_Cue]]:
    """The first cue as a post with its replies, and the cues that remain."""
    cue, rest = cues[0], cues[1:]
    replies = []
    while rest and rest[0].depth == cue.depth + 1:
        reply, rest = _nest(rest, languages)
        replies.append(reply)
    with _at(cue):
        return _post(cue, languages, tuple(replies)), rest


def _post(cue: _Cue, languages: Mapping[str, Language], replies: tuple[Post, ...]) -> Post:
    unknown = cue.fields.keys() - (_REPLY_KEYS if cue.depth else _FIRST_KEYS)
    if unknown:
        raise ScreenplayError(f"does not belong here: {', '.join(sorted(unknown))}")
    if cue.by not in languages:
        raise ScreenplayError(f"nobody is called {cue.by}")
    language = _one(cue, "language") or languages[cue.by]
    if language not in get_args(Language):
        raise ScreenplayError(f"not a language of the town: {language}")
    text, edited = _texts(cue)
    return Post(
        by=cue.by,
        after=after(cue.when) if cue.depth else 0,
        text=text,
        language=msgspec.convert(language, Language),
        warning=_one(cue, "warning"),
        pictures=tuple(_picture(line) for line in cue.fields.get("pictures", ())),
        likes=_reactions(_one(cue, "likes")),
        shares=tuple(_share(entry) for entry in _names(_one(cue, "shares"))),
        bookmarks=_reactions(_one(cue, "bookmarks")),
        reads=_reactions(_one(cue, "reads")),
        edited=edited,
        poll=_poll(cue),
        quotes=_one(cue, "quotes"),
        replies=replies,
        speaks_as=_one(cue, "as"),
        accepted=_maybe(cue, "accepted"),
        place=cue.place,
    )


def _texts(cue: _Cue) -> tuple[str, Edit | None]:
    for index, line in enumerate(cue.text):
        if match := _EDIT.match(line):
            return _joined(cue.text[:index]), Edit(after(match[1]), _joined(cue.text[index + 1 :]))
    return _joined(cue.text), None


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip()


def _one(cue: _Cue, key: str) -> str:
    values = cue.fields.get(key, [""])
    if len(values) > 1:
        raise ScreenplayError(f"{key} is given twice")
    return values[0]


def _names(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",")) if value else ()


def _picture(value: str) -> Picture:
    file, _, alt = value.partition(" | ")
    return Picture(file.strip(), alt.strip())


def _reactions(value: str) -> tuple[Reaction, ...]:
    reactions = []
    for index, entry in enumerate(_names(value)):
        by, _, when = entry.partition(" ")
        reactions.append(Reaction(by, after(when) if when else _trickle(index)))
    return tuple(reactions)


def _poll(cue: _Cue) -> Poll | None:
    asked, asks = _one(cue, "poll"), {*_names(_one(cue, "asks"))}
    if not asked:
        if _POLL_KEYS & cue.fields.keys():
            raise ScreenplayError("'ends', 'asks' and 'votes' belong to a poll")
        return None
    if not asks <= {"several", "secret"}:
        raise ScreenplayError(f"a poll asks for 'several' or 'secret', not: {', '.join(sorted(asks))}")
    wanted = PollDraft(
        options=tuple(asked.split("|")),
        lasts=after(_one(cue, "ends")),
        multiple="several" in asks,
        hidden_until_end="secret" in asks,
    )
    try:
        draft = check_poll(wanted)
    except Invalid as error:
        raise ScreenplayError(f"not a poll: {error.reason}") from error
    return Poll(draft, tuple(_vote(entry, draft, nth) for nth, entry in enumerate(_names(_one(cue, "votes")))))


def _vote(entry: str, poll: PollDraft, nth: int) -> Vote:
    match = _VOTE.match(entry)
    if match is None:
        raise ScreenplayError(f"not a vote: {entry!r}")
    vote = Vote(
        by=match[1],
        after=after(match[3]) if match[3] else _trickle(nth),
        places=tuple(int(number) - 1 for number in match[2].split("+")),
    )
    if max(vote.places) >= len(poll.options):
        raise ScreenplayError(f"there is no such option: {entry!r}")
    if len(vote.places) > 1 and not poll.multiple:
        raise ScreenplayError(f"chooses several where one is asked for: {entry!r}")
    if vote.after >= poll.lasts:
        raise ScreenplayError(f"votes after the end: {entry!r}")
    return vote


def _trickle(index: int) -> int:
    """Likes come quickly at first, then more and more slowly."""
    return (6 + 11 * index + 7 * index * index) * clock.MINUTE


def _share(entry: str) -> Share:
    words = entry.split()
    if len(words) == 2:
        return Share(words[0], after(words[1]))
    if len(words) == 4 and words[2] == "via":
        return Share(words[0], after(words[1]), words[3])
    raise ScreenplayError(f"not a share: {entry!r}")
