"""What a program written with Mastodon.py does, against a real server: register, sign in, speak, sign out."""

import httpx
import mastodon
import pytest

from tests.harness.server import Server
from tests.mastodon.conftest import PASSWORD, join
from tests.mastodon.test_oauth import forms_of

BACK = "urn:ietf:wg:oauth:2.0:oob"


def _code(browser: httpx.Client, address: str) -> str:
    """Signs in and agrees, on the page that the program has opened."""
    page = browser.get(address).text
    for fill in ({"login": "anna@example.org", "password": PASSWORD}, {}):
        (form,) = forms_of(page)
        answer = browser.post(form.action, data={**form.fields, **fill})
        assert answer.status_code == 303
        page = browser.get(answer.headers["location"]).text
    return page.partition('name="code" value="')[2].partition('"')[0]


def test_a_program_signs_in_speaks_for_somebody_and_signs_out(server: Server) -> None:
    with httpx.Client(base_url=server.url) as founder:
        join(founder, "anna")
    app_id, secret = mastodon.Mastodon.create_app(
        "Botterfly", scopes=["read", "write"], redirect_uris=BACK, api_base_url=server.url
    )
    api = mastodon.Mastodon(client_id=app_id, client_secret=secret, api_base_url=server.url)
    assert api.instance().title
    assert api.app_verify_credentials is not None
    with httpx.Client(base_url=server.url) as browser:
        address = api.auth_request_url(redirect_uris=BACK, scopes=["read", "write"], allow_http=True)
        token = api.log_in(code=_code(browser, address), redirect_uri=BACK, scopes=["read", "write"], allow_http=True)
        assert token == api.access_token
        assert api.app_verify_credentials().name == "Botterfly"
        assert api.preferences()["posting:default:visibility"] == "public"
        assert (api.announcements(), api.custom_emojis(), len(api.instance_activity())) == ([], [], 12)
        assert api.instance_nodeinfo()["software"]["name"] == "plausch"
        assert "Botterfly" in browser.get("/settings/sessions").text
        api.revoke_access_token(allow_http=True)
        assert "Botterfly" not in browser.get("/settings/sessions").text
    revoked = mastodon.Mastodon(access_token=token, api_base_url=server.url)
    with pytest.raises(mastodon.MastodonUnauthorizedError):
        revoked.preferences()
