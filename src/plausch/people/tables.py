"""How people are stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table

actors = table(
    "people_actors",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    #: Lower case; unique on its server.
    sa.Column("handle", sa.Text, nullable=False),
    #: 0 is this server.
    sa.Column("server_id", sa.BigInteger, nullable=False, server_default="0"),
    #: Only of foreign actors: local addresses are derived from ids (rule 5).
    sa.Column("uri", sa.Text),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("about_source", sa.Text, nullable=False, server_default=""),
    sa.Column("about_html", sa.Text, nullable=False, server_default=""),
    sa.Column("pronouns", sa.Text, nullable=False, server_default=""),
    sa.Column("picture", sa.Text, nullable=False, server_default=""),
    sa.Column("language", sa.Text, nullable=False, server_default=""),
    sa.Column("standing", sa.Text, nullable=False, server_default="active"),
    sa.Column("locked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", Moment, nullable=False),
    #: Raised with every change of what others see; rendered parts hang on it.
    sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    #: Who may quote what it posts, where a post says nothing else.
    sa.Column("who_quotes", sa.Text, nullable=False, server_default="everybody"),
    #: The wide picture above a profile, named like the other one.
    sa.Column("header", sa.Text, nullable=False, server_default=""),
    #: Who may write on its wall.
    sa.Column("who_writes", sa.Text, nullable=False, server_default="connections"),
    #: How what several people say for it tells who wrote it: one of `model.Signature`.
    sa.Column("signature", sa.Text, nullable=False, server_default="name"),
    #: A program speaks, nobody at a keyboard.
    sa.Column("automated", sa.Boolean, nullable=False, server_default=sa.false()),
    #: What is to be seen in its pictures, for those who cannot see them.
    sa.Column("picture_alt", sa.Text, nullable=False, server_default=""),
    sa.Column("header_alt", sa.Text, nullable=False, server_default=""),
    #: Which tabs its profile has beside its posts: `model.Tabs`.
    sa.Column("shows_pictures", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("shows_replied_pictures", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("shows_featured", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Index("uq_people_actors_handle", "handle", "server_id", unique=True),
    sa.Index("uq_people_actors_uri", "uri", unique=True),
)

counts = table(
    "people_counts",
    sa.Column("actor_id", Id, primary_key=True, autoincrement=False),
    sa.Column("followers", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("following", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("connections", sa.BigInteger, nullable=False, server_default="0"),
)

accounts = table(
    "people_accounts",
    sa.Column("person_id", Id, primary_key=True, autoincrement=False),
    sa.Column("email", sa.Text, nullable=False),
    #: The address in lower case, so that it is one account whatever the spelling.
    sa.Column("email_key", sa.Text, nullable=False, unique=True),
    sa.Column("email_confirmed_at", Moment),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False, server_default="member"),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("theme", sa.Text, nullable=False, server_default="system"),
    sa.Column("time_zone", sa.Text, nullable=False, server_default="UTC"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ends_at", Moment),
    #: How the person stood before it was suspended or left, and will stand again.
    sa.Column("returns_to", sa.Text, nullable=False, server_default="active"),
    #: Why somebody who waits to be let in wants to join; empty as soon as that is decided.
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    #: By which invitation the person came.
    sa.Column("invitation_id", sa.BigInteger, index=True),
    #: Hints are shown while it writes.
    sa.Column("adviser", sa.Boolean, nullable=False, server_default=sa.true()),
)

sessions = table(
    "people_sessions",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("acting_as", sa.BigInteger, nullable=False),
    sa.Column("client", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
)

tokens = table(
    "people_tokens",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("acting_as", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    #: The program it was given to; 0: made by whoever runs the server. With no person it speaks for the program alone.
    sa.Column("app_id", sa.BigInteger, nullable=False, server_default="0", index=True),
)

#: Programs that may ask people whether they speak for them (OAuth 2).
apps = table(
    "people_apps",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("client_id", sa.Text, nullable=False, unique=True),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("website", sa.Text, nullable=False, server_default=""),
    #: Where it may be answered, one a line.
    sa.Column("redirect_uris", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    #: When somebody last agreed to it; what nobody uses is forgotten.
    sa.Column("used_at", Moment, nullable=False, index=True),
)

#: What a program brings back from somebody's agreement, and exchanges for a token once.
codes = table(
    "people_codes",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("app_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("redirect_uri", sa.Text, nullable=False),
    #: What the program must show that it knows (PKCE, S256); empty where it asked for nothing.
    sa.Column("challenge", sa.Text, nullable=False, server_default=""),
    #: The token it was exchanged for: whoever brings the code again may have stolen it, and the token ends.
    sa.Column("token_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("ends_at", Moment, nullable=False, index=True),
)

relations = table(
    "people_relations",
    sa.Column("source_id", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("target_id", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_people_relations_target", "target_id", "kind", "source_id"),
    keyed=True,
)

#: Mutes that end by themselves.
mute_ends = table(
    "people_mute_ends",
    sa.Column("source_id", sa.BigInteger, primary_key=True),
    sa.Column("target_id", sa.BigInteger, primary_key=True),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Index("ix_people_mute_ends_target", "target_id"),
    keyed=True,
)

#: What somebody has noted about somebody else; nobody but they reads it.
notes = table(
    "people_notes",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("other_id", sa.BigInteger, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("ix_people_notes_other", "other_id"),
    keyed=True,
)

requests = table(
    "people_requests",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source_id", sa.BigInteger, nullable=False),
    sa.Column("target_id", sa.BigInteger, nullable=False),
    sa.Column("line", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Moment, nullable=False),
    #: Declined quietly: the asking person goes on seeing an open request.
    sa.Column("declined_at", Moment),
    #: Taken back: nobody sees it any more, but it is remembered, so that asking again rings no bell.
    sa.Column("withdrawn_at", Moment),
    sa.Index("uq_people_requests_pair", "source_id", "kind", "target_id", unique=True),
    sa.Index("ix_people_requests_target", "target_id", "id"),
)

#: "You two should meet, because ...": takes effect when both agree. Each of the two knows only their own answer.
introductions = table(
    "people_introductions",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("made_by", sa.BigInteger, nullable=False),
    #: The lower id of the two comes first.
    sa.Column("one_id", sa.BigInteger, nullable=False),
    sa.Column("other_id", sa.BigInteger, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    #: False: nobody was asked, since they were not long ago, or one of them has blocked the other. Nobody learns that.
    sa.Column("asked", sa.Boolean, nullable=False),
    #: True: yes; False: no; None: not yet.
    sa.Column("one_agrees", sa.Boolean),
    sa.Column("other_agrees", sa.Boolean),
    sa.Column("met_at", Moment),
    sa.Index("ix_people_introductions_one", "one_id", "other_id"),
    sa.Index("ix_people_introductions_other", "other_id"),
    sa.Index("ix_people_introductions_made_by", "made_by"),
)

#: Whom somebody does not want to be suggested.
dismissals = table(
    "people_dismissals",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("other_id", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_people_dismissals_other", "other_id"),
    keyed=True,
)

consents = table(
    "people_consents",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
    keyed=True,
)

#: Secrets sent to an address: whoever brings one back reads what arrives there.
proofs = table(
    "people_proofs",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    #: None until the letter is written.
    sa.Column("secret_hash", sa.LargeBinary, unique=True),
    sa.Column("ends_at", Moment, nullable=False),
)

invitations = table(
    "people_invitations",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: Stands in the link. It opens nobody's account, and is shown again to whoever made it.
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("uses_max", sa.BigInteger, nullable=False),
    sa.Column("uses", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
)

#: Domains of e-mail addresses with which nobody comes in, nor with one of a domain below.
barred_domains = table(
    "people_barred_domains",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("domain", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
)

#: E-mail addresses with which nobody comes in: whoever reads this learns of none.
barred_addresses = table(
    "people_barred_addresses",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: SHA-256 of what `model.canonical_email` makes of the address, in hexadecimal digits.
    sa.Column("email_hash", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
)

barred_networks = table(
    "people_barred_networks",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: As in 192.0.2.0/24.
    sa.Column("network", sa.Text, nullable=False, unique=True),
    #: A `model.Severity`.
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
    #: Empty: until somebody lifts it.
    sa.Column("ends_at", Moment),
)

#: What a profile says beside its text, in pairs.
fields = table(
    "people_fields",
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    #: When the page the value leads to was last seen to point back here.
    sa.Column("verified_at", Moment),
    #: When it was last looked at; None where nothing was, or is to be again.
    sa.Column("checked_at", Moment),
    keyed=True,
)

#: Codes of a program on somebody's phone (RFC 6238), asked for beside the password.
second_factors = table(
    "people_second_factors",
    sa.Column("person_id", Id, primary_key=True, autoincrement=False),
    #: As it is: whoever reads this database could read a key beside it, too.
    sa.Column("secret", sa.Text, nullable=False),
    #: None until a first code has shown that the program has it.
    sa.Column("confirmed_at", Moment),
    #: The step of the last code that was used: each counts once.
    sa.Column("last_step", sa.BigInteger, nullable=False, server_default="0"),
)

recovery_codes = table(
    "people_recovery_codes",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    keyed=True,
)

passkeys = table(
    "people_passkeys",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    #: How often it says that it was used; copies give themselves away by it.
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

#: Who somebody is for another service that they sign in with (OpenID Connect).
identities = table(
    "people_identities",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("used_at", Moment, nullable=False),
    sa.Index("uq_people_identities_subject", "issuer", "subject", unique=True),
)

#: Ways in that somebody is in the middle of; the browser has the other half, a cookie.
attempts = table(
    "people_attempts",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("step", sa.Text, nullable=False),
    #: None as long as it is not known who comes.
    sa.Column("person_id", sa.BigInteger, index=True),
    #: Challenges and the like, as JSON.
    sa.Column("secret_content", sa.Text, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
)

#: Who speaks for a page.
teams = table(
    "people_teams",
    sa.Column("page_id", sa.BigInteger, primary_key=True),
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    #: Empty once they have agreed; until then the invitation's question is open.
    sa.Column("invited_by", sa.BigInteger),
    sa.Index("ix_people_teams_person", "person_id", "page_id"),
    keyed=True,
)

#: What a page of an organisation says beside what every actor does.
pages = table(
    "people_pages",
    sa.Column("page_id", Id, primary_key=True, autoincrement=False),
    #: Of what kind the organisation is: one of `model.PageKind`.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("website", sa.Text, nullable=False, server_default=""),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("email", sa.Text, nullable=False, server_default=""),
    sa.Column("phone", sa.Text, nullable=False, server_default=""),
    #: One line a day, from Monday on, as in "09:00-12:30, 14:00-18:00"; an empty line is a day it is closed.
    sa.Column("hours", sa.Text, nullable=False, server_default=""),
    #: Who is responsible for the page, as the law asks; Markdown.
    sa.Column("imprint", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
)

#: What the team of a page did that others of it must be able to follow.
team_log = table(
    "people_team_log",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("page_id", sa.BigInteger, nullable=False),
    sa.Column("person_id", sa.BigInteger, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("subject_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_people_team_log_page", "page_id", "id"),
)
