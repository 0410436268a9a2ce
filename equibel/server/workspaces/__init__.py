"""The workspaces of all owners: in the database, cached in memory, and their content as data."""
