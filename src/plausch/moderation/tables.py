"""How reports, decisions and the log are stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table

_APPEALED = sa.text("appealed_at IS NOT NULL AND answered_at IS NULL")

reports = table(
    "moderation_reports",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: 0 once the account is gone. Nobody but those who look after the place learns of it.
    sa.Column("reporter_id", sa.BigInteger, nullable=False),
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    #: Ids of the community's rules, separated by spaces.
    sa.Column("rules", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.Text, nullable=False, server_default="open"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("decision_id", sa.BigInteger),
    #: A `model.ReportCategory`; only programs ask for it.
    sa.Column("category", sa.Text, nullable=False, server_default="other"),
    sa.Index("ix_moderation_reports_state", "state", "id"),
    sa.Index("ix_moderation_reports_subject", "subject_id", "id"),
    sa.Index("ix_moderation_reports_reporter", "reporter_id", "id"),
    sa.Index("ix_moderation_reports_decision", "decision_id"),
)

reported_posts = table(
    "moderation_reported_posts",
    sa.Column("report_id", sa.BigInteger, primary_key=True),
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Index("ix_moderation_reported_posts_post", "post_id"),
    keyed=True,
)

#: What reported posts said when they were reported: whoever is reported may still change or remove them.
copies = table(
    "moderation_copies",
    sa.Column("report_id", sa.BigInteger, primary_key=True),
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    #: JSON of `model.Copy`.
    sa.Column("kept", sa.Text, nullable=False),
    sa.Index("ix_moderation_copies_subject", "subject_id"),
    keyed=True,
)

decisions = table(
    "moderation_decisions",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    sa.Column("post_id", sa.BigInteger),
    #: A `model.DecisionKind`.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("rule_id", sa.BigInteger),
    #: What whoever is concerned is told.
    sa.Column("message", sa.Text, nullable=False, server_default=""),
    #: 0 once the account is gone.
    sa.Column("decided_by", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
    #: What a removed post said (JSON), as long as it may be given back.
    sa.Column("kept", sa.Text, nullable=False, server_default=""),
    sa.Column("appeal_state", sa.Text, nullable=False, server_default="none"),
    sa.Column("appeal", sa.Text, nullable=False, server_default=""),
    sa.Column("appealed_at", Moment),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("answered_by", sa.BigInteger),
    sa.Column("answered_at", Moment),
    sa.Index("ix_moderation_decisions_subject", "subject_id", "id"),
    sa.Index("ix_moderation_decisions_appealed", "id", sqlite_where=_APPEALED, postgresql_where=_APPEALED),
)

#: What those who look after the place write down about somebody.
notes = table(
    "moderation_notes",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("subject_id", sa.BigInteger, nullable=False),
    #: 0 once the account is gone.
    sa.Column("written_by", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_moderation_notes_subject", "subject_id", "id"),
)

#: Who did what: ids and codes only, and never changed.
log = table(
    "moderation_log",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: 0: by the command line.
    sa.Column("by_id", sa.BigInteger, nullable=False),
    #: A `model.Act`.
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("subject_id", sa.BigInteger),
    sa.Column("post_id", sa.BigInteger),
    #: A role, the keys of settings, the kind of a document.
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_moderation_log_subject", "subject_id", "id"),
    sa.Index("ix_moderation_log_by", "by_id", "id"),
)
