"""The responses of routes for the OpenAPI document: headers, status codes and errors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from equibel.server.http.problems import problem_responses

#: Headers of answers.
TAG = {"description": "The entity tag, for `If-Match` and `If-None-Match`.", "schema": {"type": "string"}, "required": True}
LOCATION = {"description": "The address of the resource.", "schema": {"type": "string"}, "required": True}
_NOT_MODIFIED = {"description": "Not changed: the client has the version of `If-None-Match`.", "headers": {"ETag": TAG}}

#: For the descriptions of routes.
IF_MATCH = (
    "\n\nWith `If-Match`, the change is refused with 412 unless the resource still has this `ETag`. "
    "With `If-None-Match: *` it is refused with 412 if the resource exists."
)
IF_NONE_MATCH = "\n\nWith `If-None-Match`, an `ETag` that was received before, the answer is 304 if nothing has changed."


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
