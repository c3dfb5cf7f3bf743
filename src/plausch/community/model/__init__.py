"""What a community is, and the rules that need no database."""

from plausch.community.model.about import (
    CONTACT_MAX,
    DESCRIPTION_MAX,
    HINT_MAX,
    NAME_MAX,
    RULE_MAX,
    RULES_MAX,
    Community,
    CommunityEdit,
    Rule,
    Wording,
    clean_accent,
    clean_rules,
)
from plausch.community.model.announcements import ANNOUNCEMENT_MAX, REACTIONS_MAX, Announcement, Reaction
from plausch.community.model.colours import Shades, Theme, contrast, theme_of
from plausch.community.model.documents import (
    DOCUMENT_MAX,
    OPERATOR_MAX,
    Document,
    DocumentKind,
    DocumentVersion,
    Operator,
    clean_document,
    clean_operator,
)
from plausch.community.model.emoji import EMOJI_BYTES, Emoji, clean_shortcode

__all__ = [
    "ANNOUNCEMENT_MAX",
    "CONTACT_MAX",
    "DESCRIPTION_MAX",
    "DOCUMENT_MAX",
    "EMOJI_BYTES",
    "HINT_MAX",
    "NAME_MAX",
    "OPERATOR_MAX",
    "REACTIONS_MAX",
    "RULES_MAX",
    "RULE_MAX",
    "Announcement",
    "Community",
    "CommunityEdit",
    "Document",
    "DocumentKind",
    "DocumentVersion",
    "Emoji",
    "Operator",
    "Reaction",
    "Rule",
    "Shades",
    "Theme",
    "Wording",
    "clean_accent",
    "clean_document",
    "clean_operator",
    "clean_rules",
    "clean_shortcode",
    "contrast",
    "theme_of",
]
