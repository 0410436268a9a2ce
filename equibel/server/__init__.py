"""The HTTP server of Equibel (FastAPI); its routes are the `/v1` interface over the same workspaces the shell uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from equibel.server.app import create_app
    from equibel.server.settings import Settings

__all__ = ["Settings", "create_app"]


def __getattr__(name: str) -> Any:
    # Loaded on demand: the processes of computations do not need the application, which takes long to load.
    if name == "create_app":
        from equibel.server.app import create_app

        return create_app
    if name == "Settings":
        from equibel.server.settings import Settings

        return Settings
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
