"""Web Push: the message is what the standard's own example says, and a push service that decrypts can read it."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from plausch.net import push
from plausch.net.fetching import GuardedClient
from plausch.net.push import Subscription
from tests.harness.push_service import PushService, push_service

HERE = "https://plausch.example.org"


def unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_message_is_that_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8291, section 5 and appendix A: with its keys and its salt, byte for byte."""
    sender = int.from_bytes(unpack("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    monkeypatch.setattr(ec, "generate_private_key", lambda curve: ec.derive_private_key(sender, curve))
    monkeypatch.setattr("os.urandom", lambda size: unpack("DGv6ra1nlYgDCS1FRnbzlw")[:size])
    browser = Subscription(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        unpack("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        unpack("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    body = push.encrypt(b"When I grow up, I want to be a watermelon", browser)
    assert body == unpack(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
        "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


async def test_a_push_service_takes_it_and_the_browser_reads_it() -> None:
    client, key = GuardedClient(HERE, allow_loopback=True), push.new_private_key()
    async with push_service() as service:
        to = Subscription(service.endpoint, service.public_key, service.secret)
        assert await push.send(client, to, '{"title": "Grüße"}'.encode(), key) == push.Sent(True)
        assert await service.message() == {"title": "Grüße"}
        assert service.senders == [push.public_key_of(key)]
        assert service.subjects == [HERE]
        for status, sent in ((404, (True, False)), (410, (True, False)), (429, (False, True)), (503, (False, True))):
            service.status = status
            answered = await push.send(client, to, b"{}", key)
            assert (answered.ok, answered.gone, answered.again) == (False, *sent)
    assert (await push.send(client, to, b"{}", key)).again, "nobody listens there any more"
    assert not (await push.send(GuardedClient(HERE, enabled=False), to, b"{}", key)).again
    assert (await push.send(GuardedClient(HERE), to, b"{}", key)).gone, "an address within this machine"


def test_keys_are_checked() -> None:
    service = PushService()
    assert push.is_public_key(service.public_key)
    # One bit beside the curve; another last byte might be the one it has.
    assert not push.is_public_key(service.public_key[:-1] + bytes([service.public_key[-1] ^ 1]))
    assert push.from_base64(push.to_base64(service.secret)) == service.secret
    for broken in ("ä", "a b!", "a"):
        with pytest.raises(ValueError, match=r"base64|data"):
            push.from_base64(broken)
