"""What the community says of itself."""

import re
from collections.abc import Iterable

import msgspec

from plausch.kernel import ids
from plausch.kernel.errors import Invalid
from plausch.people.model import clean_line, clean_text
from plausch.settings import SignUpMode

NAME_MAX = 60
DESCRIPTION_MAX = 2_000
CONTACT_MAX = 200
RULES_MAX = 20
RULE_MAX = 200
HINT_MAX = 600

_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


class Wording(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text in the languages of the pages; where one is missing the other has to do."""

    de: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        return (self.de or self.en) if language == "de" else (self.en or self.de)

    def __bool__(self) -> bool:
        return bool(self.de or self.en)


class Rule(msgspec.Struct, frozen=True):
    """What holds here. The id stays when the words change: reports name it."""

    id: int
    words: Wording
    #: What is meant by it, for whoever wants to know more.
    hints: Wording = Wording()

    def text(self, language: str) -> str:
        return self.words.in_language(language)

    def hint(self, language: str) -> str:
        return self.hints.in_language(language)


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """All that is set, with what the settings say where nothing is. The fields are the keys of what is stored."""

    name: str
    sign_up: SignUpMode
    #: Of visitors whose language nobody knows.
    language: str
    description: Wording = Wording()
    #: A colour as #rrggbb; empty: Plausch's own.
    accent: str = ""
    #: Keys of the files, the large and the small one, with a dot between; or empty.
    logo: str = ""
    #: Whether every member may invite others, or only those who run the place. Not set: wherever strangers may ask too.
    members_invite: bool = False
    #: Whether every member may make a page for an organisation, or only those who run the place.
    members_make_pages: bool = True
    #: Where to turn to with questions: an e-mail address or a line of text, for everybody to see.
    contact: str = ""
    rules: tuple[Rule, ...] = ()
    #: When something was changed last (ms); 0 when nothing was ever set.
    changed_at: int = 0

    @property
    def logo_version(self) -> str:
        """For the logo's address, so that a new one is seen at once."""
        return self.logo[:12]


class CommunityEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner changes; what is left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    sign_up: SignUpMode | msgspec.UnsetType = msgspec.UNSET
    language: str | msgspec.UnsetType = msgspec.UNSET
    description: Wording | msgspec.UnsetType = msgspec.UNSET
    accent: str | msgspec.UnsetType = msgspec.UNSET
    members_invite: bool | msgspec.UnsetType = msgspec.UNSET
    members_make_pages: bool | msgspec.UnsetType = msgspec.UNSET
    contact: str | msgspec.UnsetType = msgspec.UNSET
    rules: tuple[Rule, ...] | msgspec.UnsetType = msgspec.UNSET


def clean_accent(text: str) -> str:
    """A colour as it is stored. Raises Invalid("accent", "colour_form")."""
    colour = text.strip().lower()
    if colour and not colour.startswith("#"):
        colour = f"#{colour}"
    if colour and not _COLOUR.match(colour):
        raise Invalid("accent", "colour_form")
    return colour


def clean_wording(wording: Wording, field: str, most: int) -> Wording:
    return Wording(clean_text(wording.de, field, most), clean_text(wording.en, field, most))


def clean_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules as they are stored, each with an id of its own; those without words are left out. Raises Invalid."""
    kept: dict[int, Rule] = {}
    for rule in rules:
        words = Wording(clean_line(rule.words.de, "rules", RULE_MAX), clean_line(rule.words.en, "rules", RULE_MAX))
        if words:
            id_ = rule.id if rule.id > 0 and rule.id not in kept else ids.new_id()
            kept[id_] = Rule(id_, words, clean_wording(rule.hints, "rules", HINT_MAX))
    if len(kept) > RULES_MAX:
        raise Invalid("rules", "rules_many")
    return tuple(kept.values())
