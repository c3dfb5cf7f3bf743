"""Accounts: what an actor alone changes is kept as a part; what is counted is added as bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

import msgspec

from plausch.clientapi.mastodon.entities.accounts import (
    AccountBody,
    FeatureApproval,
    Field,
    OwnProfile,
    Relationship,
    Role,
    Source,
)
from plausch.clientapi.mastodon.entities.reading import FeaturedTag
from plausch.clientapi.mastodon.present.emojis import emojis_in
from plausch.clientapi.mastodon.present.texts import emojis_of, present_html
from plausch.feeds.model import PLAINLY, FollowedHow
from plausch.feeds.queries import ActorPiece
from plausch.http.site import Site, profile_path
from plausch.kernel import clock
from plausch.language.formats import exact_iso
from plausch.people.model import Actor, ActorKind, Profile, ProfileField, Standing, Viewer
from plausch.people.model import Relationship as Standings
from plausch.people.model import Role as Holding
from plausch.storage.parts import Part

#: Names this rendering; another number when its form changes, and what is kept in the old form no longer counts.
_FORM = "mastodon.5"
_encode = msgspec.json.Encoder().encode
#: Of whoever has no picture.
_NO_FACE, _NO_HEADER = "/assets/no-face.png", "/assets/no-header.png"
_LINK_REL = "nofollow noopener noreferrer me"
#: As the documentation numbers them: what each role lets people do.
_ROLES = {
    Holding.OWNER: Role(id="3", name="Owner", permissions="2097151", highlighted=True),
    Holding.MODERATOR: Role(id="1", name="Moderator", permissions="1308", highlighted=True),
    Holding.MEMBER: Role(id="-99", name="", permissions="0"),
}
#: Starter packs hold people and groups, who are asked first.
_ASKED_FIRST = FeatureApproval(manual=["public"], current_user="manual")
_FOR_OTHERS, _FOR_ONESELF, _FOR_VISITORS = (
    b'"current_user":"%b"' % word for word in (b"manual", b"automatic", b"denied")
)


def door_of(site: Site) -> str:
    """Under which name renderings are kept: they hold whole addresses, so with another base URL none of them counts."""
    return f"{_FORM} {site.settings.base_url}"


def account_url(site: Site, actor: Actor) -> str:
    return site.absolute(profile_path(actor.handle))


def face_of(site: Site, actor: Actor) -> str:
    if not actor.picture:
        return site.absolute(_NO_FACE)
    return site.absolute(f"/faces/{actor.id}/large?v={actor.version}")


def _header_of(site: Site, profile: Profile) -> str:
    if not profile.header:
        return site.absolute(_NO_HEADER)
    return site.absolute(f"/headers/{profile.id}/large?v={profile.header[:8]}")


def present_field(site: Site, field: ProfileField) -> Field:
    """The value as HTML: an address is a link."""
    value = escape(field.value)
    if field.is_link:
        shown = value.partition("://")[2].removesuffix("/")
        value = f'<a href="{value}" rel="{_LINK_REL}" target="_blank">{shown}</a>'
    verified = exact_iso(field.verified_at) if field.verified_at is not None else None
    return Field(field.label, value, verified)


def account_body(site: Site, profile: Profile, fields: Sequence[ProfileField]) -> AccountBody:
    url, face, header = account_url(site, profile), face_of(site, profile), _header_of(site, profile)
    emojis = {one.shortcode: one for one in emojis_of(site, profile.about_html)}
    for one in emojis_in(site, profile.name, *(field.value for field in fields)):
        emojis[one.shortcode] = one
    found = profile.findable and profile.standing is not Standing.SECRET
    return AccountBody(
        id=str(profile.id),
        username=profile.handle,
        acct=profile.handle,
        display_name=profile.shown_name,
        locked=profile.locked,
        bot=profile.automated,
        group=profile.kind is ActorKind.GROUP,
        created_at=_day(profile.created_at),
        note=present_html(site, profile.about_html),
        url=url,
        uri=url,
        avatar=face,
        avatar_static=face,
        header=header,
        header_static=header,
        avatar_description=profile.picture_alt,
        header_description=profile.header_alt,
        emojis=list(emojis.values()),
        fields=[present_field(site, one) for one in fields],
        discoverable=found,
        indexable=found,
        noindex=not found,
        limited=profile.standing is Standing.LIMITED,
        show_media=profile.shows_pictures,
        show_media_replies=profile.shows_replied_pictures,
        show_featured=profile.shows_featured,
        feature_approval=_ASKED_FIRST if _can_be_featured(profile) else FeatureApproval(),
    )


def _can_be_featured(profile: Profile) -> bool:
    return profile.standing is Standing.ACTIVE and profile.kind in (ActorKind.PERSON, ActorKind.GROUP)


def _day(moment: int) -> str:
    """To the day, as the documentation has it: when exactly somebody came is nobody's business."""
    return exact_iso(moment // clock.DAY * clock.DAY)


def account_part(site: Site, profile: Profile, fields: Sequence[ProfileField]) -> Part:
    return Part(door_of(site), "actor", profile.id, profile.version, _encode(account_body(site, profile, fields)))


def join_account(piece: ActorPiece, body: bytes, me: int, more: bytes = b"") -> bytes:
    """A whole account; `more` are further fields, each with a comma before it. What is kept is for all others."""
    if piece.id == me or not me:
        body = body.replace(_FOR_OTHERS, _FOR_ONESELF if me else _FOR_VISITORS)
    last = b'"%b"' % _date(piece.last_at) if piece.last_at else b"null"
    return b'%b,"followers_count":%d,"following_count":%d,"statuses_count":%d,"last_status_at":%b%b}' % (
        body[:-1],
        piece.followers,
        piece.following,
        piece.posts,
        last,
        more,
    )


_dates: dict[int, bytes] = {}


def _date(moment: int) -> bytes:
    """There are few days, and each is asked for often."""
    day = moment // clock.DAY
    found = _dates.get(day)
    if found is None:
        if len(_dates) > 10_000:
            _dates.clear()
        found = _dates[day] = datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%d").encode()
    return found


def present_role(viewer: Viewer) -> Role:
    return _ROLES[viewer.role]


def source_of(
    profile: Profile, fields: Sequence[ProfileField], requests: int, *, privacy: str, language: str
) -> Source:
    """An account's own words, for changing them."""
    return Source(
        note=profile.about_source,
        fields=_own_words(fields),
        privacy=privacy,
        sensitive=False,
        language=language or None,
        follow_requests_count=requests,
        hide_collections=False,
        discoverable=profile.findable,
        indexable=profile.findable,
        quote_policy=profile.who_quotes.value.replace("everybody", "public"),
    )


def present_profile(
    site: Site,
    profile: Profile,
    fields: Sequence[ProfileField],
    featured: list[FeaturedTag],
) -> OwnProfile:
    face = face_of(site, profile) if profile.picture else None
    header = _header_of(site, profile) if profile.header else None
    return OwnProfile(
        id=str(profile.id),
        display_name=profile.name,
        note=profile.about_source,
        fields=_own_words(fields),
        avatar=face,
        avatar_static=face,
        header=header,
        header_static=header,
        avatar_description=profile.picture_alt,
        header_description=profile.header_alt,
        locked=profile.locked,
        bot=profile.automated,
        discoverable=profile.findable,
        indexable=profile.findable,
        show_media=profile.shows_pictures,
        show_media_replies=profile.shows_replied_pictures,
        show_featured=profile.shows_featured,
        featured_tags=featured,
    )


def _own_words(fields: Sequence[ProfileField]) -> list[Field]:
    return [
        Field(one.label, one.value, exact_iso(one.verified_at) if one.verified_at is not None else None)
        for one in fields
    ]


def present_relationship(
    id_: int, found: Standings, how: FollowedHow = PLAINLY, *, asks_to_join: bool = False
) -> Relationship:
    return Relationship(
        id=str(id_),
        following=found.follows,
        showing_reblogs=found.follows and how.shares,
        notifying=found.follows and how.notify,
        followed_by=found.followed_by,
        blocking=found.blocks,
        blocked_by=found.blocked_by,
        muting=found.mutes,
        muting_notifications=found.mutes,
        requested=asks_to_join or (found.asked_to_follow and not found.follows),
        requested_by=found.asks_to_follow,
        note=found.note,
        endorsed=found.follows and how.endorsed_at is not None,
        languages=list(how.languages) or None,
        muting_expires_at=exact_iso(found.mute_ends_at) if found.mute_ends_at is not None else None,
        plausch={
            "connected": found.connected,
            "asked_to_connect": found.asked_to_connect,
            "asks_to_connect": found.asks_to_connect,
        },
    )
