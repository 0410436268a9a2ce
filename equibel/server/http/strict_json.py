"""Strict JSON of requests: nothing but JSON, of bounded depth, with text that can be stored.

Python's parser takes more than JSON, such as ``NaN``, and keeps halves of characters, which no database takes.  Of a name
that comes twice in an object it keeps the last, where another program may have seen the first.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError, ValidatorFunctionWrapHandler
from starlette.concurrency import run_in_threadpool

from equibel.plain import MAX_DIGITS
from equibel.server.http.problems import Invalid, UnsupportedMediaType
from equibel.solving import uncollected

MAX_DEPTH = 100  # of lists and objects in one another; nothing that is read here needs more than ten
MAX_MEMBERS = 10_000  # of an object; what is wrong with each of them would be found out before only some is told
_LONG = 50_000  # bytes of a body that others should not have to wait for

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SUSPECT = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_json(body: bytes) -> Any:
    """The value of a JSON text.

    Raises
    ------
    Invalid
        When it is not JSON in UTF-8, is nested deeper than 100 levels, has an integer of thousands of digits, an object in
        it has a name twice or more than 10000 names, or a string has the character NUL or half of a surrogate pair.

    Examples
    --------
    >>> read_json(b'{"formula": "p & q"}')
    {'formula': 'p & q'}
    >>> read_json(b'{"weight": NaN}')
    Traceback (most recent call last):
    equibel.server.http.problems.Invalid: the body is not valid JSON: NaN is not a JSON number
    """
    body = body.removeprefix(_BYTE_ORDER_MARK)  # which means nothing here, and may be there (RFC 8259, section 8.1)
    try:
        if body.startswith(_BYTE_ORDER_MARK):
            raise _NotJson("it begins with two byte order marks")
        text = body.decode("utf-8")
        with uncollected():
            value = json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise _invalid(f"it is not UTF-8 at byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        place, words = {"line": error.lineno, "column": error.colno}, error.msg[:1].lower() + error.msg[1:]
        raise _invalid(f"line {error.lineno}, column {error.colno}: {words}", **place) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        too_long = f"an integer has too many digits; the limit is {MAX_DIGITS}"
        raise _invalid(str(error) if isinstance(error, _NotJson) else too_long) from None
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH or _SUSPECT.search(body):
        _check(value)
    return value


class _NotJson(ValueError):
    """Something that Python reads and that is not taken here."""


def _no_constant(name: str) -> Any:
    raise _NotJson(f"{name} is not a JSON number")


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(members) > MAX_MEMBERS:
        raise _NotJson(f"an object has more than {MAX_MEMBERS} names")
    value = dict(members)
    if len(value) < len(members):
        ((name, _),) = Counter(name for name, _ in members).most_common(1)
        raise _NotJson(f"an object has the name {name[:100]!r} twice")
    return value


def _finite(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise _NotJson("a number is too large")
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
                    raise _invalid("a string has the character NUL or half of a surrogate pair")
            elif isinstance(item, list | dict):
                if depth == MAX_DEPTH:
                    raise _too_deep()
                below += item
                if isinstance(item, dict):
                    below += item.values()
        level, depth = below, depth + 1


def _invalid(problem: str, **data: Any) -> Invalid:
    return Invalid(f"the body is not valid JSON: {problem}", errors=[{"where": "body", "problem": problem}], **data)


def _too_deep() -> Invalid:
    problem = f"limit of {MAX_DEPTH} nested arrays and objects exceeded"
    return Invalid(f"the body cannot be read: {problem}", errors=[{"where": "body", "problem": problem}], limit=MAX_DEPTH)


class JsonRoute(APIRoute):
    """A route that refuses a query parameter it does not have, and a JSON body that is not strictly JSON or does not say so.

    For routers: ``APIRouter(route_class=JsonRoute)``.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which reads the body first; its problems keep their status that way."""
        handle = super().get_route_handler()
        takes_json = self.body_field is not None
        adapter = _adapter(self.body_field)
        parameters = {parameter.alias for parameter in self.dependant.query_params}

        async def strictly(request: Request) -> Response:
            _require_known(request, parameters)
            if takes_json and (body := await request.body()):
                _require_json(request)
                # Request.json() keeps and finds there what it has read.  Reading and checking may take a second.
                if len(body) < _LONG:
                    request._json = read_json(body)
                else:
                    request._json = await run_in_threadpool(_read_checked, body, adapter)
            return await handle(request)

        return strictly


def _adapter(field: Any) -> TypeAdapter[Any]:
    """What checks the body of a route; without one, nothing is to be checked."""
    if field is None:
        return TypeAdapter(None)
    info = field.field_info
    kind: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    return TypeAdapter(kind)


def _read_checked(body: bytes, adapter: TypeAdapter[Any]) -> Any:
    """The value of a body, checked, which the framework would do while no other request is answered.

    Of what is checked it takes a model as it is, and a `Checked` where `checked_before` stands.
    """
    value = read_json(body)
    with uncollected():
        try:
            found = adapter.validate_python(value, from_attributes=True)  # as the framework does
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
            raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in problems]) from None
    return Checked(found) if isinstance(found, dict) else found


class Checked(dict[str, Any]):
    """An object that has been checked."""


def checked_before(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """For ``WrapValidator``, where a body is no model: an object that has been checked is not checked again."""
    return value if isinstance(value, Checked) else check(value)


def _require_known(request: Request, parameters: set[str]) -> None:
    """Refuse a parameter that is misspelt: without it, a request may mean much more."""
    unknown = [name for name in request.query_params if name not in parameters][:1]
    if unknown:
        where, problem = f"query.{unknown[0]}"[:200], "unknown query parameter"
        raise Invalid(f"{where}: {problem}", errors=[{"where": where, "problem": problem}])


def _require_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        said = f"got {kind}" if kind else "the header is missing"
        raise UnsupportedMediaType(f"the body must be JSON, with the header 'Content-Type: application/json'; {said}")
