"""The tables of the database.

A workspace is rows of `RecordRow`, the records of `equibel.workspace.storage.records`, so that what the shell keeps as lines
of a file is kept here as rows.  Times are texts in UTC, ISO 8601, as `equibel.workspace.state.model.now` writes them; other
structured data is JSON text of ASCII characters.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Double, ForeignKey, Index, Integer, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

#: Texts that are compared and sorted by code point, whatever the language of the database server is.
Ordered = Text().with_variant(Text(collation="C"), "postgresql")
#: Numbers that the database gives; SQLite does so for this type only.
Counted = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """What the tables have in common."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class WorkspaceRow(Base):
    """A workspace of an owner, under a name."""

    __tablename__ = "workspaces"
    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Ordered)
    name: Mapped[str] = mapped_column(Ordered)
    #: Another one whenever all records are replaced by those of a file, so that versions of before are not taken for it.
    edition: Mapped[str] = mapped_column(Text)
    created: Mapped[str] = mapped_column(Text)
    updated: Mapped[str] = mapped_column(Text)


class RecordRow(Base):
    """A record of a workspace."""

    __tablename__ = "records"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class JobRow(Base):
    """A job: what is to be computed, how far that is, and what came of it."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("owner", "idempotency_key"),
        Index(None, "owner", "sequence"),
        Index(None, "status", "sequence"),
        Index(None, "workspace_id"),
        {"sqlite_autoincrement": True},
    )

    #: The order in which jobs were made.
    sequence: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Ordered)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    created: Mapped[str] = mapped_column(Text)
    started: Mapped[str | None] = mapped_column(Text)
    finished: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    save_as: Mapped[str | None] = mapped_column(Text)
    operation: Mapped[str] = mapped_column(Text)
    time_limit: Mapped[float | None] = mapped_column(Double)
    progress: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(Text)
    iterations: Mapped[int | None]
    seconds: Mapped[float | None] = mapped_column(Double)
    result: Mapped[str | None] = mapped_column(Text, deferred=True)  # may be large: read when it is asked for
    idempotency_key: Mapped[str | None] = mapped_column(Ordered)
    request_digest: Mapped[str] = mapped_column(Text)
    events_count: Mapped[int] = mapped_column(Integer, default=0)


class JobEventRow(Base):
    """Something that happened to a job."""

    __tablename__ = "job_events"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)
    time: Mapped[str] = mapped_column(Text)
