"""Workspaces in files: TOML, graph files, export."""
