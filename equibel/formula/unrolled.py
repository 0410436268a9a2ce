"""Recursion without the stack of the interpreter, by generators."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


def unrolled(recursive: Callable[[A], Generator[A, R, R]], argument: A) -> R:
    """Call a recursive function of any depth: a generator that calls itself by ``result = yield argument``.

    >>> def countdown(n):
    ...     return n if n == 0 else (yield n - 1)
    >>> unrolled(countdown, 100_000)
    0
    """
    stack = [recursive(argument)]
    resume: Callable[[], A] = stack[0].__next__
    while True:
        try:
            stack.append(recursive(resume()))
            resume = stack[-1].__next__
        except StopIteration as finished:
            stack.pop()
            if not stack:
                result: R = finished.value
                return result
            resume = functools.partial(stack[-1].send, finished.value)
