"""Reading the JSON of requests: exactly JSON, of bounded depth, in text that can be stored.

Python's parser takes more than JSON, such as ``NaN``, and keeps halves of characters, which no database takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from equibel.server.problems import Invalid, UnsupportedMediaType

MAX_DEPTH = 100  # of lists and objects in one another; nothing that is read here needs more than ten

_SUSPECT = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_json(body: bytes) -> Any:
    """The value of a JSON text.

    Raises
    ------
    Invalid
        When it is not JSON in UTF-8, is nested deeper than 100 levels, has an integer of thousands of digits, or a text
        in it has the character NUL or half of a character.

    Examples
    --------
    >>> read_json(b'{"formula": "p & q"}')
    {'formula': 'p & q'}
    >>> read_json(b'{"weight": NaN}')
    Traceback (most recent call last):
    equibel.server.problems.Invalid: the body is not JSON: NaN is no JSON number
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise _invalid(f"it is not UTF-8 at byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        place, words = {"line": error.lineno, "column": error.colno}, error.msg[:1].lower() + error.msg[1:]
        raise _invalid(f"line {error.lineno}, column {error.colno}: {words}", **place) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise _invalid(str(error) if isinstance(error, _NotJson) else "an integer in it has too many digits") from None
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH or _SUSPECT.search(body):
        _check(value)
    return value


class _NotJson(ValueError):
    """Something that Python reads and JSON does not have."""


def _no_constant(name: str) -> Any:
    raise _NotJson(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise _NotJson("a number in it is too large")
    return number


def _check(value: Any) -> None:
    """Refuse what is nested too deeply or has text that cannot be stored, level by level."""
    level = [value]
    depth = 0
    while level:
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                if _UNSTORABLE.search(item):
                    raise _invalid("a text in it has the character NUL or half of a character")
            elif isinstance(item, list | dict):
                if depth == MAX_DEPTH:
                    raise _too_deep()
                below += item
                if isinstance(item, dict):
                    below += item.values()
        level, depth = below, depth + 1


def _invalid(problem: str, **data: Any) -> Invalid:
    return Invalid(f"the body is not JSON: {problem}", errors=[{"where": "body", "problem": problem}], **data)


def _too_deep() -> Invalid:
    problem = f"lists and objects in it are nested more than {MAX_DEPTH} deep"
    return Invalid(f"the body cannot be read: {problem}", errors=[{"where": "body", "problem": problem}], limit=MAX_DEPTH)


class JsonRoute(APIRoute):
    """A route whose JSON body is read strictly, and refused with 415 when it does not say that it is JSON.

    For routers: ``APIRouter(route_class=JsonRoute)``.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which reads the body first; its problems keep their status that way."""
        handle = super().get_route_handler()
        takes_json = self.body_field is not None

        async def strictly(request: Request) -> Response:
            if takes_json and (body := await request.body()):
                _require_json(request)
                request._json = read_json(body)  # where Request.json() keeps and finds what it has read
            return await handle(request)

        return strictly


def _require_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        said = f"not {kind}" if kind else "the request does not say what it is"
        raise UnsupportedMediaType(f"the body must be JSON, with 'Content-Type: application/json'; {said}")
