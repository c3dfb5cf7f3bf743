"""What was written elsewhere comes in at the command line, and what is wrong with it has words."""

from pathlib import Path

from tests.cli.running import Run
from tests.harness.engines import on_postgres_when_all

CORPUS = Path("tests/exchange/corpus")


@on_postgres_when_all
def test_a_blog_is_brought_in(run_here: Run, tmp_path: Path) -> None:
    run_here("migrate")
    made = run_here("user", "create", "ines", "--email", "ines@example.org", "--password", "ein langer Satz")
    assert made.code == 0
    export = CORPUS / "wordpress" / "blocks.xml"
    command = ("import", "wordpress", export, "--as", "ines", "--offline")
    seen = run_here(*command, "--preview", "--pages")
    assert seen.said.startswith("There are 3 articles, 2 drafts, 2 comments, 4 pictures, 4 of these pictures to be")
    assert "Left out: 1 pingbacks and trackbacks." in seen.said
    assert "2 articles, 2 drafts, 2 comments came in; 0 were here already." in run_here(*command).said
    assert "0 articles came in; 6 were here already." in run_here(*command).said
    refused = run_here(*command, "--into", "nobody")
    assert (refused.code, "does not look after a blog of nobody" in refused.complained) == (1, True)
    (tmp_path / "a.xml").write_bytes(b'<!DOCTYPE x><rss xmlns:wp="http://wordpress.org/export/1.2/">')
    refused = run_here("import", "wordpress", tmp_path / "a.xml", "--as", "ines")
    assert "contains what no export has. Nothing was brought in." in refused.complained
    assert "are for blogs" in run_here("import", "mastodon", export, "--as", "ines", "--preview").complained
    unread = run_here("import", "markdown", CORPUS / "markdown" / "hugo", "--as", "ines").said
    assert "Not read: content/posts/kaputt.md" in unread
