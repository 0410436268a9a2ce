"""The entry point of alembic; `equibel.server.database.migrate` gives the connection."""

from alembic import context

from equibel.server.database.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes tables by copying them
)
with context.begin_transaction():
    context.run_migrations()
