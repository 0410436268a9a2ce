"""The HTTP server of Equibel (FastAPI); its routes are the `/v1` interface over the same workspaces the shell uses."""
