"""Workspaces with their records, and jobs with their events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ordered = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Go on from the revision before."""
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", ordered, nullable=False),
        sa.Column("name", ordered, nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"),
        sa.UniqueConstraint("owner", "name", name="uq_workspaces_owner_name"),
    )
    op.create_table(
        "records",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", name="pk_records"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_records_workspace_id", ondelete="CASCADE"),
    )
    op.create_table(
        "jobs",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", ordered, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("started", sa.Text()),
        sa.Column("finished", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("save_as", sa.Text()),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("time_limit", sa.Double()),
        sa.Column("progress", sa.Text()),
        sa.Column("problem", sa.Text()),
        sa.Column("iterations", sa.Integer()),
        sa.Column("seconds", sa.Double()),
        sa.Column("result", sa.Text()),
        sa.Column("idempotency_key", ordered),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("events_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_jobs"),
        sa.UniqueConstraint("id", name="uq_jobs_id"),
        sa.UniqueConstraint("owner", "idempotency_key", name="uq_jobs_owner_idempotency_key"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_jobs_workspace_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_owner_sequence", "jobs", ["owner", "sequence"])
    op.create_index("ix_jobs_status_sequence", "jobs", ["status", "sequence"])
    op.create_index("ix_jobs_workspace_id", "jobs", ["workspace_id"])
    op.create_table(
        "job_events",
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_events"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_events_job_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    for table in "job_events", "jobs", "records", "workspaces":
        op.drop_table(table)
