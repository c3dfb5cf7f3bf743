"""`/api/v1/streaming` as a WebSocket: several streams on one connection, taken up and left by messages."""

import asyncio
from contextlib import suppress

import msgspec

from plausch.clientapi.mastodon.errors import Refused, answer_error
from plausch.clientapi.mastodon.streaming.channels import Channel, find_channel
from plausch.clientapi.mastodon.streaming.listening import Listener, TokenEnded, open_listener, secret_of
from plausch.http.cors import open_to_all
from plausch.http.live import take_place
from plausch.http.request import Request
from plausch.http.sockets import NOT_ALLOWED, Gone, Socket
from plausch.kernel.errors import DomainError


class Wish(msgspec.Struct, frozen=True):
    """What a program sends."""

    type: str
    #: Some programs send all of them, and null for what they do not mean.
    stream: str | None = None
    tag: str | None = None
    list: str | int | None = None
    only_media: bool | str | None = None

    def channel(self) -> Channel:
        """Raises Refused."""
        pictures = str(self.only_media).lower() in ("true", "1")
        list_ = "" if self.list is None else str(self.list)
        return find_channel(self.stream or "", tag=self.tag or "", list_=list_, pictures=pictures)


_WISHES = msgspec.json.Decoder(Wish)


async def converse(request: Request, socket: Socket) -> None:
    """Answer at the address, until one side ends it."""
    secret, protocol = secret_of(request), None
    if not secret and socket.wanted_protocols:
        # As it was offered it has to come back, or browsers end the connection.
        secret = protocol = socket.wanted_protocols[0]
    try:
        listener = await open_listener(request, secret)
        leave = take_place(request)
    except DomainError as error:
        refusal = open_to_all(answer_error(error, request.language))
        await socket.refuse(refusal.status_code, bytes(refusal.body), refusal.raw_headers)
        return
    try:
        await socket.accept(protocol or next(iter(socket.wanted_protocols), None))
        with listener, suppress(Gone):
            await _talk(request, socket, listener)
    finally:
        leave()


async def _talk(request: Request, socket: Socket, listener: Listener) -> None:
    query = request.query_params
    if query.get("stream"):
        first = Wish("subscribe", *(query.get(name, "") for name in ("stream", "tag", "list", "only_media")))
        await _grant(socket, listener, first)
    both = [asyncio.create_task(one) for one in (_say(socket, listener), _hear(socket, listener))]
    try:
        done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    # Only now that nobody waits for a message any more: some servers close no connection that is read from.
    try:
        for task in done:
            task.result()
    except TokenEnded:
        await socket.close(NOT_ALLOWED)


async def _say(socket: Socket, listener: Listener) -> None:
    async for said in listener.listen():
        if said is not None:
            await socket.say(said.event.as_message(said.channel.label))


async def _hear(socket: Socket, listener: Listener) -> None:
    while True:
        try:
            wish = _WISHES.decode(await socket.hear())
        except msgspec.ValidationError:
            await _refuse(socket, Refused(400, "This is no message that is understood here"))
        except msgspec.DecodeError:
            continue  # a sign of life
        else:
            await _grant(socket, listener, wish)


async def _grant(socket: Socket, listener: Listener, wish: Wish) -> None:
    try:
        if wish.type == "subscribe":
            await listener.add(wish.channel())
        elif wish.type == "unsubscribe":
            listener.remove(wish.channel())
    except Refused as refused:
        await _refuse(socket, refused)


async def _refuse(socket: Socket, refused: Refused) -> None:
    await socket.say(msgspec.json.encode({**refused.body, "status": refused.status}).decode())
