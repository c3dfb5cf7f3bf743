"""How groups are stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table

groups = table(
    "groups_groups",
    #: The group's actor.
    sa.Column("group_id", Id, primary_key=True, autoincrement=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("joining", sa.Text, nullable=False),
    #: What somebody who wants to join is asked.
    sa.Column("question", sa.Text, nullable=False, server_default=""),
    sa.Column("rules_source", sa.Text, nullable=False, server_default=""),
    sa.Column("rules_html", sa.Text, nullable=False, server_default=""),
    #: Who may begin a conversation, and who may reply: each one of `model.Who`.
    sa.Column("who_posts", sa.Text, nullable=False, server_default="members"),
    sa.Column("who_replies", sa.Text, nullable=False, server_default="members"),
    #: Least time between two posts of one member, in ms.
    sa.Column("slow_mode", sa.BigInteger, nullable=False, server_default="0"),
    #: How many posts of a newcomer somebody lets through before they go by themselves.
    sa.Column("approve_first", sa.Integer, nullable=False, server_default="0"),
    sa.Column("members", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
)

#: Tags under which a group is found.
topics = table(
    "groups_topics",
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Index("ix_groups_topics_tag", "tag", "group_id"),
    keyed=True,
)

#: Those among the members who are more than that.
roles = table(
    "groups_roles",
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_groups_roles_actor", "actor_id", "group_id"),
    keyed=True,
)

requests = table(
    "groups_requests",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("group_id", sa.BigInteger, nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    #: Declined quietly: the asking person goes on seeing an open request.
    sa.Column("declined_at", Moment),
    #: Of a declined one, which is remembered: that it is still there must not tell that it was declined.
    sa.Column("withdrawn_at", Moment),
    sa.Index("uq_groups_requests_pair", "group_id", "actor_id", unique=True),
    sa.Index("ix_groups_requests_actor", "actor_id"),
)

#: People who were asked to join.
invitations = table(
    "groups_invitations",
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("invited_by", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_groups_invitations_actor", "actor_id"),
    keyed=True,
)

#: Links with which whoever has them joins.
links = table(
    "groups_links",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("group_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("made_by", sa.BigInteger, nullable=False),
    sa.Column("uses_max", sa.BigInteger, nullable=False),
    sa.Column("uses", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("ends_at", Moment, nullable=False),
)

bans = table(
    "groups_bans",
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    #: None: until it is taken back.
    sa.Column("ends_at", Moment),
    sa.Column("by_id", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_groups_bans_actor", "actor_id"),
    keyed=True,
)

boards = table(
    "groups_boards",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: 0: of the whole community.
    sa.Column("group_id", sa.BigInteger, nullable=False),
    #: 0: stands in no other; boards are one level deep.
    sa.Column("parent_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("place", sa.Integer, nullable=False, server_default="0"),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("who_posts", sa.Text, nullable=False, server_default="members"),
    sa.Column("who_replies", sa.Text, nullable=False, server_default="members"),
    #: Its topics stay; nothing new is begun.
    sa.Column("closed_at", Moment),
    sa.Index("uq_groups_boards_slug", "group_id", "slug", unique=True),
)

#: What those who look after a group did, for their members to know.
log = table(
    "groups_log",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("group_id", sa.BigInteger, nullable=False),
    #: Who did it; 0 when it came about by itself, or they are gone.
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    #: Whom or which post or board it was about; 0 the group itself.
    sa.Column("subject_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_groups_log_group", "group_id", "id"),
)

#: Sets of people and groups to begin with.
packs = table(
    "groups_packs",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("maker_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
    #: Put before newcomers by those who look after the place.
    sa.Column("featured_at", Moment),
    #: When its maker last changed it; None: never, or before that was noted.
    sa.Column("changed_at", Moment),
)

pack_members = table(
    "groups_pack_members",
    sa.Column("pack_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    #: None until whoever is in it has agreed.
    sa.Column("agreed_at", Moment),
    sa.Column("declined_at", Moment),
    #: None: before that was noted.
    sa.Column("added_at", Moment),
    sa.Index("ix_groups_pack_members_actor", "actor_id"),
    keyed=True,
)
