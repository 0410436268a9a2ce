"""``/docs``: the interactive documentation, from files on this computer; ``/`` leads there."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Response

from equibel.server.http.problems import NotFound

router = APIRouter(include_in_schema=False)

#: What the page may load: its own files.  Swagger UI sets styles from its script.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Equibel</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="data:,">
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; <a href="openapi.json">openapi.json</a> describes the routes as well.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
"""
_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset],
  layout: "BaseLayout",
  deepLinking: true,
  validatorUrl: null,
});
"""
_FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


@router.get("/")
def start() -> Response:
    """Lead people to the documentation."""
    return Response(status_code=307, headers={"Location": "docs"})


@router.get("/docs")
def page() -> Response:
    """The page."""
    return Response(_PAGE, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})


@router.get("/docs/{name}")
def file(name: str) -> Response:
    """What the page loads."""
    if name == "start.js":
        return Response(_START, media_type="text/javascript")
    if name not in _FILES:
        raise NotFound(f"no resource at /docs/{name[:100]}")
    return Response(_content(name), media_type=_FILES[name], headers={"Cache-Control": "private, max-age=86400"})


@cache
def _content(name: str) -> bytes:
    return files("fastapi_offline").joinpath("static", name).read_bytes()
