"""Workspaces of all owners: store, cache, content as data, uploads."""
