"""Names of workspaces, graphs and results, restricted to what can stand in the path of a URL and be read by people."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, WithJsonSchema

from equibel.server.http.problems import Invalid

LONGEST = 200

_UNSEEN = r"\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
_ANY, _NO_DOT = f"[^/{_UNSEEN}]", f"[^./{_UNSEEN}]"
#: Without a lookahead, which not every reader of JSON Schema knows: not "." and not "..", which clients take for folders.
_PATTERN = rf"^({_NO_DOT}{_ANY}*|\.{_NO_DOT}{_ANY}*|\.\.{_ANY}+)$"
_NAME = re.compile(_PATTERN)

_RULE = f"1 to {LONGEST} characters, no '/', no control characters, and not '.' or '..'"


def is_name(name: str) -> bool:
    """Whether this is a valid name.

    >>> [name for name in ("drones", "a b", "été", "", "..", "a/b", "a\\nb") if is_name(name)]
    ['drones', 'a b', 'été']
    """
    return len(name) <= LONGEST and _NAME.fullmatch(name) is not None


def require_name(name: str, where: str) -> str:
    """The name; raises `Invalid` for an invalid name."""
    if not is_name(name):
        problem = f"invalid name; expected {_RULE}"
        raise Invalid(f"{where}: {problem}", errors=[{"where": where, "problem": problem}])
    return name


def _check(name: str) -> str:
    if not is_name(name):
        raise ValueError(f"invalid name; expected {_RULE}")
    return name


_SCHEMA: dict[str, Any] = {"minLength": 1, "maxLength": LONGEST, "pattern": _PATTERN}

#: For models of requests.
Name = Annotated[str, AfterValidator(_check), WithJsonSchema({"type": "string", "description": _RULE, **_SCHEMA})]

# In paths the schema is for the document only: what has no such name is not there, 404.
WorkspacePath = Annotated[str, Path(description="The name of a workspace.", json_schema_extra=_SCHEMA)]
GraphPath = Annotated[str, Path(description="The name of a graph, or to read it, of a result.", json_schema_extra=_SCHEMA)]
ResultPath = Annotated[str, Path(description="The name of a result.", json_schema_extra=_SCHEMA)]
