"""What the OpenAPI document says about answers: their tags, and the problems there may be."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from equibel.server.http.problems import problem_responses

#: Headers of answers.
TAG = {"description": "Its entity tag; for `If-Match` and `If-None-Match`.", "schema": {"type": "string"}, "required": True}
LOCATION = {"description": "Where it is.", "schema": {"type": "string"}, "required": True}
_NOT_MODIFIED = {"description": "The client has it, as `If-None-Match` says.", "headers": {"ETag": TAG}}

#: For the descriptions of routes.
IF_MATCH = (
    "\n\nWith `If-Match`, an `ETag` that was seen before, nothing is changed unless it is still the right one: 412. "
    "With `If-None-Match: *` nothing that is there already is changed: 412."
)
IF_NONE_MATCH = "\n\nWith `If-None-Match`, an `ETag` that was seen before, the answer is 304 when nothing has changed."


#: The ``responses`` of a route.
Responses = dict[int | str, dict[str, Any]]


def change_responses(*statuses: int, problems: tuple[int, ...] = (), tagged: bool = True) -> Responses:
    """The ``responses`` of a route that changes something: with these statuses, or else these problems."""
    told: Responses = {status: {"headers": {"ETag": TAG} if tagged else {}} for status in statuses}
    return told | problem_responses(*problems)


def create_responses(model: type[BaseModel], words: str) -> Responses:
    """The same, for the status 201 and the address of what was made."""
    return {201: {"model": model, "description": words, "headers": {"ETag": TAG, "Location": LOCATION}}}


def read_responses(*problems: int) -> Responses:
    """The ``responses`` of a route that reads something that has a tag."""
    told: Responses = {200: {"headers": {"ETag": TAG}}, 304: _NOT_MODIFIED}
    return told | problem_responses(*problems)
