"""The database of a server: SQLite in a file, or PostgreSQL by URL.

One server at a time holds a database, `Database.lock`, so that what it has in memory is what is stored.
"""

from equibel.server.database.connect import Database
from equibel.server.database.tables import Base, JobEventRow, JobRow, RecordRow, WorkspaceRow

__all__ = ["Base", "Database", "JobEventRow", "JobRow", "RecordRow", "WorkspaceRow"]
