"""A push service of this machine with a browser behind it: it checks who sends, and really decrypts (RFC 8291)."""

import asyncio
import base64
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from plausch.kernel import clock

_CURVE = ec.SECP256R1()


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)


class PushService:
    """Where one browser gets its messages."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(_CURVE)
        self.public_key = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.secret = os.urandom(16)
        #: What it answers with.
        self.status = 201
        self.origin = ""
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        #: The keys of those who have sent.
        self.senders: list[bytes] = []
        self.subjects: list[str] = []

    @property
    def endpoint(self) -> str:
        return f"{self.origin}/to/browser"

    async def message(self, within: float = 20) -> Any:
        """The next message, decrypted."""
        return await asyncio.wait_for(self.messages.get(), within)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(re.findall(r"(?m)^([\w-]+): *(.*?)\r?$", head.lower()))
        exact = dict(re.findall(r"(?mi)^(authorization): *(.*?)\r?$", head))
        body = await reader.readexactly(int(headers["content-length"]))
        assert head.startswith("POST /to/browser "), head
        assert (headers["content-encoding"], int(headers["ttl"]) > 0) == ("aes128gcm", True)
        self._check_sender(next(iter(exact.values())))
        if self.status == 201:
            self.messages.put_nowait(json.loads(self.decrypt(body)))
        writer.write(f"HTTP/1.1 {self.status} Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    def _check_sender(self, authorization: str) -> None:
        match = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)", authorization)
        assert match, authorization
        header, claims = (json.loads(_unpack(part)) for part in match.group(1, 2))
        assert header == {"typ": "JWT", "alg": "ES256"}
        assert claims["aud"] == self.origin
        assert 0 < claims["exp"] - clock.real_now() / 1000 <= 24 * 3600
        signature, key = _unpack(match[3]), _unpack(match[4])
        whole = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, key)
        try:
            public.verify(whole, f"{match[1]}.{match[2]}".encode(), ec.ECDSA(SHA256()))
        except InvalidSignature as error:
            raise AssertionError("somebody else has signed this") from error
        self.senders.append(key)
        self.subjects.append(claims["sub"])

    def decrypt(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        agreed = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
        material = _derive(agreed, self.secret, b"WebPush: info\0" + self.public_key + theirs, 32)
        key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert padded[-1:] == b"\x02", "it must be the last record"
        return padded[:-1]


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    service = PushService()
    server = await asyncio.start_server(service.answer, "127.0.0.1", 0)
    service.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield service
