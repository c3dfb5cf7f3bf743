"""The API's entities as JSON schemas, written from its documentation (docs.joinmastodon.org/entities).

`checked` are the addresses whose answers are held against them.
"""

import functools
import re
from typing import Any

import jsonschema

Schema = dict[str, Any]
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
_MIDNIGHT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT00:00:00Z$"}
_DAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
_ID = {"type": "string", "pattern": r"^\d+$"}
_URL = {"type": "string", "pattern": r"^https?://"}
_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {"type": "string", "minLength": 1}
_FLAG: Schema = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def _entity(required: Schema, optional: Schema | None = None) -> Schema:
    """`required` are there in every answer; nothing is there beside both."""
    properties = {**required, **(optional or {})}
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


EMOJI = _entity(
    {"shortcode": _WORDS, "url": _URL, "static_url": _URL, "visible_in_picker": _FLAG},
    {"category": _or_null(_TEXT)},
)
FIELD = _entity({"name": _TEXT, "value": _TEXT, "verified_at": _or_null(_MOMENT)})
_ACCOUNT = {
    "id": _ID,
    "username": _WORDS,
    "acct": _WORDS,
    "url": _URL,
    "uri": _URL,
    "display_name": _TEXT,
    "note": _TEXT,
    "avatar": _URL,
    "avatar_static": _URL,
    "header": _URL,
    "header_static": _URL,
    "avatar_description": _TEXT,
    "header_description": _TEXT,
    "locked": _FLAG,
    "bot": _FLAG,
    "group": _FLAG,
    "indexable": _FLAG,
    "limited": _FLAG,
    "show_media": _FLAG,
    "show_media_replies": _FLAG,
    "show_featured": _FLAG,
    "discoverable": _or_null(_FLAG),
    "noindex": _or_null(_FLAG),
    "hide_collections": _or_null(_FLAG),
    "fields": _list(FIELD),
    "emojis": _list(EMOJI),
    "roles": _list({"type": "object"}),
    "feature_approval": _entity(
        {"automatic": _list(_WORDS), "manual": _list(_one_of("public", "followers", "following"))}
        | {"current_user": _one_of("automatic", "manual", "denied", "unknown", "missing")}
    ),
    "created_at": _MOMENT,
    "last_status_at": _or_null(_DAY),
    "statuses_count": _COUNT,
    "followers_count": _COUNT,
    "following_count": _COUNT,
}
ACCOUNT = _entity(_ACCOUNT)
SOURCE = _entity(
    {
        "note": _TEXT,
        "fields": _list(FIELD),
        "privacy": _one_of("public", "unlisted", "private", "direct"),
        "sensitive": _FLAG,
        "language": _or_null(_WORDS),
        "follow_requests_count": _COUNT,
        "hide_collections": _or_null(_FLAG),
        "discoverable": _or_null(_FLAG),
        "indexable": _FLAG,
        "quote_policy": _one_of("public", "followers", "nobody"),
        "attribution_domains": _list(_TEXT),
    }
)
ROLE = _entity(
    {"id": _TEXT, "name": _TEXT, "permissions": {"type": "string", "pattern": r"^\d+$"}, "color": _TEXT}
    | {"highlighted": _FLAG, "collection_limit": _COUNT}
)
CREDENTIAL_ACCOUNT = _entity({**_ACCOUNT, "source": SOURCE, "role": ROLE})
RELATIONSHIP = _entity(
    {
        "id": _ID,
        **dict.fromkeys(
            ("following", "showing_reblogs", "notifying", "followed_by", "blocking", "blocked_by", "muting"), _FLAG
        ),
        **dict.fromkeys(("muting_notifications", "requested", "requested_by", "domain_blocking", "endorsed"), _FLAG),
        "languages": _or_null(_list(_TEXT)),
        "note": _TEXT,
        "muting_expires_at": _or_null(_MOMENT),
        "plausch": {"type": "object"},
    }
)
_SIZE = _entity(
    {"width": _COUNT, "height": _COUNT, "size": {"type": "string", "pattern": r"^\d+x\d+$"}}
    | {"aspect": {"type": "number", "exclusiveMinimum": 0}}
)
_SHARE = {"type": "number", "minimum": -1, "maximum": 1}
MEDIA = _entity(
    {
        "id": _ID,
        "type": _one_of("image"),
        "url": _or_null(_URL),
        "preview_url": _or_null(_URL),
        "remote_url": {"type": "null"},
        "preview_remote_url": {"type": "null"},
        "text_url": {"type": "null"},
        "description": _or_null(_WORDS),
        "blurhash": _or_null(_WORDS),
        "meta": _entity({"original": _SIZE, "small": _SIZE, "focus": _entity({"x": _SHARE, "y": _SHARE})}),
    }
)
_CARD = {
    "url": _URL,
    "title": _TEXT,
    "description": _TEXT,
    "type": _one_of("link"),
    "html": _TEXT,
    "author_name": _TEXT,
    "author_url": _TEXT,
    "authors": _list({"type": "object"}),
    "provider_name": _TEXT,
    "provider_url": _TEXT,
    "embed_url": _TEXT,
    "image_description": _TEXT,
    "width": _COUNT,
    "height": _COUNT,
    "image": _or_null(_URL),
    "blurhash": _or_null(_TEXT),
    "published_at": _or_null(_MOMENT),
    "language": _or_null(_TEXT),
}
CARD = _entity(_CARD)
_DAY_OF = _entity({"day": _ID, "uses": _ID, "accounts": _ID})
TRENDS_LINK = _entity({**_CARD, "history": _list(_DAY_OF)})
POLL = _entity(
    {
        "id": _ID,
        "expires_at": _or_null(_MOMENT),
        "expired": _FLAG,
        "multiple": _FLAG,
        "votes_count": _COUNT,
        "voters_count": _or_null(_COUNT),
        "voted": _FLAG,
        "own_votes": _list(_COUNT),
        "emojis": _list(EMOJI),
        "options": _list(_entity({"title": _WORDS, "votes_count": _or_null(_COUNT)})),
    }
)
_STATES = ("pending", "accepted", "rejected", "revoked", "deleted", "unauthorized", "muted_account", "blocked_account")
_WHO = _list(_one_of("public", "followers", "following", "unsupported_policy"))
_FILTER = _entity(
    {"id": _ID, "title": _WORDS, "context": _list(_one_of("home", "notifications", "public", "thread", "account"))}
    | {"expires_at": _or_null(_MOMENT), "filter_action": _one_of("warn", "hide")}
)
_STATUS = {
    "id": _ID,
    "uri": _URL,
    "url": _or_null(_URL),
    "created_at": _MOMENT,
    "edited_at": _or_null(_MOMENT),
    "content": _TEXT,
    "visibility": _one_of("public", "unlisted", "private", "direct"),
    "sensitive": _FLAG,
    "spoiler_text": _TEXT,
    "language": _or_null(_WORDS),
    "application": _or_null(_entity({"name": _WORDS, "website": _or_null(_URL)})),
    "in_reply_to_id": _or_null(_ID),
    "in_reply_to_account_id": _or_null(_ID),
    "account": ACCOUNT,
    "media_attachments": _list(MEDIA),
    "mentions": _list(_entity({"id": _ID, "username": _WORDS, "url": _URL, "acct": _WORDS})),
    "tags": _list(_entity({"name": _WORDS, "url": _URL})),
    "emojis": _list(EMOJI),
    "card": _or_null(CARD),
    "poll": _or_null(POLL),
    "quote_approval": _entity(
        {"automatic": _WHO, "manual": _WHO, "current_user": _one_of("automatic", "manual", "denied", "unknown")}
    ),
    "filtered": _list(
        _entity({"filter": _FILTER, "keyword_matches": _list(_WORDS), "status_matches": _list(_ID)}),
    ),
    **dict.fromkeys(("replies_count", "reblogs_count", "favourites_count", "quotes_count"), _COUNT),
}
_EXTENSION = _entity(
    {"audience": _WORDS, "local_only": _FLAG, "conversation_id": _ID, "title": _TEXT, "place_id": _or_null(_ID)}
    | {"author": _or_null(_WORDS)}
)
_FLAGS = {
    **dict.fromkeys(("favourited", "reblogged", "bookmarked", "muted", "pinned"), _FLAG),
    "text": _TEXT,
    "plausch": _EXTENSION,
}
_NESTED = {"reblog": {"type": "null"}}
_SHALLOW = _entity({"state": _one_of(*_STATES), "quoted_status_id": _or_null(_ID)})
_QUOTED = _entity({**_STATUS, **_NESTED, "quote": _or_null(_SHALLOW)}, _FLAGS)
_QUOTE = _entity({"state": _one_of(*_STATES), "quoted_status": _or_null(_QUOTED)})
_INNER = _entity({**_STATUS, **_NESTED, "quote": _or_null(_QUOTE)}, _FLAGS)
STATUS = _entity({**_STATUS, "reblog": _or_null(_INNER), "quote": _or_null(_QUOTE)}, _FLAGS)
CONTEXT = _entity({"ancestors": _list(STATUS), "descendants": _list(STATUS)})
EDIT = _entity(
    {
        "content": _TEXT,
        "spoiler_text": _TEXT,
        "sensitive": _FLAG,
        "created_at": _MOMENT,
        "account": ACCOUNT,
        "media_attachments": _list(MEDIA),
        "emojis": _list(EMOJI),
    },
    {"poll": _or_null({"type": "object"}), "quote": {"type": "null"}},
)
STATUS_SOURCE = _entity({"id": _ID, "text": _TEXT, "spoiler_text": _TEXT}, {"content_type": _TEXT})
SCHEDULED = _entity(
    {"id": _ID, "scheduled_at": _MOMENT, "params": {"type": "object"}, "media_attachments": _list(MEDIA)}
)
EMAIL_DOMAIN_BLOCK = _entity({"id": _ID, "domain": _WORDS, "created_at": _MOMENT, "history": _list(_DAY_OF)})
CANONICAL_EMAIL_BLOCK = _entity({"id": _ID, "canonical_email_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"}})
IP_BLOCK = _entity(
    {"id": _ID, "ip": {"type": "string", "pattern": r"^[0-9a-f.:]+/\d+$"}, "comment": _TEXT}
    | {"severity": _one_of("sign_up_requires_approval", "sign_up_block", "no_access")}
    | {"created_at": _MOMENT, "expires_at": _or_null(_MOMENT)}
)
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_DOMAIN = {"type": "string", "pattern": r"^[a-z0-9*.-]+$"}
DOMAIN_BLOCK = _entity(
    {"id": _ID, "domain": _DOMAIN, "digest": _HASH, "created_at": _MOMENT}
    | {"severity": _one_of("noop", "silence", "suspend")}
    | dict.fromkeys(("reject_media", "reject_reports", "obfuscate"), _FLAG)
    | dict.fromkeys(("private_comment", "public_comment"), _or_null(_WORDS))
)
DOMAIN_ALLOW = _entity({"id": _ID, "domain": _DOMAIN, "created_at": _MOMENT})
SHOWN_BLOCK = _entity(
    {"domain": _DOMAIN, "digest": _HASH, "severity": _one_of("silence", "suspend"), "comment": _or_null(_WORDS)}
)
_NUMBER = {"type": "string", "pattern": r"^\d+$"}
MEASURE = _entity(
    {"key": _WORDS, "unit": _or_null(_one_of("bytes")), "total": _NUMBER}
    | {"data": _list(_entity({"date": _MIDNIGHT, "value": _NUMBER}))},
    {"human_value": _WORDS, "previous_total": _NUMBER},
)
DIMENSION = _entity(
    {"key": _WORDS}
    | {
        "data": _list(
            _entity(
                {"key": _WORDS, "human_key": _WORDS, "value": _WORDS}, {"unit": _one_of("bytes"), "human_value": _WORDS}
            )
        )
    }
)
ADMIN_TAG = _entity(
    {"id": _WORDS, "name": _WORDS, "url": _URL, "history": _list(_DAY_OF), "following": _FLAG, "featuring": _FLAG}
    | dict.fromkeys(("trendable", "usable", "listable", "requires_review"), _FLAG)
)
ADMIN_LINK = _entity({**_CARD, "history": _list(_DAY_OF), "id": _ID, "requires_review": _FLAG})
PUBLISHER = _entity(
    {"id": _WORDS, "domain": _WORDS, "trendable": _FLAG, "requires_review": _FLAG}
    | dict.fromkeys(("reviewed_at", "requested_review_at"), _or_null(_MOMENT))
)
COHORT = _entity(
    {"period": _MIDNIGHT, "frequency": _one_of("day", "month")}
    | {
        "data": _list(
            _entity({"date": _MIDNIGHT, "rate": {"type": "number"}, "value": {"type": "string", "pattern": r"^\d+$"}})
        )
    }
)
COLLECTION_ITEM = _entity(
    {"id": _ID, "account_id": _ID, "state": _one_of("pending", "accepted"), "created_at": _MOMENT}
)
COLLECTION = _entity(
    {
        **dict.fromkeys(("id", "account_id"), _ID),
        **dict.fromkeys(("uri", "url"), _URL),
        **dict.fromkeys(("created_at", "updated_at"), _MOMENT),
        **dict.fromkeys(("local", "sensitive", "discoverable"), _FLAG),
        "name": _WORDS,
        "description": _TEXT,
        "language": _or_null(_WORDS),
        "tag": _or_null(_entity({"name": _WORDS, "url": _URL})),
        "item_count": _COUNT,
        "items": _list(COLLECTION_ITEM),
    }
)
WRAPPED = _entity({"collection": COLLECTION})
ASKED_BY_PACK = _entity(
    {"id": _ID, "type": _one_of("added_to_collection", "collection_update"), "created_at": _MOMENT, "group_key": _WORDS}
    | {"account": ACCOUNT, "collection": COLLECTION},
    {"fallback": _entity({"title": _WORDS, "summary": _or_null(_WORDS), "details": _or_null(_WORDS)})},
)
FAMILIAR = _entity({"id": _ID, "accounts": _list(ACCOUNT)})
ERROR = _entity(
    {"error": _WORDS},
    {"details": {"type": "object"}, "error_description": _TEXT, "existing_domain_block": DOMAIN_BLOCK},
)

_STATUSES = _list(STATUS)
#: By method and address what is answered there.
ANSWERS: list[tuple[str, str, Schema]] = [
    ("GET", r"/accounts/verify_credentials", CREDENTIAL_ACCOUNT),
    ("PATCH", r"/accounts/update_credentials", CREDENTIAL_ACCOUNT),
    ("GET", r"/accounts/lookup", ACCOUNT),
    ("GET", r"/accounts/relationships", _list(RELATIONSHIP)),
    ("GET", r"/accounts/familiar_followers", _list(FAMILIAR)),
    ("GET", r"(/endorsements|/accounts(/search|/\d+/followers|/\d+/following|/\d+/endorsements)?)", _list(ACCOUNT)),
    ("GET", r"/accounts/\d+", ACCOUNT),
    ("GET", r"/accounts/\d+/statuses", _STATUSES),
    ("POST", r"/accounts/\d+/(un)?(follow|block|mute|endorse|pin)", RELATIONSHIP),
    ("POST", r"/accounts/\d+/(note|remove_from_followers)", RELATIONSHIP),
    ("GET", r"/accounts/\d+/(in_)?collections", _entity({"collections": _list(COLLECTION)})),
    ("POST", r"/collections", WRAPPED),
    ("GET", r"/collections/\d+", _entity({"accounts": _list(ACCOUNT), "collection": COLLECTION})),
    ("(PATCH|PUT)", r"/collections/\d+", WRAPPED),
    ("POST", r"/collections/\d+/items", _entity({"collection_item": COLLECTION_ITEM})),
    ("DELETE", r"/collections/\d+(/items/\d+)?", _entity({})),
    ("POST", r"/collections/\d+/items/\d+/revoke", _entity({})),
    ("GET", r"/timelines/(home|public|tag/[^/]+|list/\d+|link|direct)", _STATUSES),
    ("GET", r"/trends/links", _list(TRENDS_LINK)),
    ("GET", r"/(bookmarks|favourites)", _STATUSES),
    ("POST", r"/statuses", {"anyOf": [STATUS, SCHEDULED]}),
    ("GET", r"/statuses", _STATUSES),
    ("(GET|PUT|DELETE)", r"/statuses/\d+", STATUS),
    ("PUT", r"/statuses/\d+/interaction_policy", STATUS),
    ("GET", r"/statuses/\d+/context", CONTEXT),
    ("GET", r"/statuses/\d+/history", _list(EDIT)),
    ("GET", r"/statuses/\d+/source", STATUS_SOURCE),
    ("GET", r"/statuses/\d+/quotes", _STATUSES),
    ("GET", r"/statuses/\d+/(favourited_by|reblogged_by)", _list(ACCOUNT)),
    ("POST", r"/statuses/\d+/(un)?(favourite|reblog|bookmark|pin|mute)", STATUS),
    ("POST", r"/statuses/\d+/quotes/\d+/revoke", STATUS),
    ("GET", r"/scheduled_statuses", _list(SCHEDULED)),
    ("(GET|PUT)", r"/scheduled_statuses/\d+", SCHEDULED),
    ("(GET|POST)", r"/polls/\d+(/votes)?", POLL),
    ("(GET|POST|PUT)", r"/media(/\d+)?", MEDIA),
    ("GET", r"/admin/email_domain_blocks", _list(EMAIL_DOMAIN_BLOCK)),
    ("(POST|GET)", r"/admin/email_domain_blocks(/\d+)?", EMAIL_DOMAIN_BLOCK),
    ("GET", r"/admin/canonical_email_blocks", _list(CANONICAL_EMAIL_BLOCK)),
    ("(POST|GET)", r"/admin/canonical_email_blocks(/\d+)?", CANONICAL_EMAIL_BLOCK),
    ("POST", r"/admin/canonical_email_blocks/test", _list(CANONICAL_EMAIL_BLOCK)),
    ("GET", r"/admin/ip_blocks", _list(IP_BLOCK)),
    ("POST", r"/admin/retention", _list(COHORT)),
    ("(POST|GET|PUT)", r"/admin/ip_blocks(/\d+)?", IP_BLOCK),
    ("DELETE", r"/admin/((email_domain|canonical_email|ip|domain)_blocks|domain_allows)/\d+", _entity({})),
    ("GET", r"/admin/domain_blocks", _list(DOMAIN_BLOCK)),
    ("(POST|GET|PUT|PATCH)", r"/admin/domain_blocks(/\d+)?", DOMAIN_BLOCK),
    ("GET", r"/admin/domain_allows", _list(DOMAIN_ALLOW)),
    ("(POST|GET)", r"/admin/domain_allows(/\d+)?", DOMAIN_ALLOW),
    ("GET", r"/instance/domain_blocks", _list(SHOWN_BLOCK)),
    ("POST", r"/admin/measures", _list(MEASURE)),
    ("POST", r"/admin/dimensions", _list(DIMENSION)),
    ("GET", r"/admin/(trends/)?tags", _list(ADMIN_TAG)),
    ("(GET|PUT|PATCH)", r"/admin/tags/[^/]+", ADMIN_TAG),
    ("POST", r"/admin/trends/tags/[^/]+/(approve|reject)", ADMIN_TAG),
    ("GET", r"(/admin)?/trends/statuses", _STATUSES),
    ("POST", r"/admin/trends/statuses/\d+/(approve|reject)", STATUS),
    ("GET", r"/admin/trends/links", _list(ADMIN_LINK)),
    ("POST", r"/admin/trends/links/\d+/(approve|reject)", ADMIN_LINK),
    ("GET", r"/admin/trends/links/publishers", _list(PUBLISHER)),
    ("POST", r"/admin/trends/links/publishers/[^/]+/(approve|reject)", PUBLISHER),
]


@functools.cache
def _validator(place: int) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(ANSWERS[place][2])


def check_answer(method: str, path: str, status: int, answer: Any) -> bool:
    """Whether the answer of this address is known here; raises when it is not as documented."""
    if status == 422 and re.fullmatch(r"/api/v1/collections(/\d+)?", path):
        answer = answer["error"]
    if status >= 400:
        jsonschema.validate(answer, ERROR, cls=jsonschema.Draft202012Validator)
        return True
    within = re.sub(r"^/api/v[12]", "", path)
    for place, (methods, addresses, _) in enumerate(ANSWERS):
        if re.fullmatch(methods, method) and re.fullmatch(addresses, within):
            _validator(place).validate(answer)
            return True
    return False
