"""What the community says of itself, and what the server takes."""

from typing import Any

import msgspec

from plausch import __version__
from plausch.clientapi.mastodon.entities import instance as entities
from plausch.clientapi.mastodon.figures import Figures
from plausch.community.model import Community, DocumentKind, Rule
from plausch.http.site import Site, tag_path
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language import markdown
from plausch.language.catalogues import LANGUAGES
from plausch.people.model import (
    ABOUT_MAX,
    FIELD_LABEL_MAX,
    FIELD_VALUE_MAX,
    FIELDS_MAX,
    NAME_MAX,
    OWN_ALT_MAX,
    clean_email,
)
from plausch.settings import SignUpMode
from plausch.storage.pictures import MAX_BYTES, MAX_PIXELS
from plausch.talk.model import ALT_MAX, PICTURES_MAX, PINS_MAX, TEXT_MAX
from plausch.talk.model.attached import OPTION_LENGTH, OPTIONS_MAX, POLL_LONGEST, POLL_SHORTEST

#: The version of the API that is spoken here, where apps look for it, and Plausch's own behind it.
VERSION = f"4.6.0 (compatible; Plausch {__version__})"
#: 10 is Mastodon 4.6's.
API_VERSIONS = {"mastodon": 10}
_SUMMARY_MAX = 500
_SIGN_UP = (SignUpMode.OPEN, SignUpMode.APPROVAL)
_KINDS = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]
_FEATURED_TAGS_MAX = 10
_SIZES = (192, 512)


def present_instance(site: Site, figures: Figures, push_key: str, owner: bytes | None) -> entities.Instance:
    here = site.community
    picture = _picture(site, here)
    return entities.Instance(
        domain=site.settings.domain,
        title=here.name,
        version=VERSION,
        source_url=site.absolute("/about"),
        description=_summary(here),
        usage=entities.Usage(entities.Users(figures.active_month)),
        thumbnail=entities.Thumbnail(picture, versions={"@1x": picture, "@2x": picture}, description=here.name),
        icon=[entities.Icon(site.absolute(f"/assets/icon-{size}.png"), f"{size}x{size}") for size in _SIZES],
        languages=_languages(here),
        configuration={**_taken(), **_more(site, push_key)},
        registrations=entities.Registrations(
            enabled=here.sign_up in _SIGN_UP,
            approval_required=here.sign_up is SignUpMode.APPROVAL,
            reason_required=here.sign_up is SignUpMode.APPROVAL,
            url=site.absolute("/sign-up"),
        ),
        api_versions=API_VERSIONS,
        contact=entities.Contact(_address(here), _account(owner)),
        rules=present_rules(here),
    )


def present_former_instance(site: Site, figures: Figures, owner: bytes | None) -> entities.FormerInstance:
    here = site.community
    return entities.FormerInstance(
        uri=site.settings.domain,
        title=here.name,
        short_description=_summary(here),
        description=_html(here),
        email=_address(here),
        version=VERSION,
        urls={"streaming_api": streaming_url(site)},
        stats=entities.Statistics(figures.members, figures.posts, 0),
        thumbnail=_picture(site, here),
        languages=_languages(here),
        registrations=here.sign_up in _SIGN_UP,
        approval_required=here.sign_up is SignUpMode.APPROVAL,
        invites_enabled=here.members_invite,
        configuration=_taken(),
        rules=present_rules(here),
        contact_account=_account(owner),
    )


def _account(body: bytes | None) -> msgspec.Raw | None:
    return msgspec.Raw(body) if body is not None else None


def _taken() -> dict[str, Any]:
    """Limits, as they hold on the pages, too."""
    return {
        "accounts": {
            "max_featured_tags": _FEATURED_TAGS_MAX,
            "max_pinned_statuses": PINS_MAX,
            "max_display_name_length": NAME_MAX,
            "max_note_length": ABOUT_MAX,
            "max_avatar_description_length": OWN_ALT_MAX,
            "max_header_description_length": OWN_ALT_MAX,
            "max_profile_fields": FIELDS_MAX,
            "profile_field_name_limit": FIELD_LABEL_MAX,
            "profile_field_value_limit": FIELD_VALUE_MAX,
        },
        "statuses": {
            "max_characters": TEXT_MAX,
            "max_media_attachments": PICTURES_MAX,
            # Here a link is as long as it is.
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "description_limit": ALT_MAX,
            "supported_mime_types": _KINDS,
            "image_size_limit": MAX_BYTES,
            "image_matrix_limit": MAX_PIXELS,
            # There are no videos here, which apps learn from the kinds.
            "video_size_limit": MAX_BYTES,
            "video_frame_rate_limit": 60,
            "video_matrix_limit": MAX_PIXELS,
        },
        "polls": {
            "max_options": OPTIONS_MAX,
            "max_characters_per_option": OPTION_LENGTH,
            "min_expiration": POLL_SHORTEST // clock.SECOND,
            "max_expiration": POLL_LONGEST // clock.SECOND,
        },
    }


def _more(site: Site, push_key: str) -> dict[str, Any]:
    """What only the newer form has."""
    published = site.held.published

    def legal(kind: DocumentKind) -> str | None:
        return site.absolute(f"/legal/{kind.value}") if kind in published else None

    access = {"local": "public", "remote": "public"}
    return {
        "urls": {
            "streaming": streaming_url(site),
            "status": None,
            "about": site.absolute("/about"),
            "privacy_policy": legal(DocumentKind.PRIVACY),
            "terms_of_service": legal(DocumentKind.TERMS),
        },
        "vapid": {"public_key": push_key},
        "translation": {"enabled": False},
        "timelines_access": {"live_feeds": access, "hashtag_feeds": access, "trending_link_feeds": access},
        "limited_federation": False,
    }


def streaming_url(site: Site) -> str:
    return "ws" + site.absolute("").removeprefix("http")


def present_rules(here: Community) -> list[entities.Rule]:
    return [
        entities.Rule(
            id=str(rule.id),
            text=rule.text(here.language),
            hint=rule.hint(here.language),
            translations={language: _rule_in(rule, language) for language in LANGUAGES},
        )
        for rule in here.rules
    ]


def _rule_in(rule: Rule, language: str) -> dict[str, str]:
    return {"text": rule.text(language), "hint": rule.hint(language)}


def description_html(site: Site) -> str:
    return site.absolute_html(_html(site.community))


def _html(here: Community) -> str:
    return markdown.parse(here.description.in_language(here.language)).render({}, tag_path)


def _summary(here: Community) -> str:
    return markdown.excerpt(_html(here), _SUMMARY_MAX)


def _languages(here: Community) -> list[str]:
    return sorted(LANGUAGES, key=lambda language: language != here.language)


def _picture(site: Site, here: Community) -> str:
    return site.absolute(f"/logo/large?v={here.logo_version}" if here.logo else "/assets/icon-512.png")


def _address(here: Community) -> str:
    """Where to turn to, if that is an e-mail address."""
    try:
        return clean_email(here.contact)
    except Invalid:
        return ""
