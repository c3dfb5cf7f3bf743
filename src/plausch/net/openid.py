"""Sign-in with another service: OpenID Connect, the authorization code flow with PKCE.

The service is one that whoever runs the server has chosen. What it says is believed only with its own signature, for
this server, for this browser, and fresh.
"""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

import jwt
import msgspec

from plausch.net.addresses import is_within
from plausch.net.fetching import Fetched, GuardedClient, Refused

#: No others: above all not "none", and none with a secret both sides know.
_ALGORITHMS = ("RS256", "ES256")
_SCOPE = "openid email profile"
#: How long what a service says of itself is kept, in seconds, and how far clocks may differ.
_FRESH, _SLACK = 600.0, 60
_SUBJECT_MAX = 255

T = TypeVar("T")


class OpenIdFailed(Exception):
    """The service cannot be believed, or does not answer; the text is for the log and never says who."""


class Going(NamedTuple):
    """What has to be kept while somebody is at the service."""

    url: str
    state: str
    nonce: str
    verifier: str


class Claims(msgspec.Struct, frozen=True):
    """What the service says of somebody."""

    sub: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    preferred_username: str = ""


class _Metadata(msgspec.Struct, frozen=True):
    """What a service says of itself (OpenID Connect Discovery)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str = ""


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class OpenId:
    """One service, and this server as its client."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, back: str, *, base_url: str) -> None:
        """`back` is where the service sends people back to."""
        self.issuer = issuer
        self._id, self._secret, self._back = client_id, client_secret, back
        self._client = GuardedClient(base_url, trusted=issuer)
        self._metadata: tuple[float, _Metadata] | None = None

    async def go(self) -> Going:
        """Where to send somebody who wants to sign in. Raises OpenIdFailed."""
        metadata = await self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._id,
            "redirect_uri": self._back,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        place = metadata.authorization_endpoint
        return Going(f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", state, nonce, verifier)

    async def come_back(self, code: str, nonce: str, verifier: str, said_issuer: str = "") -> Claims:
        """Who has come back with a code. `said_issuer` is who sends them back (RFC 9207). Raises OpenIdFailed."""
        metadata = await self._discover()
        if said_issuer and said_issuer != metadata.issuer:
            raise OpenIdFailed("somebody else sent them back")
        tokens = await self._exchange(metadata, code, verifier)
        keys = _read(await self._client.fetch(metadata.jwks_uri), _Keys, "keys")
        payload = _verify(tokens.id_token, keys, metadata.issuer, self._id, nonce)
        if not payload.get("email") and metadata.userinfo_endpoint and tokens.access_token:
            payload |= await self._ask_more(metadata, tokens.access_token, str(payload["sub"]))
        return _claims(payload)

    async def _discover(self) -> _Metadata:
        now = time.monotonic()
        if self._metadata is not None and now - self._metadata[0] < _FRESH:
            return self._metadata[1]
        place = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _read(await self._client.fetch(place), _Metadata, "description")
        if found.issuer.rstrip("/") != self.issuer.rstrip("/"):
            raise OpenIdFailed("the description is that of another issuer")
        places = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
        # In the clear only where the service itself is: on this machine.
        if not all(one.startswith("https://") or is_within(one, self.issuer) for one in places):
            raise OpenIdFailed("an endpoint is not encrypted")
        self._metadata = (now, found)
        return found

    async def _exchange(self, metadata: _Metadata, code: str, verifier: str) -> _Tokens:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        methods = metadata.token_endpoint_auth_methods_supported
        if self._secret and ("client_secret_basic" in methods or "client_secret_post" not in methods):
            pair = f"{quote(self._id, safe='')}:{quote(self._secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            asked |= {"client_id": self._id} | ({"client_secret": self._secret} if self._secret else {})
        answer = await self._client.fetch(
            metadata.token_endpoint, method="POST", headers=headers, content=urlencode(asked).encode()
        )
        return _read(answer, _Tokens, "tokens")

    async def _ask_more(self, metadata: _Metadata, token: str, subject: str) -> dict[str, Any]:
        """Some services tell the address only here; whoever does not answer tells none."""
        answer = await self._client.fetch(metadata.userinfo_endpoint, headers={"authorization": f"Bearer {token}"})
        try:
            found = _read(answer, dict[str, Any], "userinfo")
        except OpenIdFailed:
            return {}
        # Whether an address is verified is said where the address is, or not at all.
        return {"email_verified": False, **found} if found.get("sub") == subject else {}


def _read(answer: Fetched | Refused, shape: type[T], what: str) -> T:
    if isinstance(answer, Refused):
        raise OpenIdFailed(f"{what}: {answer.reason}")
    if not answer.ok:
        raise OpenIdFailed(f"{what}: status {answer.status}")
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, RecursionError) as error:
        raise OpenIdFailed(f"{what}: not as it should be") from error


def _verify(token: str, keys: _Keys, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """What a token says (OpenID Connect Core, 3.1.3.7). Raises OpenIdFailed."""
    try:
        header = jwt.get_unverified_header(token)
        payload: dict[str, Any] = jwt.decode(
            token,
            _find_key(keys, header),
            algorithms=[*_ALGORITHMS],
            audience=client_id,
            issuer=issuer,
            leeway=_SLACK,
            options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise OpenIdFailed(f"token: {type(error).__name__}") from error
    if not hmac.compare_digest(str(payload.get("nonce", "")).encode(), nonce.encode()):
        raise OpenIdFailed("token: made for somebody else")
    audience = payload["aud"]
    party = payload.get("azp", client_id if not isinstance(audience, list) or len(audience) == 1 else None)
    if party != client_id:
        raise OpenIdFailed("token: made for another client")
    if not payload["sub"] or len(payload["sub"]) > _SUBJECT_MAX:
        raise OpenIdFailed("token: about nobody")
    return payload


def _find_key(keys: _Keys, header: dict[str, Any]) -> jwt.PyJWK:
    """The key a token names; the only one that fits where it names none."""
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in _ALGORITHMS:
        raise OpenIdFailed("token: signed in a way that is not taken")
    kind = "RSA" if algorithm == "RS256" else "EC"
    fitting = [one for one in keys.keys if one.get("kty") == kind and one.get("use", "sig") == "sig"]
    if name is not None:
        fitting = [one for one in fitting if one.get("kid") == name]
    if len(fitting) != 1:
        raise OpenIdFailed("token: signed with no known key")
    return jwt.PyJWK(fitting[0], algorithm)


def _claims(payload: dict[str, Any]) -> Claims:
    def text(name: str) -> str:
        value = payload.get(name)
        return value if isinstance(value, str) else ""

    return Claims(
        sub=str(payload["sub"]),
        email=text("email"),
        # Some services write it as a text.
        email_verified=payload.get("email_verified") in (True, "true"),
        name=text("name"),
        preferred_username=text("preferred_username"),
    )
