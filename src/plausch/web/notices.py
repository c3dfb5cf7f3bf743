"""Notifications in words: what their kinds are called, and what one says where there is room for a sentence only."""

from plausch.feeds.model import Channel, NotificationKind
from plausch.language.catalogues import N_, catalogue

#: What somebody switches on and off.
KINDS = {
    NotificationKind.REPLIED: N_("Replies to me"),
    NotificationKind.MENTIONED: N_("Posts that mention me"),
    NotificationKind.ADDRESSED: N_("Posts only for me and a few others"),
    NotificationKind.LIKED: N_("Likes"),
    NotificationKind.SHARED: N_("Shares"),
    NotificationKind.QUOTED: N_("Posts that quote me"),
    NotificationKind.NAMED_AUTHOR: N_("Articles that name me as an author"),
    NotificationKind.WALL_WRITTEN: N_("Posts on my wall"),
    NotificationKind.TOPIC_STARTED: N_("New topics in boards I watch"),
    NotificationKind.POSTED: N_("Posts of people I want to hear of"),
    NotificationKind.TOPIC_REPLIED: N_("Replies in conversations I watch"),
    NotificationKind.TOPIC_TENDED: N_("Topics of mine that were changed or moved"),
    NotificationKind.SHARED_EDITED: N_("Posts I have shared that say something else now"),
    NotificationKind.QUOTED_EDITED: N_("Posts I have quoted that say something else now"),
    NotificationKind.ANSWER_ACCEPTED: N_("My reply answers a question"),
    NotificationKind.POLL_ENDED: N_("Polls that are over"),
    NotificationKind.FOLLOWED: N_("New followers"),
    NotificationKind.FOLLOW_REQUESTED: N_("Requests to follow me"),
    NotificationKind.CONNECTION_REQUESTED: N_("Requests to connect"),
    NotificationKind.CONNECTED: N_("Somebody has accepted my request"),
    NotificationKind.INTRODUCED: N_("Introductions to people I should meet"),
    NotificationKind.GREETING_DUE: N_("My turn to greet somebody new"),
    NotificationKind.TEAM_INVITED: N_("Requests to speak for a page"),
    NotificationKind.APPROVAL_ASKED: N_("Posts that wait for me to let them through"),
    NotificationKind.APPROVED: N_("Posts of mine that were let through"),
    NotificationKind.DECLINED: N_("Posts of mine that were given back"),
    NotificationKind.GROUP_INVITED: N_("Invitations into groups"),
    NotificationKind.GROUP_REQUESTED: N_("Requests to join groups that I look after"),
    NotificationKind.GROUP_ACCEPTED: N_("Groups have let me in"),
    NotificationKind.GROUP_ROLE: N_("My role in groups"),
    NotificationKind.PACK_ASKED: N_("Requests to show me, or a group of mine, in a starter pack"),
    NotificationKind.PACK_CHANGED: N_("Changes of starter packs that show me, or a group of mine"),
    NotificationKind.GROUP_REMOVED: N_("Posts of mine that were removed from groups"),
    NotificationKind.DECIDED: N_("Decisions about my posts or my account"),
    NotificationKind.REPORT_ANSWERED: N_("What became of my reports"),
    NotificationKind.REPORTED: N_("New reports"),
    NotificationKind.APPEALED: N_("Appeals against decisions"),
    NotificationKind.JOINED: N_("People who are new here"),
    NotificationKind.PAGE_ORPHANED: N_("Pages that nobody looks after"),
    NotificationKind.WEEKLY_LETTER: N_("The weekly letter about what I look after"),
}
CHANNELS = {Channel.PAGE: N_("Here"), Channel.PUSH: N_("Push"), Channel.MAIL: N_("E-mail")}
#: What somebody did; `notifications.html` says the same of several people.
_SENTENCES = {
    NotificationKind.REPLIED: N_("%(who)s replied to you"),
    NotificationKind.MENTIONED: N_("%(who)s mentioned you"),
    NotificationKind.ADDRESSED: N_("%(who)s wrote to you"),
    NotificationKind.LIKED: N_("%(who)s likes your post"),
    NotificationKind.SHARED: N_("%(who)s has shared your post"),
    NotificationKind.QUOTED: N_("%(who)s quoted you"),
    NotificationKind.NAMED_AUTHOR: N_("%(who)s names you as an author of an article"),
    NotificationKind.WALL_WRITTEN: N_("%(who)s wrote on your wall"),
    NotificationKind.TOPIC_STARTED: N_("%(who)s has begun a topic in a board you watch"),
    NotificationKind.POSTED: N_("%(who)s has posted something"),
    NotificationKind.TOPIC_REPLIED: N_("%(who)s has replied in a conversation you watch"),
    NotificationKind.TOPIC_TENDED: N_("%(who)s has changed or moved a topic of yours"),
    NotificationKind.SHARED_EDITED: N_("%(who)s has edited a post that you have shared"),
    NotificationKind.QUOTED_EDITED: N_("%(who)s has edited a post that you have quoted"),
    NotificationKind.ANSWER_ACCEPTED: N_("%(who)s says that your reply is the answer"),
    NotificationKind.POLL_ENDED: N_("%(who)s’s poll is over"),
    NotificationKind.FOLLOWED: N_("%(who)s follows you now"),
    NotificationKind.FOLLOW_REQUESTED: N_("%(who)s would like to follow you"),
    NotificationKind.CONNECTION_REQUESTED: N_("%(who)s would like to connect with you"),
    NotificationKind.CONNECTED: N_("You and %(who)s are connected now"),
    NotificationKind.INTRODUCED: N_("%(who)s knows somebody you should meet"),
    NotificationKind.GREETING_DUE: N_("%(who)s is new: it is your turn to say hello"),
    NotificationKind.TEAM_INVITED: N_("%(who)s asks you to speak for a page"),
    NotificationKind.APPROVAL_ASKED: N_("%(who)s wrote something that waits for you to let it through"),
    NotificationKind.APPROVED: N_("%(who)s let through what you wrote"),
    NotificationKind.DECLINED: N_("%(who)s gave back what you wrote"),
    NotificationKind.GROUP_INVITED: N_("%(who)s invites you to a group"),
    NotificationKind.GROUP_REQUESTED: N_("%(who)s would like to join a group that you look after"),
    NotificationKind.GROUP_ACCEPTED: N_("%(who)s has let you into a group"),
    NotificationKind.GROUP_ROLE: N_("%(who)s has changed your role in a group"),
    NotificationKind.PACK_ASKED: N_("%(who)s would like to have you in a starter pack"),
    NotificationKind.PACK_CHANGED: N_("%(who)s has changed a starter pack that shows you, or a group of yours"),
    NotificationKind.GROUP_REMOVED: N_("%(who)s has removed a post of yours in a group"),
    NotificationKind.DECIDED: N_("The moderators have decided something about you"),
    NotificationKind.REPORT_ANSWERED: N_("Your report was looked at"),
    NotificationKind.REPORTED: N_("There is a new report"),
    NotificationKind.JOINED: N_("%(who)s is new here"),
    NotificationKind.APPEALED: N_("Somebody appeals against a decision"),
    NotificationKind.PAGE_ORPHANED: N_("Nobody looks after a page any more"),
    NotificationKind.WEEKLY_LETTER: N_("The weekly letter is there"),
}


def describe(language: str, kind: NotificationKind, who: str) -> str:
    """What somebody of this name did, in a sentence."""
    return catalogue(language).gettext(_SENTENCES[kind]) % {"who": who}


def name_kind(language: str, kind: NotificationKind) -> str:
    return catalogue(language).gettext(KINDS[kind])
