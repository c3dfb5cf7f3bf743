"""The domain's reason codes in words: what is wrong, and what one can do about it.

A test holds this list against every code that is raised anywhere.
"""

from plausch.language.catalogues import N_, catalogue

REASONS = {
    # What is not there, or not for the viewer.
    "not_found": N_("This page does not exist, or is not for you to see."),
    "actor_not_found": N_("There is nobody of this name here, or they are not for you to see."),
    "account_not_found": N_("There is no such account."),
    "post_not_found": N_("This post does not exist any more, or is not for you to see."),
    "conversation_not_found": N_("This conversation does not exist any more, or is not for you to see."),
    "draft_not_found": N_("This draft is not there any more. Perhaps it was posted or discarded meanwhile."),
    "proof_over": N_("This link was used already, or is too old. Ask for a new one."),
    "invitation_over": N_("This invitation is over: it was used, revoked, or is too old."),
    "waiting_not_found": N_("This request is decided already."),
    "request_not_found": N_("This request is not there any more. Perhaps it was withdrawn, or you have answered it."),
    "notification_not_found": N_("What this was about is not there any more, or is not for you to see."),
    # What may not be done.
    "not_allowed": N_("You may not do this."),
    "not_yours": N_("Only whoever wrote it may do this."),
    "sign_in_first": N_("Sign in first."),
    "sign_up_closed": N_("Nobody can join through this page at the moment. Ask the people who run this place."),
    "confirm_first": N_("Confirm your e-mail address first: an e-mail with a link is in your mailbox."),
    "invitation_needed": N_("Joining goes by invitation here. Ask somebody who is here already."),
    "invitation_not_yours": N_("Only those who run this place make invitations."),
    "may_not_reply": N_("Whoever began this conversation has limited who may reply, and you are not among them."),
    "not_shareable": N_("This post is only for some people, so it cannot be shared."),
    "unblock_first": N_("You have blocked this person. Unblock them first."),
    "target_is_self": N_("You cannot do this with yourself."),
    "target_not_person": N_("You can connect only with people. Follow instead."),
    "list_not_found": N_("There is no such list of yours."),
    "follow_first": N_("Lists are for people you follow. Follow them first."),
    "list_full": N_("This list is full."),
    "lists_many": N_("You have as many lists as one can have. Delete one first."),
    "filters_many": N_("You have as many filters as one can have. Delete one first."),
    "tags_many": N_("You follow as many tags as one can follow. Let one go first."),
    "last_owner": N_("You are the only owner here. Make somebody else an owner first."),
    # Signing up and in.
    "handle_form": N_("A handle has 2 to 30 characters: small letters a to z, digits and _."),
    "handle_reserved": N_("This handle is kept for the server. Choose another one."),
    "handle_taken": N_("Somebody has this handle already. Choose another one."),
    "email_form": N_("This does not look like an e-mail address. It should be like anna@example.org."),
    "email_taken": N_("There is an account with this address already. Sign in, or use another address."),
    "password_short": N_("The password is too short. Use at least 8 characters."),
    "password_simple": N_("This password is too easy to guess. Use more different characters."),
    "password_wrong": N_("This is not your password."),
    "sign_in_wrong": N_("The name or the password is not right. Check both and try again."),
    "account_declined": N_("Your request to join was declined. Ask the people who run this place if that is a mistake."),
    "invitations_many": N_("You have many invitations open already. Revoke one first."),
    "visitors_many": N_("Too many people are writing at once. Sign in first, and write then."),
    "account_suspended": N_("This account is suspended. Ask the people who run this place."),
    # Forms.
    "missing": N_("Fill this in, please."),
    "too_long": N_("This is too long."),
    "tag_form": N_("A tag consists of letters and digits, at least one of them a letter."),
    "choice_unknown": N_("Choose one of what is offered."),
    "post_empty": N_("Write something, or add a picture."),
    "participants_missing": N_("Name at least one person for whom it is."),
    "participants_many": N_("These are too many people for one post."),
    "participant_unknown": N_("One of these handles belongs to nobody here."),
    "participant_outside": N_("One of these people may not see the conversation, so they cannot be addressed in it."),
    "draft_place_taken": N_("There is another draft at this place already. Post or discard it first."),
    "drafts_many": N_("You have very many drafts. Discard some of them first."),
    "due_form": N_("Choose the day and the time at which it is to be posted."),
    "due_past": N_("This moment has passed already. Choose one to come."),
    "due_far": N_("This is too far away. Choose a moment within a year."),
    "searches_many": N_("You keep many searches already. Delete one first."),
    "push_address": N_("This is no address to which notifications can be pushed."),
    "push_keys": N_("This browser sent keys that cannot be used."),
    # Pictures.
    "picture_missing": N_("Choose a picture first."),
    "picture_kind": N_("This is no picture that can be used. JPEG, PNG, WebP, GIF and AVIF can."),
    "picture_unreadable": N_("This picture is damaged and cannot be read."),
    "picture_too_large": N_("This file is too large. A picture may have up to 16 MB."),
    "picture_too_many_pixels": N_("This picture has too many pixels. Make it smaller first."),
    "picture_timeout": N_("This picture takes too long to read. Try another one."),
    "picture_twice": N_("The same picture is there twice."),
    "picture_unknown": N_("One of the pictures is not there any more. Add it again."),
    "alt_missing": N_(
        "A picture has no description. Whoever cannot see it misses it: describe it, or send it without."
    ),
    "pictures_many": N_("A post has up to four pictures."),
    "pictures_busy": N_("Many pictures are being read just now. Try again in a moment."),
    # Looking after the community.
    "colour_form": N_("A colour is written as # and six digits, like #0e6b5e."),
    "rules_many": N_("These are too many rules: at most 20."),
    "published_meanwhile": N_("Somebody else has published this page meanwhile. Look at it before you publish yours."),
    "ends_before_it_begins": N_("The end must come after the beginning."),
    "shortcode_form": N_("A name has 2 to 30 characters: small letters a to z, digits and _."),
    "shortcode_taken": N_("There is an emoji of this name already."),
    "moment_form": N_("This is no date with a time."),
    "emoji_too_large": N_("This file is too large. An emoji may have up to 500 KB."),
    "emoji_many": N_("There are very many emoji already. Remove some first."),
    # The request itself.
    "conflict": N_("This contradicts what is there already."),
    "too_many": N_("Too many tries in a short time. Wait a little."),
    "wrong_method": N_("This address does not do that."),
    "foreign_origin": N_("This came from another website and was not carried out. If it was you, do it here again."),
    "form_expected": N_("Something other than a form was sent."),
    "form_broken": N_("The form did not arrive as it was sent. Try again."),
    "text_broken": N_("The text has characters in it that cannot be kept."),
    "body_too_large": N_("More was sent than can be taken. Send less at once."),
}


def explain(language: str, reason: str) -> str:
    """A reason code as a sentence."""
    message = REASONS.get(reason)
    return catalogue(language).gettext(message) if message is not None else reason
