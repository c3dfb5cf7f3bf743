"""What people may write about themselves, and what becomes of it."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plausch.kernel.errors import Invalid
from plausch.people.model import (
    PASSWORD_MAX,
    PASSWORD_MIN,
    RESERVED_HANDLES,
    check_password,
    clean_email,
    clean_handle,
    clean_line,
    clean_text,
)

ANY_TEXT = st.text(st.characters(), max_size=60)


@given(text=ANY_TEXT)
@example(text="\x00 x \x00")
def test_a_line_is_one_plain_line_and_stays_it(text: str) -> None:
    line = clean_line(text, "name", 1000)
    assert line == line.strip() == clean_line(line, "name", 1000)
    assert not any(unicodedata.category(sign)[0] == "C" for sign in line if sign not in "\u200c\u200d")
    assert len(line.splitlines()) <= 1
    line.encode()


@given(text=ANY_TEXT)
@example(text="\x00 x \x00")
@example(text="\x00 \x00")
def test_a_text_has_no_control_characters_and_stays_as_it_is(text: str) -> None:
    cleaned = clean_text(text, "about", 1000)
    assert cleaned == cleaned.strip() == clean_text(cleaned, "about", 1000)
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cleaned if sign not in "\n\t")
    cleaned.encode()


@given(text=st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=30))
def test_what_people_write_is_kept(text: str) -> None:
    assert clean_line(text, "name", 100) == text
    assert clean_text(f"{text}\r\n{text}\r\tx", "about", 100) == f"{text}\n{text}\n\tx".strip()


@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_the_limit_counts_what_is_kept(clean: type) -> None:
    assert clean("  " + "x" * 5 + "\x00 ", "name", 5) == "x" * 5
    with pytest.raises(Invalid) as refused:
        clean("x" * 6, "name", 5)
    assert (refused.value.field, refused.value.reason) == ("name", "too_long")


@given(handle=st.text(max_size=35))
@example(handle="@Anna ")
@example(handle="anna\n")
@example(handle="İnes")
def test_a_handle_is_what_addresses_can_hold(handle: str) -> None:
    try:
        cleaned = clean_handle(handle)
    except Invalid:
        return
    assert cleaned == clean_handle(cleaned) == clean_handle(f" @{cleaned.upper()} ")
    assert cleaned.isascii()
    assert 2 <= len(cleaned) <= 30
    assert set(cleaned) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


@pytest.mark.parametrize(
    ("handle", "reason"),
    [("", "missing"), ("@", "missing"), ("a", "handle_form"), ("a" * 31, "handle_form"), ("a b", "handle_form")]
    + [(word, "handle_reserved") for word in ("Admin", "@plausch", "settings")]
    + [(word, "handle_form") for word in ("änna", "anna\n1", "а" * 3, "a-b", "a.b", "../x", "a\x00b")],
)
def test_other_handles_are_refused_with_a_reason(handle: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_handle(handle)
    assert (refused.value.field, refused.value.reason) == ("handle", reason)


def test_every_reserved_handle_is_refused() -> None:
    for word in RESERVED_HANDLES:
        with pytest.raises(Invalid):
            clean_handle(word)


@pytest.mark.parametrize("email", ["anna@example.org", " Anna.B+x@sub.example.org ", "a@b.c", "grün@bücher.example"])
def test_addresses(email: str) -> None:
    assert clean_email(email) == email.strip()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "x",
        "@x.y",
        "x@y",
        "x@y.",
        "x@.y",
        "a b@c.d",
        "a@b@c.d",
        "a@b.c\nbcc:d@e.f",
        "<a@b.c>",
        "a,b@c.d",
        "a\x00@b.c",
        "a" * 65 + "@b.c",
        "a@" + "b" * 250 + ".de",
        "a@b.c\u202e",
    ],
)
def test_what_is_no_address(email: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_email(email)
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("password", "reason"),
    [("x" * (PASSWORD_MIN - 1), "password_short"), ("ab" * 20, "password_simple"), ("abc" * 70, "too_long")],
)
def test_passwords_that_are_refused(password: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password)
    assert refused.value.reason == reason


def test_passwords_that_are_not() -> None:
    for password in ("correct horse", "ä" * 6 + "öü", "abc" * 66 + "xy"):
        assert len(password) <= PASSWORD_MAX
        check_password(password)
