"""Schemas of lists with pages."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

Item = TypeVar("Item")

#: The query parameters of a list.
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items.")]
After = Annotated[str | None, Query(max_length=1000, description="Begin after this one: the `next` of the page before.")]


class Page(BaseModel, Generic[Item]):
    """Some items of a list."""

    items: list[Item]
    next: str | None = Field(None, description="Ask again with `after` being this; null on the last page.")


def page_of(names: list[str], after: str | None, limit: int) -> tuple[list[str], str | None]:
    """The names of a page, in the order of their characters, and where the next one begins.

    >>> page_of(["c", "a", "b"], None, 2)
    (['a', 'b'], 'b')
    >>> page_of(["c", "a", "b"], "b", 2)
    (['c'], None)
    """
    later = sorted(name for name in names if after is None or name > after)
    return later[:limit], later[limit - 1] if len(later) > limit else None
