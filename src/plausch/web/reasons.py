"""The domain's reason codes in words: what is wrong, and what one can do about it.

A test holds this list against every code that is raised anywhere.
"""

from plausch.language.catalogues import N_, catalogue

REASONS = {
    "not_found": N_("This page does not exist, or is not for you to see."),
    "actor_not_found": N_("There is nobody of this name here, or they are not for you to see."),
    "post_not_found": N_("This post does not exist any more, or is not for you to see."),
    "conversation_not_found": N_("This conversation does not exist any more, or is not for you to see."),
    "not_allowed": N_("You may not do this."),
    "sign_in_first": N_("Sign in first."),
}


def explain(language: str, reason: str) -> str:
    """A reason code as a sentence."""
    message = REASONS.get(reason)
    return catalogue(language).gettext(message) if message is not None else reason
