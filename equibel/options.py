"""The options all operators share, their values, and the checks that name a wrong one."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Collection

from equibel.errors import OptionError, suggestion

SEMANTIC = "semantic"
SYNTACTIC = "syntactic"
METHODS = (SEMANTIC, SYNTACTIC)

INCLUSION = "inclusion"
CARDINALITY = "cardinality"
OPTIMA = (INCLUSION, CARDINALITY)

PROJECTION = "projection"
CONSENSUS = "consensus"
MERGES = (PROJECTION, CONSENSUS)

#: The options that say what is computed and how, and their values, as a session and a workspace keep them.
KEPT = {"optimum": OPTIMA, "method": METHODS, "merging": MERGES}

_FOREVER = 1e9  # seconds

#: ``progress(done, total, what)`` is called as work advances, e.g. ``progress(3, 10, "nodes")``.
Progress = Callable[[int, int, str], None]


def check_choice(option: str, value: object, choices: Collection[str]) -> str:
    """Return ``value`` when it is one of ``choices``; raise `OptionError` naming the option otherwise."""
    if isinstance(value, str) and value in choices:
        return value
    hint = suggestion(value, choices) if isinstance(value, str) else ""
    raise wrong_option(option, value, " or ".join(repr(choice) for choice in choices), hint)


def check_count(option: str, value: object, least: int = 0) -> int:
    """Return ``value`` when it is an integer of at least ``least``; raise `OptionError` otherwise."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    raise wrong_option(option, value, f"an integer of at least {least}")


def check_seconds(option: str, value: object) -> float | None:
    """Return ``value`` when it is ``None`` or a positive number of seconds; raise `OptionError` otherwise."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _FOREVER:  # NaN is not
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= _FOREVER:
        return None
    raise wrong_option(option, value, "a positive number of seconds")


def wrong_option(option: str, value: object, expected: str, hint: str = "") -> OptionError:
    """The error for an option that has no such value."""
    try:
        shown = reprlib.repr(value)
    except Exception:  # an integer of thousands of digits, or a foreign object whose repr fails
        shown = f"a value of type {type(value).__name__} that cannot be shown"
    message = f"{option} is {shown}{hint}; expected {expected}"
    return OptionError(message, option=option, value=value, expected=expected)
