"""The options all operators share, their values, and the checks that name a wrong one."""

from __future__ import annotations

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

#: ``progress(done, total, what)`` is called as work advances, e.g. ``progress(3, 10, "nodes")``.
Progress = Callable[[int, int, str], None]


def check_choice(option: str, value: object, choices: Collection[str]) -> str:
    """Return ``value`` when it is one of ``choices``; raise `OptionError` naming the option otherwise."""
    if isinstance(value, str) and value in choices:
        return value
    expected = " or ".join(repr(choice) for choice in choices)
    hint = suggestion(value, choices) if isinstance(value, str) else ""
    raise OptionError(f"{option} is {value!r}{hint}; expected {expected}", option=option, value=value, expected=expected)


def check_count(option: str, value: object, least: int = 0) -> int:
    """Return ``value`` when it is an integer of at least ``least``; raise `OptionError` otherwise."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    expected = f"an integer of at least {least}"
    raise OptionError(f"{option} is {value!r}; expected {expected}", option=option, value=value, expected=expected)


def check_seconds(option: str, value: object) -> float | None:
    """Return ``value`` when it is ``None`` or a positive number of seconds; raise `OptionError` otherwise."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:  # NaN is not > 0
        return float(value)
    expected = "a positive number of seconds"
    raise OptionError(f"{option} is {value!r}; expected {expected}", option=option, value=value, expected=expected)
