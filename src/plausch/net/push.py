"""Web Push: a message that only one browser can read (RFC 8291, RFC 8188), sent in this server's name (RFC 8292)."""

import base64
import os
import struct
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from plausch.kernel import clock
from plausch.net.fetching import GuardedClient, Refusal, Refused

#: Messages are one record; push services take at least this much (RFC 8030, section 7.2).
PAYLOAD_MAX = 3_000
_RECORD = 4_096
#: How long a push service keeps a message for a browser that is away, and how long our word for it is good, in seconds.
_KEPT = 24 * 3600
_GOOD = 12 * 3600
_CURVE = ec.SECP256R1()
#: Nothing will ever be taken at such an address.
_NEVER = (Refusal.ADDRESS, Refusal.NOT_PUBLIC)


class Subscription(NamedTuple):
    """Where a browser wants its messages, and for whom they are readable."""

    endpoint: str
    #: An uncompressed point on P-256, and 16 bytes.
    public_key: bytes
    secret: bytes


class Sent(NamedTuple):
    """What became of a message."""

    ok: bool
    #: The push service says that nobody takes messages there any more.
    gone: bool = False
    #: It may go well later.
    again: bool = False


def new_private_key() -> bytes:
    """A key by which push services know this server."""
    return ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(32)


def public_key_of(private: bytes) -> bytes:
    """What browsers are told of it, as an uncompressed point."""
    return _point(_load(private).public_key())


def is_public_key(point: bytes) -> bool:
    """Whether it is a point on the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError:
        return False
    return len(point) == 65


def encrypt(payload: bytes, to: Subscription) -> bytes:
    """The body of a push message, in the coding `aes128gcm`."""
    sender, salt = ec.generate_private_key(_CURVE), os.urandom(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, to.public_key)
    ours = _point(sender.public_key())
    agreed = sender.exchange(ec.ECDH(), theirs)
    material = _derive(agreed, to.secret, b"WebPush: info\0" + to.public_key + ours, 32)
    key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    # The 2 says that this record is the last one.
    sealed = AESGCM(key).encrypt(nonce, payload + b"\x02", None)
    return salt + struct.pack("!IB", _RECORD, len(ours)) + ours + sealed


def authorization(endpoint: str, private: bytes, subject: str) -> str:
    """The header that says who sends: a signed token for this push service, and the key it is signed with."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": clock.real_now() // 1000 + _GOOD, "sub": subject}
    signed = ".".join(to_base64(msgspec.json.encode(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(_load(private).sign(signed.encode(), ec.ECDSA(SHA256())))
    token = f"{signed}.{to_base64(r.to_bytes(32) + s.to_bytes(32))}"
    return f"vapid t={token}, k={to_base64(public_key_of(private))}"


async def send(client: GuardedClient, to: Subscription, payload: bytes, private: bytes) -> Sent:
    """Hand a message to the browser's push service."""
    headers = {
        "authorization": authorization(to.endpoint, private, client.base_url),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(_KEPT),
        "urgency": "normal",
    }
    answer = await client.fetch(
        to.endpoint, method="POST", headers=headers, content=encrypt(payload[:PAYLOAD_MAX], to), cut=True
    )
    if isinstance(answer, Refused):
        return Sent(False, gone=answer.reason in _NEVER, again=answer.reason not in (*_NEVER, Refusal.OFF))
    return Sent(answer.ok, gone=answer.status in (404, 410), again=answer.status == 429 or answer.status >= 500)


def to_base64(data: bytes) -> str:
    """As addresses and tokens write it, without the signs that fill up."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Raises ValueError."""
    if not text.isascii():
        raise ValueError("not base64")
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _load(private: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(private), _CURVE)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)
