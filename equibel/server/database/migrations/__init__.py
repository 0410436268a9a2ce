"""How the tables came about: alembic's migrations, which `equibel.server.database.Database.upgrade` runs."""
