"""What alembic runs to migrate; the connection is given by `equibel.server.database.migrate`."""

from alembic import context

from equibel.server.database.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes tables by copying them
)
with context.begin_transaction():
    context.run_migrations()
