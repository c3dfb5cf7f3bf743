"""Background work in words, for owners: what it is, and what went wrong.

A test holds the names against every job and listener of the server.
"""

from plausch.language.catalogues import N_, catalogue

CHORES = {
    "exchange.delete_archives": N_("Delete files of archives"),
    "exchange.prune_errands": N_("Clear away old archives"),
    "exchange.run_errand": N_("Make or read in an archive"),
    "feeds.find_trends": N_("Find what is much talked about"),
    "feeds.gather_mail": N_("Gather news for an e-mail"),
    "feeds.push": N_("Send a notification to a device"),
    "http.prune_limits": N_("Forget old counts of requests"),
    "mail.forget_letters": N_("Clear away kept e-mails"),
    "mail.send_letter": N_("Send an e-mail"),
    "moderation.clear_copies": N_("Clear away copies of decided reports"),
    "insights.drop_visits": N_("Forget old visits"),
    "insights.pass_on_greetings": N_("Pass on the duty to greet newcomers"),
    "insights.begin_night": N_("See whether it is time to compute insights"),
    "insights.compute": N_("Compute insights"),
    "insights.make_letters": N_("Make weekly letters"),
    "feeds.find_scores": N_("Find what is lively and what waits for an answer"),
    "people.end_mute": N_("Show somebody again who was muted for a while"),
    "insights.measure_target": N_("Count whom a page or group reaches"),
    "insights.measure_weeks": N_("Count the weeks of a goal"),
    "insights.recount_actor": N_("Count somebody in insights, or no more"),
    "insights.recount_conversation": N_("Count a conversation where it stands now"),
    "insights.recount_place": N_("Count what was said in a group where it counts now"),
    "people.check_links": N_("Check links on a profile"),
    "people.check_stale_links": N_("Look for profile links to be checked again"),
    "people.end_accounts": N_("Delete accounts whose time is over"),
    "people.forget_requests": N_("Forget old requests to join"),
    "people.forget_sessions": N_("Forget old sessions"),
    "talk.delete_files": N_("Delete picture files"),
    "talk.detect_language": N_("Recognise the language of a post"),
    "talk.drop_loose_pictures": N_("Delete pictures that were never posted"),
    "talk.drop_previews": N_("Clear away old link previews"),
    "talk.drop_sent_forms": N_("Forget forms that were sent"),
    "talk.drop_visitor_replies": N_("Delete replies of visitors that were not completed"),
    "talk.end_poll": N_("End a poll"),
    "talk.erase_posts": N_("Delete the posts of a deleted account"),
    "talk.fetch_preview": N_("Fetch a link preview"),
    "talk.prepare_picture": N_("Make a picture ready that took long"),
    "talk.publish_draft": N_("Publish a scheduled post"),
    "talk.narrow_place": N_("Draw in what was said in a group that was closed"),
    "talk.erase_place": N_("Remove what was said in a group that was deleted"),
}
#: What a room makes of something that happened.
FOLLOW_UPS = {
    "community": N_("Keep the place up to date after something happened"),
    "exchange": N_("Bring archives up to date after something happened"),
    "groups": N_("Bring groups up to date after something happened"),
    "insights": N_("Bring insights up to date after something happened"),
    "feeds": N_("Bring feeds and notifications up to date after something happened"),
    "mail": N_("Write an e-mail about something that happened"),
    "moderation": N_("Bring reports up to date after something happened"),
    "talk": N_("Bring conversations up to date after something happened"),
}
_FACT = N_("Pass on something that happened")
_OTHER = N_("Other work")
#: By the name of the error's class: only that is kept, since texts may hold something personal.
MISHAPS = {
    "ChildFailed": N_("The process that does it ended too early; the server's log says what it said."),
    "ConnectionError": N_("There was no connection."),
    "ConnectionRefusedError": N_("There was no connection."),
    "LetterDelayed": N_("The mail server could not be reached, or did not take the e-mail yet."),
    "LetterRefused": N_("The mail server refused the e-mail."),
    "LookupError": N_("This version of the server does not know such work."),
    "MemoryError": N_("There was too little memory."),
    "OSError": N_("A file could not be read or written."),
    "PushFailed": N_("The service that brings notifications to the device did not take it."),
    "TimeoutError": N_("It took too long."),
    "Unavailable": N_("The database did not answer."),
    "_NeverEnded": N_("It was begun again and again and never came to an end."),
}
_MISHAP = N_("Something unexpected went wrong. The server's log says more.")


def name_chore(language: str, kind: str) -> str:
    """What a job is for; `kind` as it is in the queue."""
    if kind.startswith("listener:"):
        _, _, listener = kind.partition("/")
        words = FOLLOW_UPS.get(listener.removeprefix("plausch.").partition(".")[0], _OTHER)
    elif kind.startswith("fact:"):
        words = _FACT
    else:
        words = CHORES.get(kind, _OTHER)
    return catalogue(language).gettext(words)


def name_mishap(language: str, error: str) -> str:
    """Why a job failed, by the name of the error's class."""
    return catalogue(language).gettext(MISHAPS.get(error, _MISHAP))
