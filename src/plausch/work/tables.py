"""The one durable table of what is still to be done: recorded facts and jobs alike."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table

jobs = table(
    "work_jobs",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: `fact:<Name>` for a recorded fact, `listener:<name>` for one listener's retry, else the job's own name.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    #: Not to be touched before this moment. Leasing a job moves it to the end of the lease.
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("leased_by", sa.Text),
    #: Set when it was given up after too many attempts; a person looks at it then.
    sa.Column("failed_at", Moment),
    #: The kind of error, never its text: texts may hold something personal.
    sa.Column("error", sa.Text),
)
_OPEN = jobs.c.failed_at.is_(None)
sa.Index("ix_work_jobs_due", jobs.c.due_at, sqlite_where=_OPEN, postgresql_where=_OPEN)

#: When each repeated job was last put into the queue, so that several processes do it once.
schedule = table(
    "work_schedule",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("last_at", Moment, nullable=False),
)
