"""`/api/v1/accounts/verify_credentials` and `update_credentials`: one's own account, as nobody else is told of it."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, count_change, json_response
from plausch.clientapi.mastodon.drafting import policy_in
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.joining import join_account
from plausch.clientapi.mastodon.present.accounts import present_profile, present_role, source_of
from plausch.clientapi.mastodon.present.tags import present_featured
from plausch.clientapi.mastodon.uploads import AVATAR, HEADER, keep_own_picture, take_own_picture
from plausch.feeds import queries as feeds
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.people import actions, queries
from plausch.people.model import Consent, ProfileEdit, ProfileField, Tabs, Viewer
from plausch.storage import Read, Write
from plausch.storage.parts import Part

_encode = msgspec.json.Encoder().encode


async def verify(request: Request) -> Response:
    async with request.site.database.read() as tx:
        body, made = await _own_account(tx, request)
    await keep(request, made)
    return json_response(body)


async def _own_account(tx: Read, request: Request) -> tuple[bytes, list[Part]]:
    assert request.signed_in is not None
    viewer = request.viewer
    me = viewer.acting_as
    profile = (await queries.list_profiles(tx, viewer, [me])).get(me)
    if profile is None:
        raise NotFound("actor_not_found")
    source = source_of(
        profile,
        await queries.list_fields(tx, me),
        await queries.count_requests(tx, viewer),
        privacy="public",
        language=request.signed_in.locale,
    )
    more = b',"source":%b,"role":%b' % (_encode(source), _encode(present_role(viewer)))
    body, made = await join_account(tx, request, me, more)
    if body is None:
        raise NotFound("actor_not_found")
    return body, made


async def show_profile(request: Request) -> Response:
    """The same in its owner's words, in the form of 4.6."""
    me = request.viewer.acting_as
    async with request.site.database.read() as tx:
        profile = (await queries.list_profiles(tx, request.viewer, [me])).get(me)
        if profile is None:
            raise NotFound("actor_not_found")
        fields = await queries.list_fields(tx, me)
        tags = await feeds.list_featured_tags(tx, request.viewer, me)
    featured = [present_featured(request.site, one) for one in tags]
    return answered(present_profile(request.site, profile, fields, featured))


async def update(request: Request) -> Response:
    await _take(request)
    return await verify(request)


async def update_profile(request: Request) -> Response:
    await _take(request)
    return await show_profile(request)


async def _take(request: Request) -> None:
    """What is left out stays as it is."""
    await count_change(request, "profile")
    fields = await read_fields(request)
    async with request.site.database.write() as tx:
        await _change(tx, request, fields)
    # After the words: pictures are made fit in another process, which takes a while.
    for name, which in (("avatar", AVATAR), ("header", HEADER)):
        file = fields.file(name)
        if file is not None:
            await keep_own_picture(request, file, which, fields.text(f"{name}_description"))


async def _change(tx: Write, request: Request, fields: Fields) -> None:
    viewer = request.viewer
    me = viewer.acting_as
    profile = (await queries.list_profiles(tx, viewer, [me]))[me]
    locked = fields.flag("locked")
    if {"display_name", "note", "locked"} & set(fields.names()):
        edit = ProfileEdit(
            name=fields.text("display_name", profile.name),
            about=fields.text("note", profile.about_source),
            pronouns=profile.pronouns,
            locked=profile.locked if locked is None else locked,
        )
        addresses = request.site.addresses
        await actions.edit_profile(
            tx, viewer, edit, profile_url=addresses.profile, tag_url=addresses.tag, here=addresses.here
        )
    if "fields_attributes" in fields:
        # A name alone says nothing: apps with rows for all pairs there could be send it, too.
        pairs = [
            ProfileField(one.text("name"), one.text("value"))
            for one in fields.parts("fields_attributes")
            if one.text("value").strip()
        ]
        await actions.set_fields(tx, viewer, pairs)
    if "avatar_description" in fields and fields.file("avatar") is None:
        await actions.describe_picture(tx, viewer, fields.text("avatar_description"))
    if "header_description" in fields and fields.file("header") is None:
        await actions.describe_header(tx, viewer, fields.text("header_description"))
    await _set_tabs(tx, viewer, profile.tabs, fields)
    bot = fields.flag("bot")
    if bot is not None:
        await actions.set_automated(tx, viewer, bot)
    # Who may be found, and whether what they say may be, is one consent here: whoever takes one back takes it back.
    agreed = [flag for name in ("discoverable", "indexable") if (flag := fields.flag(name)) is not None]
    if agreed:
        await actions.set_consent(tx, viewer, Consent.BE_FOUND, all(agreed))
    source = fields.part("source")
    policy = policy_in(source, "quote_policy") if source is not None else None
    if policy is not None:
        await actions.set_who_quotes(tx, viewer, policy)


async def _set_tabs(tx: Write, viewer: Viewer, now: Tabs, fields: Fields) -> None:
    pictures, replied, featured = (fields.flag(f"show_{name}") for name in ("media", "media_replies", "featured"))
    wanted = Tabs(
        now.pictures if pictures is None else pictures,
        now.replied_pictures if replied is None else replied,
        now.featured if featured is None else featured,
    )
    if wanted != now:
        await actions.set_tabs(tx, viewer, wanted)


async def drop_avatar(request: Request) -> Response:
    await take_own_picture(request, AVATAR, "")
    return await verify(request)


async def drop_header(request: Request) -> Response:
    await take_own_picture(request, HEADER, "")
    return await verify(request)


#: What is called otherwise by apps.
_NAMES = {
    "name": "display_name",
    "about": "note",
    "fields": "fields_attributes",
    "picture_alt": "avatar_description",
    "header_alt": "header_description",
}
_ACCOUNTS = "/api/v1/accounts"
ENDPOINTS = [
    Endpoint("GET", f"{_ACCOUNTS}/verify_credentials", verify, "read:accounts profile"),
    Endpoint("PATCH", f"{_ACCOUNTS}/update_credentials", update, "write:accounts", names=_NAMES),
    Endpoint("GET", "/api/v1/profile", show_profile, "read:accounts profile"),
    Endpoint("PATCH", "/api/v1/profile", update_profile, "write:accounts", names=_NAMES),
    Endpoint("DELETE", "/api/v1/profile/avatar", drop_avatar, "write:accounts"),
    Endpoint("DELETE", "/api/v1/profile/header", drop_header, "write:accounts"),
]
