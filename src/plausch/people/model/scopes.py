"""What a token is good for, in the words that programs know (docs.joinmastodon.org/api/oauth-scopes).

They are people's consents, so they stand here, where every door finds them.
"""

from collections.abc import Iterable

_READ = (
    "accounts",
    "blocks",
    "bookmarks",
    "collections",
    "favourites",
    "filters",
    "follows",
    "lists",
    "mutes",
    "notifications",
    "search",
    "statuses",
)
_WRITE = (
    "accounts",
    "blocks",
    "bookmarks",
    "collections",
    "conversations",
    "favourites",
    "filters",
    "follows",
    "lists",
    "media",
    "mutes",
    "notifications",
    "reports",
    "statuses",
)
_ADMIN = (
    "accounts",
    "reports",
    "domain_allows",
    "domain_blocks",
    "ip_blocks",
    "email_domain_blocks",
    "canonical_email_blocks",
)
#: The old scope for everything about relations.
_FOLLOW = frozenset(f"{act}:{what}" for act in ("read", "write") for what in ("blocks", "follows", "mutes"))
#: What a program gets that asks for nothing.
USUAL_SCOPES = "read"
#: All there are, in the order in which they are shown.
SCOPES = (
    "profile",
    "read",
    *(f"read:{one}" for one in _READ),
    "write",
    *(f"write:{one}" for one in _WRITE),
    "follow",
    "push",
    "admin:read",
    *(f"admin:read:{one}" for one in _ADMIN),
    "admin:write",
    *(f"admin:write:{one}" for one in _ADMIN),
)
_KNOWN = frozenset(SCOPES)


def has_scope(granted: str, wanted: str) -> bool:
    """Whether a token with the scopes `granted` has one of those `wanted`; the wide ones hold the granular ones."""
    held = granted.split()
    return not wanted or any(_holds(held, one) for one in wanted.split())


def _holds(held: Iterable[str], wanted: str) -> bool:
    if wanted in held or (wanted in _FOLLOW and "follow" in held):
        return True
    wider = wanted.rpartition(":")[0]
    return bool(wider) and wider != "admin" and wider in held


def unknown_scopes(asked: str) -> list[str]:
    return [one for one in asked.split() if one not in _KNOWN]


def is_within(asked: str, granted: str) -> bool:
    """Whether whoever has `granted` may have all of `asked`, and there is such a thing."""
    held = granted.split()
    return not unknown_scopes(asked) and all(_holds(held, one) for one in asked.split())
