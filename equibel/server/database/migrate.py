"""Migration of the tables of a database to the current version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from equibel.errors import WorkspaceError
from equibel.server.database.tables import Base


def upgrade(connection: Connection, where: str) -> None:
    """Run the migrations that are missing, and try to write; ``where`` is how errors call the database."""
    found = MigrationContext.configure(connection).get_current_heads()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if not known.issuperset(found):
        raise WorkspaceError(f"{where}: this database was written by a newer version of equibel; use that version")
    if not found:
        strange = sorted(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))
        if strange:
            problem = f"its table {strange[0]!r} belongs to another program"
            raise WorkspaceError(f"{where}: this is not a database of equibel: {problem}; use another one")
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise WorkspaceError(f"{where}: the database cannot be brought up to date: {error}") from None
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")  # fails where nothing can be written


def _config() -> Config:
    config = Config()
    # % is special in such a configuration
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
