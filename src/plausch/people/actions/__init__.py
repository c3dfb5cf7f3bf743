"""What people can do about themselves and each other: the only writer of this room."""

from plausch.people.actions.accounts import (
    cancel_leaving,
    change_password,
    erase_account,
    leave,
    set_preferences,
    set_role,
    sign_up,
    suspend,
    unsuspend,
)
from plausch.people.actions.bulk import load_many
from plausch.people.actions.connections import (
    accept_connection,
    ask_to_connect,
    decline_request,
    disconnect,
    withdraw_request,
)
from plausch.people.actions.passwords import hash_password, verify_password
from plausch.people.actions.profiles import edit_profile, set_consent, set_picture
from plausch.people.actions.relations import (
    accept_follow,
    block,
    follow,
    mute,
    prune_requests,
    remove_follower,
    unblock,
    unfollow,
    unmute,
)
from plausch.people.actions.sessions import (
    create_token,
    end_other_sessions,
    end_session,
    hash_secret,
    prune_sessions,
    revoke_token,
    start_session,
    touch_session,
)

__all__ = [
    "accept_connection",
    "accept_follow",
    "ask_to_connect",
    "block",
    "cancel_leaving",
    "change_password",
    "create_token",
    "decline_request",
    "disconnect",
    "edit_profile",
    "end_other_sessions",
    "end_session",
    "erase_account",
    "follow",
    "hash_password",
    "hash_secret",
    "leave",
    "load_many",
    "mute",
    "prune_requests",
    "prune_sessions",
    "remove_follower",
    "revoke_token",
    "set_consent",
    "set_picture",
    "set_preferences",
    "set_role",
    "sign_up",
    "start_session",
    "suspend",
    "touch_session",
    "unblock",
    "unfollow",
    "unmute",
    "unsuspend",
    "verify_password",
    "withdraw_request",
]
