"""The HTTP server of Equibel (FastAPI); its routes are the `/v1` interface over the same workspaces the shell uses."""

from equibel.server.app import create_app
from equibel.server.settings import Settings

__all__ = ["Settings", "create_app"]
