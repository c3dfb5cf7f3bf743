"""Reports, as the API's documentation has them."""

import msgspec


class Report(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool = False
    created_at: str
    status_ids: list[str] | None
    rule_ids: list[str] | None
    target_account: msgspec.Raw
