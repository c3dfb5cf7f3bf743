"""What is planted in Lindenau: who belongs together, whom people listen to, who is merely loud, who became a regular.

Whatever looks for such things in a community (circles, opinion makers, spread, the way from reader to regular) can be
held against it. `tests/demo/test_truth.py` holds it against the screenplay, so that it stays true while that grows.
"""

from collections.abc import Mapping

import msgspec


class Circle(msgspec.Struct, frozen=True):
    """A community of interest: those who answer, share and like each other, and the hashtags they use."""

    tags: tuple[str, ...]
    members: tuple[str, ...]


class Spread(msgspec.Struct, frozen=True):
    """A planted wave: who shared the conversation's first post, and through whose share (None: from the author's)."""

    author: str
    through: Mapping[str, str | None]


class Path(msgspec.Struct, frozen=True):
    """Somebody's way from reader to regular, in days before the performance."""

    joined: int
    first_like: int
    first_reply: int
    first_post: int


#: Who is in several is a bridge.
CIRCLES: Mapping[str, Circle] = {
    "chess": Circle(("Schach",), ("karl", "ines", "jonas", "amira", "gesine", "friedrich")),
    "garden": Circle(("Garten", "Parzelle32"), ("gerda", "ruth", "thuy", "lotte", "elke", "horst")),
    "choir": Circle(("Chor",), ("beate", "mehmet", "friedrich", "elke", "greta", "oleksandra")),
    "cycling": Circle(("Radweg",), ("swantje", "claudia", "lukas", "timo", "jette")),
    "school": Circle(("Schule",), ("derya", "anna", "katrin", "lukas", "priya", "murat")),
    "history": Circle(("Stadtgeschichte",), ("pia", "karl", "gesine", "friedrich", "otto", "nora")),
    "sports": Circle(("SVErle", "TSV", "Handball"), ("anna", "hannes", "murat", "jette", "kalle", "enno")),
    "repair": Circle(("RepairCafé",), ("jonas", "greta", "amira", "hannes", "samuel")),
    "town": Circle(("Marktplatz",), ("mehmet", "claudia", "burkhard", "gerda", "jochen", "swantje")),
    "tea": Circle(("Teerunde",), ("nora", "samuel", "priya", "oleksandra", "ines")),
    "candles": Circle(("Duftkerzen",), ("mandy", "steffi", "yvonne")),
    "plain talk": Circle(("Klartext",), ("ralf", "detlef", "heike")),
}

#: People of real influence, and the hashtag under which many from several circles answer and share what they post.
OPINION_MAKERS: Mapping[str, str] = {
    "gerda": "Garten",
    "pia": "Stadtgeschichte",
    "swantje": "Radweg",
    "derya": "Schule",
}

#: Who posts a lot and is shared by the same two friends, but is hardly answered by anybody.
MERELY_LOUD: Mapping[str, tuple[str, str]] = {
    "ralf": ("detlef", "heike"),
    "mandy": ("steffi", "yvonne"),
}

READER_TO_REGULAR: Mapping[str, Path] = {
    "lotte": Path(joined=84, first_like=82, first_reply=63, first_post=46),
    "otto": Path(joined=77, first_like=74, first_reply=44, first_post=22),
    "amira": Path(joined=70, first_like=67, first_reply=51, first_post=33),
    "oleksandra": Path(joined=64, first_like=61, first_reply=48, first_post=29),
    "priya": Path(joined=58, first_like=55, first_reply=42, first_post=26),
}

#: New people whose first posts nobody has answered.
UNANSWERED_NEWCOMERS = ("tomasz", "diego", "ilse")

#: By the name of the conversation.
WAVES: Mapping[str, Spread] = {
    "linde": Spread(
        "pia",
        {
            "anna": None,
            "karl": None,
            "ines": "anna",
            "jonas": "anna",
            "hannes": "anna",
            "nora": "ines",
            "gerda": "karl",
            "ruth": "gerda",
        },
    ),
    "ludwig": Spread(
        "greta",
        {
            "jonas": None,
            "elke": None,
            "ruth": None,
            "swantje": "jonas",
            "beate": "elke",
            "mehmet": "beate",
            "thuy": "ruth",
            "claudia": "swantje",
            "timo": "swantje",
            "derya": "claudia",
            "anna": "mehmet",
            "jochen": "mehmet",
            "otto": "mehmet",
            "lukas": "derya",
            "enno": "timo",
            "katrin": "lukas",
            "jette": "enno",
        },
    ),
    "bahn-vier": Spread(
        "jette",
        {
            "swantje": None,
            "anna": None,
            "enno": None,
            "timo": "swantje",
            "derya": "anna",
            "hannes": "anna",
            "mehmet": "anna",
            "katrin": "derya",
            "lukas": "katrin",
            "ines": "mehmet",
            "beate": "mehmet",
            "gesine": "ines",
        },
    ),
    "stoffhase": Spread(
        "hannes",
        {
            "anna": None,
            "ines": "anna",
            "nora": "ines",
            "samuel": "nora",
            "gerda": "anna",
            "mehmet": "gerda",
        },
    ),
    "beschluss": Spread(
        "swantje",
        {
            "claudia": None,
            "timo": None,
            "lukas": None,
            "jonas": None,
            "enno": "timo",
            "mehmet": "claudia",
            "derya": "lukas",
            "burkhard": "claudia",
            "jette": "enno",
            "priya": "derya",
            "katrin": "derya",
            "greta": "jonas",
            "jochen": "burkhard",
            "gerda": "mehmet",
            "otto": "mehmet",
            "nora": "priya",
            "beate": "mehmet",
            "murat": "enno",
            "ruth": "gerda",
        },
    ),
    "zelt-weg": Spread(
        "derya",
        {
            "anna": None,
            "katrin": None,
            "lukas": None,
            "mehmet": None,
            "murat": "anna",
            "claudia": "lukas",
            "swantje": "lukas",
            "jette": "murat",
            "hannes": "anna",
            "burkhard": "claudia",
            "gerda": "mehmet",
            "kalle": "jette",
            "timo": "swantje",
            "beate": "mehmet",
            "elke": "beate",
            "priya": "lukas",
            "horst": "elke",
            "greta": "elke",
            "thuy": "gerda",
            "nora": "priya",
            "jochen": "burkhard",
        },
    ),
    "was-nehmt-ihr": Spread(
        "jochen",
        {
            "gerda": None,
            "nora": None,
            "mehmet": "gerda",
            "burkhard": None,
            "yvonne": None,
            "thuy": None,
            "pia": "nora",
            "claudia": "mehmet",
            "anna": "mehmet",
            "steffi": "yvonne",
            "ines": "nora",
            "beate": "mehmet",
            "derya": "anna",
            "swantje": "claudia",
            "friedrich": "pia",
            "elke": "beate",
            "karl": "pia",
            "katrin": "derya",
            "timo": "swantje",
            "lukas": "katrin",
            "lotte": "thuy",
            "hannes": "anna",
            "otto": "karl",
            "jette": "swantje",
            "enno": "timo",
            "greta": "elke",
            "horst": "elke",
            "heike": "yvonne",
            "kalle": "jette",
            "murat": "kalle",
            "priya": "lukas",
        },
    ),
}
