"""Whether an answer has every field that the API's documentation promises, in the right kind."""

from typing import Any

#: A field's kinds; `None` among them: it may be null.
ID = (str,)
ACCOUNT = {
    **dict.fromkeys(("id", "username", "acct", "display_name", "created_at", "note", "url", "uri", "avatar"), ID),
    **dict.fromkeys(("avatar_static", "header", "header_static"), ID),
    **dict.fromkeys(("locked", "bot", "group"), (bool,)),
    **dict.fromkeys(("followers_count", "following_count", "statuses_count"), (int,)),
    "last_status_at": (str, None),
    "discoverable": (bool, None),
    "fields": (list,),
    "emojis": (list,),
}
STATUS = {
    **dict.fromkeys(("id", "uri", "created_at", "content", "visibility", "spoiler_text"), ID),
    "sensitive": (bool,),
    **dict.fromkeys(("media_attachments", "mentions", "tags", "emojis"), (list,)),
    **dict.fromkeys(("reblogs_count", "favourites_count", "replies_count"), (int,)),
    **dict.fromkeys(("url", "in_reply_to_id", "in_reply_to_account_id", "language", "edited_at"), (str, None)),
    **dict.fromkeys(("reblog", "poll", "card"), (dict, None)),
    "account": ACCOUNT,
    "filtered": (list,),
}
NOTIFICATION = {"id": ID, "type": ID, "created_at": ID, "group_key": ID, "account": ACCOUNT}
GROUP = {
    **dict.fromkeys(("group_key", "type", "page_min_id", "page_max_id"), (str,)),
    **dict.fromkeys(("notifications_count", "most_recent_notification_id"), (int,)),
    "sample_account_ids": (list,),
}
TAG = {"name": ID, "url": ID, "history": (list,)}
FILTER = {
    **dict.fromkeys(("id", "title", "filter_action"), ID),
    **dict.fromkeys(("context", "keywords", "statuses"), (list,)),
    "expires_at": (str, None),
}
LIST = {"id": ID, "title": ID, "replies_policy": ID, "exclusive": (bool,)}
REPORT = {
    **dict.fromkeys(("id", "category", "comment", "created_at"), ID),
    **dict.fromkeys(("action_taken", "forwarded"), (bool,)),
    "action_taken_at": (str, None),
    "status_ids": (list, None),
    "rule_ids": (list, None),
    "target_account": ACCOUNT,
}
ADMIN_ACCOUNT = {
    **dict.fromkeys(("id", "username", "created_at", "email"), ID),
    **dict.fromkeys(("domain", "ip", "locale", "invite_request"), (str, None)),
    "ips": (list,),
    "role": (dict, None),
    **dict.fromkeys(("confirmed", "approved", "disabled", "silenced", "suspended"), (bool,)),
    "account": ACCOUNT,
}

ADMIN_REPORT = {
    **dict.fromkeys(("id", "category", "comment", "created_at", "updated_at"), ID),
    **dict.fromkeys(("action_taken", "forwarded"), (bool,)),
    "action_taken_at": (str, None),
    "account": ADMIN_ACCOUNT,
    "target_account": ADMIN_ACCOUNT,
    **dict.fromkeys(("assigned_account", "action_taken_by_account"), (dict, None)),
    **dict.fromkeys(("statuses", "rules"), (list,)),
}


def check(found: Any, shape: dict[str, Any]) -> None:
    """Every field is there, and of its kind; of a list each member."""
    if isinstance(found, list):
        for one in found:
            check(one, shape)
        return
    for name, kinds in shape.items():
        assert name in found, f"{name} is missing in {sorted(found)}"
        value = found[name]
        if isinstance(kinds, dict):
            check(value, kinds)
        elif value is None:
            assert None in kinds, f"{name} is null"
        else:
            assert isinstance(value, tuple(kind for kind in kinds if kind is not None)), f"{name} is {value!r}"
