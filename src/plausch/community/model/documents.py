"""The legal pages: what kinds there are, who is behind the place, and drafts to begin with."""

import enum
import re

import msgspec

from plausch.community.model.about import Wording
from plausch.kernel.errors import Invalid
from plausch.people.model import clean_email, clean_text

DOCUMENT_MAX = 60_000
OPERATOR_MAX = 600

_PLACE = re.compile(r"\{(\w+)\}")


class DocumentKind(enum.StrEnum):
    #: Who is behind the place: the German Impressum.
    IMPRINT = "imprint"
    PRIVACY = "privacy"
    TERMS = "terms"


class Operator(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who runs the place, as the law wants it said. Everything is text as it is shown."""

    #: The person, or the association with its legal form.
    name: str = ""
    #: Street and town, in lines.
    address: str = ""
    #: Who speaks for an association.
    representative: str = ""
    email: str = ""
    phone: str = ""
    #: The register and the number in it.
    register: str = ""
    vat_id: str = ""
    #: Name and address of whoever answers for editorial content (§ 18 Abs. 2 MStV).
    responsible: str = ""
    #: Whom to ask about privacy; whoever runs the place, when empty.
    privacy_contact: str = ""
    #: The data protection authority in charge.
    authority: str = ""
    #: Where the server stands, and who runs the machine.
    hosting: str = ""
    #: How long backups and logs of a proxy are kept.
    retention: str = ""


class Document(msgspec.Struct, frozen=True):
    """One version of a legal page."""

    kind: DocumentKind
    version: int
    german: str
    english: str
    published_at: int

    @property
    def words(self) -> Wording:
        return Wording(self.german, self.english)


class DocumentVersion(msgspec.Struct, frozen=True):
    """A version in the list of all."""

    version: int
    published_at: int


def clean_operator(operator: Operator) -> Operator:
    """As it is stored. Raises Invalid with the field that cannot be accepted."""
    values = {name: clean_text(getattr(operator, name), name, OPERATOR_MAX) for name in operator.__struct_fields__}
    if not values["name"]:
        raise Invalid("name", "missing")
    if values["email"]:
        values["email"] = clean_email(values["email"])
    return Operator(**values)


def clean_document(words: Wording) -> Wording:
    """Raises Invalid("german", ...)."""
    cleaned = Wording(clean_text(words.de, "german", DOCUMENT_MAX), clean_text(words.en, "english", DOCUMENT_MAX))
    if not cleaned:
        raise Invalid("german", "missing")
    return cleaned


def fill_draft(template: str, site: str, operator: Operator, represented: str) -> str:
    """A draft with what is known: lines with a gap that nothing fills are left out, and headings with nothing below.

    `represented` is how the language says that somebody speaks for others: "Represented by: {}".
    """
    values = {name: getattr(operator, name) for name in operator.__struct_fields__}
    values |= {
        "site": site,
        "operator": operator.name,
        "representative_line": represented.format(operator.representative) if operator.representative else "",
        "responsible": operator.responsible or operator.representative or operator.name,
        "privacy_contact": operator.privacy_contact or operator.email,
    }
    lines = [line for line in template.splitlines() if all(values[name] for name in _PLACE.findall(line))]
    filled = "\n".join(_PLACE.sub(lambda gap: values[gap[1]], line) for line in lines)
    sections = re.split(r"(?m)^(?=## )", filled)
    kept = [section.strip() for section in sections if not section.startswith("## ") or "\n" in section.strip()]
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(section for section in kept if section)) + "\n"
