"""What people can do in conversations: the only writer of this room."""

from plausch.talk.actions.approving import (
    approve_post,
    decline_post,
    describe_drafted,
    forget_approvals,
    release_waiting,
    submit_post,
    withdraw_if_submitted,
    withdraw_submitted,
)
from plausch.talk.actions.articles import agree_to_authorship, forget_authorships, leave_authorship
from plausch.talk.actions.blogging import edit_article, make_preview_link, publish_article, revoke_preview_link
from plausch.talk.actions.bulk import LoadedPost, load_many
from plausch.talk.actions.drafts import (
    PUBLISH_DRAFT,
    clear_spot,
    discard_draft,
    forget_drafts,
    publish_due_draft,
    save_draft,
    schedule_draft,
    take_scheduled,
    text_of,
)
from plausch.talk.actions.editing import (
    check_may_change,
    check_may_remove,
    edit_post,
    remove_all_by,
    remove_entrusted,
    remove_post,
    set_detected_language,
)
from plausch.talk.actions.holding import hold_post, hold_posts
from plausch.talk.actions.naming import change_topic
from plausch.talk.actions.pictures import (
    add_picture,
    aim_pictures,
    discard_pictures,
    hand_pictures,
)
from plausch.talk.actions.pinning import pin_post, unpin_post
from plausch.talk.actions.placing import take_off_wall
from plausch.talk.actions.polls import END_POLL, end_poll, vote
from plausch.talk.actions.previews import NewPreview, discard_previews, link_preview, store_preview
from plausch.talk.actions.promoting import keeps_its_place, promote_to_topic
from plausch.talk.actions.publishing import publish_post
from plausch.talk.actions.quotes import check_consent, set_who_quotes_post, withdraw_quote
from plausch.talk.actions.reading import forget_board_reads, forget_conversation_reads, forget_reads, mark_read
from plausch.talk.actions.responding import (
    bookmark_post,
    like_post,
    share_post,
    unbookmark_post,
    unlike_post,
    unshare_post,
    withdraw_all_by,
)
from plausch.talk.actions.sending import SENT_LIFE, forget_sent_forms, prune_sent_forms, send_once
from plausch.talk.actions.tending import (
    change_group,
    narrow_place,
    pin_in_group,
    remove_all_at,
    remove_in_group,
    unpin_in_group,
)
from plausch.talk.actions.texts import Addresses
from plausch.talk.actions.topics import (
    accept_answer,
    lock_conversation,
    mark_board_read,
    move_topic,
    pin_topic,
    remove_empty_board,
    unaccept_answer,
    unlock_conversation,
    unpin_topic,
)
from plausch.talk.actions.visiting import (
    WAITING_LIFE,
    begin_reply,
    forget_visitor_replies,
    prune_visitor_replies,
    take_up_reply,
)

__all__ = [
    "END_POLL",
    "PUBLISH_DRAFT",
    "SENT_LIFE",
    "WAITING_LIFE",
    "Addresses",
    "LoadedPost",
    "NewPreview",
    "accept_answer",
    "add_picture",
    "agree_to_authorship",
    "aim_pictures",
    "approve_post",
    "begin_reply",
    "bookmark_post",
    "change_group",
    "change_topic",
    "check_consent",
    "check_may_change",
    "check_may_remove",
    "clear_spot",
    "decline_post",
    "describe_drafted",
    "discard_draft",
    "discard_pictures",
    "discard_previews",
    "edit_article",
    "edit_post",
    "end_poll",
    "forget_approvals",
    "forget_authorships",
    "forget_board_reads",
    "forget_conversation_reads",
    "forget_drafts",
    "forget_reads",
    "forget_sent_forms",
    "forget_visitor_replies",
    "hand_pictures",
    "hold_post",
    "hold_posts",
    "keeps_its_place",
    "leave_authorship",
    "like_post",
    "link_preview",
    "load_many",
    "lock_conversation",
    "make_preview_link",
    "mark_board_read",
    "mark_read",
    "move_topic",
    "narrow_place",
    "pin_in_group",
    "pin_post",
    "pin_topic",
    "promote_to_topic",
    "prune_sent_forms",
    "prune_visitor_replies",
    "publish_article",
    "publish_due_draft",
    "publish_post",
    "release_waiting",
    "remove_all_at",
    "remove_all_by",
    "remove_empty_board",
    "remove_entrusted",
    "remove_in_group",
    "remove_post",
    "revoke_preview_link",
    "save_draft",
    "schedule_draft",
    "send_once",
    "set_detected_language",
    "set_who_quotes_post",
    "share_post",
    "store_preview",
    "submit_post",
    "take_off_wall",
    "take_scheduled",
    "take_up_reply",
    "text_of",
    "unaccept_answer",
    "unbookmark_post",
    "unlike_post",
    "unlock_conversation",
    "unpin_in_group",
    "unpin_post",
    "unpin_topic",
    "unshare_post",
    "vote",
    "withdraw_all_by",
    "withdraw_if_submitted",
    "withdraw_quote",
    "withdraw_submitted",
]
