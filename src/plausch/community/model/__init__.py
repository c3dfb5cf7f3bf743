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
from plausch.community.model.colours import Shades, Theme, contrast, theme_of

__all__ = [
    "CONTACT_MAX",
    "DESCRIPTION_MAX",
    "HINT_MAX",
    "NAME_MAX",
    "RULES_MAX",
    "RULE_MAX",
    "Community",
    "CommunityEdit",
    "Rule",
    "Shades",
    "Theme",
    "Wording",
    "clean_accent",
    "clean_rules",
    "contrast",
    "theme_of",
]
