"""Settings come from four places, and a wrong one is named with its place."""

from pathlib import Path

import pytest

from plausch.settings import SETTINGS_FILE, SettingsError, SignUpMode, read_settings


def test_later_sources_win_and_each_value_knows_its_origin(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text('name = "Lindenau"\nport = 9000\nsign_up = "closed"\nforwarded = true\n')
    settings, sourced = read_settings(
        {"data": str(tmp_path), "port": "9002"}, {"PLAUSCH_PORT": "9001", "PLAUSCH_SIGN_UP": "open", "HOME": "/"}
    )
    assert (settings.name, settings.port, settings.sign_up) == ("Lindenau", 9002, SignUpMode.OPEN)
    assert settings.forwarded == "on"
    assert sourced["name"].origin.endswith(SETTINGS_FILE)
    assert sourced["port"].origin == "command line"
    assert sourced["sign_up"].origin == "environment variable PLAUSCH_SIGN_UP"
    assert sourced["workers"].origin == "default"


def test_what_follows_from_others_is_derived(tmp_path: Path) -> None:
    settings, sourced = read_settings({"data": str(tmp_path), "port": "9000"}, {})
    assert settings.base_url == "http://localhost:9000"
    assert settings.database_url == f"sqlite:///{tmp_path / 'plausch.db'}"
    assert sourced["base_url"].origin == "derived"
    assert not settings.secure
    secure, _ = read_settings({"data": str(tmp_path), "base_url": "https://plausch.example.org/"}, {})
    assert (secure.base_url, secure.domain, secure.secure) == (
        "https://plausch.example.org",
        "plausch.example.org",
        True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "many"),
        ("port", "70000"),
        ("port", "²"),
        ("port", "-1"),
        ("port", ""),
        ("workers", "0"),
        ("insights_at", "24"),
        ("sign_up", "maybe"),
        ("base_url", "plausch.example.org"),
        ("base_url", "https://example.org/path"),
        ("base_url", "http://[bad"),
        ("base_url", "http://localhost:many"),
        ("base_url", "http://localhost:99999"),
        ("base_url", "https://:443"),
        ("database_url", "mysql://somewhere"),
        ("language", "fr"),
        ("oidc_issuer", "sso.example.org"),
        ("oidc_issuer", "https://anna@sso.example.org"),
        ("oidc_issuer", "https://sso.example.org?realm=1"),
        ("oidc_issuer", "https://[bad"),
        ("oidc_issuer", "http://sso.example.org"),
        ("log_format", "xml"),
        ("rate_limits", "yes"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"setting {name} .*environment variable PLAUSCH_{name.upper()}"):
        read_settings({"data": str(tmp_path)}, {f"PLAUSCH_{name.upper()}": value})


def test_a_service_to_sign_in_with(tmp_path: Path) -> None:
    given = {"data": str(tmp_path), "oidc_issuer": "https://sso.example.org:8443/realms/town"}
    with pytest.raises(SettingsError, match="setting oidc_client_id"):
        read_settings(given, {})
    settings, _ = read_settings(given | {"oidc_client_id": "plausch"}, {})
    assert settings.oidc_name == "sso.example.org:8443"
    read_settings({"data": str(tmp_path), "oidc_issuer": "http://localhost:8080", "oidc_client_id": "plausch"}, {})


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as wrong:
        read_settings({"data": str(tmp_path), "database_url": "mysql://anna:geheim@host/db"}, {})
    assert "geheim" not in str(wrong.value)


@pytest.mark.parametrize("text", ["port = ", "prot = 1\n", "\xff"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / SETTINGS_FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=r"plausch\.toml"):
        read_settings({"data": str(tmp_path)}, {})
