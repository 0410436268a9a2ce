"""Alembic's migrations of the tables, run by `equibel.server.database.Database.upgrade`."""
