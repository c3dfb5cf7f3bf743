"""A service to sign in with, on this machine: a small issuer of OpenID Connect that checks what it is asked."""

import asyncio
import base64
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT, SECRET = "plausch", "a secret: with & signs, and long enough"


class Issuer:
    """It signs in whoever comes as `person`, and tells what `claims` says beside the usual."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.url = ""
        self.person = "person-1"
        #: What it says of the person; what stands here wins over what is right.
        self.claims: dict[str, Any] = {}
        #: What it says only when asked with the access token.
        self.userinfo: dict[str, Any] = {}
        self.algorithm = "ES256"
        self.signing_key: Any = self.key
        self.kid: str | None = "one"
        self.down = False
        self._asked: dict[str, dict[str, str]] = {}

    def visit(self, url: str) -> str:
        """What a browser does there: sign in, and be sent back with a code. The address it is sent to."""
        assert url.startswith(f"{self.url}/authorize?")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._asked)}"
        self._asked[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        payload = {
            "iss": self.url,
            "sub": self.person,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        headers = {"kid": self.kid} if self.kid else {}
        return jwt.encode(payload, self.signing_key, self.algorithm, headers=headers)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {name.lower(): value for name, value in re.findall(r"(?m)^([\w-]+): *(.*?)\r?$", head)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        status, found = self._find(head.split()[1], headers, body.decode())
        packed = json.dumps(found).encode()
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(packed)}\r\nconnection: close\r\n\r\n".encode())
        writer.write(packed)
        await writer.drain()
        writer.close()

    def _find(self, target: str, headers: dict[str, str], body: str) -> tuple[int, Any]:
        if self.down:
            return 503, {}
        path = urlsplit(target).path
        if path == "/authorize":  # a real browser comes by itself
            return 200, {"go": self.visit(self.url + target)}
        if path == "/token":
            return self._exchange(headers, {name: values[0] for name, values in parse_qs(body).items()})
        if path == "/userinfo":
            assert headers["authorization"] == "Bearer access"
            return 200, {"sub": self.person, **self.userinfo}
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {
            "/.well-known/openid-configuration": (200, self._description()),
            "/favicon.ico": (200, {}),
            "/keys": (200, {"keys": [{**public, "kid": "one", "use": "sig"}]}),
        }.get(path, (404, {}))

    def _description(self) -> dict[str, Any]:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        places = {name: f"{self.url}/{place}" for name, place in (names | {"userinfo_endpoint": "userinfo"}).items()}
        return {"issuer": self.url, **places}

    def _exchange(self, headers: dict[str, str], form: dict[str, str]) -> tuple[int, Any]:
        pair = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode().split(":")
        asked = self._asked.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        good = [unquote(one) for one in pair] == [CLIENT, SECRET] and form["grant_type"] == "authorization_code"
        if not good or asked is None or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        assert asked["redirect_uri"] == form["redirect_uri"]
        return 200, {"id_token": self.token(asked), "access_token": "access", "token_type": "Bearer"}


@asynccontextmanager
async def open_issuer() -> AsyncIterator[Issuer]:
    issuer = Issuer()
    server = await asyncio.start_server(issuer.answer, "127.0.0.1", 0)
    issuer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield issuer
