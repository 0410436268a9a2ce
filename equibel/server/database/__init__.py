"""The database of a server: SQLite in a file, or PostgreSQL by URL.

One server at a time uses a database, see `Database.lock`; so the workspaces that it has in memory are those stored.
"""

from equibel.server.database.connect import Database
from equibel.server.database.tables import Base, JobEventRow, JobRow, RecordRow, WorkspaceRow

__all__ = ["Base", "Database", "JobEventRow", "JobRow", "RecordRow", "WorkspaceRow"]
