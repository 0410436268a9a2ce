"""Entity tags, and requests that depend on them (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request, Response

from equibel.server.http.problems import PreconditionFailed

_TAG = re.compile(r'\s*(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')
_UNQUOTED = re.compile(r"[\x21\x23-\x2b\x2d-\x7e]+")


def etag(*parts: object) -> str:
    """The strong tag of these parts.

    >>> etag("1f0c", 3)
    '"1f0c-3"'
    """
    return '"{}"'.format("-".join(map(str, parts)))


@dataclass(frozen=True)
class Condition:
    """The condition of a request on the current tag; ``None`` where it has none.

    Attributes
    ----------
    match, none_match : frozenset of str, or None
        The tags of ``If-Match`` and ``If-None-Match``; ``"*"`` stands for any.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    @property
    def given(self) -> bool:
        """Whether it demands anything."""
        return self.match is not None or self.none_match is not None

    def require(self, tag: str | None, what: str) -> None:
        """Raise `PreconditionFailed` unless a change may be made; ``tag`` is ``None`` where nothing is there.

        >>> Condition(match=frozenset(['"1"'])).require('"1"', "the graph 'g'")
        >>> Condition(none_match=frozenset("*")).require('"1"', "the graph 'g'")
        Traceback (most recent call last):
        equibel.server.http.problems.PreconditionFailed: the graph 'g' exists already, and the request has If-None-Match
        """
        if self.match is not None and not _among(tag, self.match):
            now = "it does not exist" if tag is None else f"its ETag is now {tag}"
            raise _failed(f"{what} does not match If-Match: {now}; get it again", tag)
        if self.none_match is not None and _among(tag, self.none_match):
            raise _failed(f"{what} exists already, and the request has If-None-Match", tag)

    def known(self, tag: str) -> bool:
        """Whether the client has what has this tag, so that a GET need not send it."""
        return self.none_match is not None and _among(tag, self.none_match)


def _among(tag: str | None, tags: frozenset[str]) -> bool:
    return tag is not None and ("*" in tags or tag in tags)


def _failed(message: str, tag: str | None) -> PreconditionFailed:
    return PreconditionFailed(message, headers={} if tag is None else {"ETag": tag}, etag=tag)


def read_condition(headers: Mapping[str, str]) -> Condition:
    """The condition of a request's headers.

    >>> read_condition({"if-match": '"1", "2"'}) == Condition(frozenset(['"1"', '"2"']))
    True
    """
    return Condition(_tags(headers.get("if-match"), weak=False), _tags(headers.get("if-none-match"), weak=True))


def _tags(header: str | None, *, weak: bool) -> frozenset[str] | None:
    """The tags of a header; a weak one fits no change.  What is no tag fits nothing, so that nothing is changed."""
    if header is None:
        return None
    if header.strip() == "*":
        return frozenset("*")
    if _UNQUOTED.fullmatch(header.strip()):  # as some clients send it
        return frozenset([f'"{header.strip()}"'])
    return frozenset(tag for mark, tag in _TAG.findall(header) if weak or not mark)


async def _condition(request: Request) -> Condition:
    return read_condition(request.headers)


#: The condition of a request, for routes.
RequestCondition = Annotated[Condition, Depends(_condition)]


def reply(
    data: Any,
    tag: str | None = None,
    *,
    status: int = 200,
    condition: Condition | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """JSON data as an answer with its tag; by default one of the content.

    ``condition`` is that of a GET: what the client has already is not sent, 304.
    """
    if tag is not None and condition is not None and condition.known(tag):
        return not_modified(tag, headers)
    body = write_json(data)
    if tag is None:
        tag = etag(hashlib.sha256(body).hexdigest()[:16])
        if condition is not None and condition.known(tag):
            return not_modified(tag, headers)
    return Response(body, status, {"ETag": tag, **(headers or {})}, "application/json")


def stored(data: Any, tag: str | None, *, created: bool, path: Sequence[str]) -> Response:
    """The answer to a PUT: 200, or 201 with the address of what was created."""
    location = "/".join(quote(part, safe="") for part in ("", "v1", *path))
    return reply(data, tag, status=201 if created else 200, headers={"Location": location} if created else {})


def not_modified(tag: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer 304, when the client has the resource already."""
    return Response(status_code=304, headers={"ETag": tag, **(headers or {})})


def write_json(data: Any) -> bytes:
    """JSON data in UTF-8; half of a character, which UTF-8 does not have, is escaped.

    >>> write_json(["é", "\\ud800"])
    b'["\\\\u00e9", "\\\\ud800"]'
    """
    try:
        return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        return json.dumps(data, allow_nan=False).encode()
