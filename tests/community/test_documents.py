"""Legal pages: drafts say what is known and nothing half, versions stay."""

import pytest

from plausch.community import actions, queries
from plausch.community.model import DocumentKind, Operator, Wording
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.people.model import Role, Viewer
from plausch.storage import Database

OWNER = Viewer(7, 7, Role.OWNER)
CLUB = Operator(
    name="Turnverein Lindenau 1898 e. V.",
    address="Am Markt 1\n04177 Lindenau",
    representative="Anna Brandt",
    email="vorstand@example.org",
    register="Amtsgericht Leipzig, VR 1234",
)


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("operator", [Operator(), CLUB, Operator(*["Wort"] * len(Operator.__struct_fields__))])
def test_drafts_have_no_gaps(kind: DocumentKind, operator: Operator) -> None:
    drafted = queries.draft_document(kind, "Lindenau", operator)
    for text in (drafted.de, drafted.en):
        assert "{" not in text
        assert "None" not in text
        lines = [line for line in text.splitlines() if line]
        headings = [index for index, line in enumerate(lines) if line.startswith("## ")]
        assert all(index + 1 < len(lines) and index + 1 not in headings for index in headings), "none without a text"


def test_drafts_name_the_law_and_only_what_is_known() -> None:
    imprint = queries.draft_document(DocumentKind.IMPRINT, "Lindenau", CLUB).de
    assert imprint.startswith("## Angaben nach § 5 DDG\n\nTurnverein Lindenau 1898 e. V.\nAm Markt 1\n04177 Lindenau")
    assert "Vertreten durch: Anna Brandt" in imprint
    assert "Telefon" not in imprint
    assert "Umsatzsteuer" not in imprint
    assert "§ 18 Abs. 2 MStV\n\nAnna Brandt" in imprint
    assert "TMG" not in imprint, "the law before"
    privacy = queries.draft_document(DocumentKind.PRIVACY, "Lindenau", CLUB).de
    assert "Fragen zum Datenschutz beantwortet: vorstand@example.org" in privacy
    assert "Art. 13 DSGVO" in privacy
    assert "TTDSG" not in privacy


async def test_versions_stay_readable(database: Database) -> None:
    async with database.write() as tx:
        assert await queries.find_document(tx, DocumentKind.TERMS) is None
        for text, version in (("Eins.", 1), ("Zwei.", 2), ("Zwei. \n", 2)):
            assert await actions.publish_document(tx, OWNER, DocumentKind.TERMS, Wording(de=text)) == version
        assert await queries.list_published(tx) == {DocumentKind.TERMS}
        found = await queries.find_document(tx, DocumentKind.TERMS)
        assert found is not None
        assert (found.version, found.words.in_language("en")) == (2, "Zwei.")
        assert (await queries.get_document(tx, DocumentKind.TERMS, 1)).german == "Eins."
        assert [one.version for one in await queries.list_versions(tx, DocumentKind.TERMS)] == [2, 1]
        with pytest.raises(NotFound):
            await queries.get_document(tx, DocumentKind.TERMS, 3)
        with pytest.raises(Invalid):
            await actions.publish_document(tx, OWNER, DocumentKind.TERMS, Wording())


async def test_only_the_owner_publishes(database: Database) -> None:
    moderator = Viewer(8, 8, Role.MODERATOR)
    async with database.write() as tx:
        with pytest.raises(NotAllowed):
            await actions.publish_document(tx, moderator, DocumentKind.TERMS, Wording(de="Meins."))
        with pytest.raises(NotAllowed):
            await actions.set_operator(tx, moderator, CLUB)
        with pytest.raises(Invalid):
            await actions.set_operator(tx, OWNER, Operator(name="x", email="nowhere"))
        await actions.set_operator(tx, OWNER, CLUB)
        assert await queries.get_operator(tx) == CLUB
