"""The options of all operators, their values, and functions that check them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from equibel.errors import OptionError, suggestion
from equibel.plain import as_float, as_integer, as_text, show

SEMANTIC = "semantic"
SYNTACTIC = "syntactic"
METHODS = (SEMANTIC, SYNTACTIC)

INCLUSION = "inclusion"
CARDINALITY = "cardinality"
OPTIMA = (INCLUSION, CARDINALITY)

PROJECTION = "projection"
CONSENSUS = "consensus"
MERGES = (PROJECTION, CONSENSUS)

#: The options that sessions and workspaces store, with their values.
KEPT = {"optimum": OPTIMA, "method": METHODS, "merging": MERGES}

_FOREVER = 1e9  # seconds
MOST = 10**18  # the greatest count

#: ``progress(done, total, what)`` is called during a computation, e.g. ``progress(3, 10, "nodes")``.
Progress = Callable[[int, int, str], None]


def check_choice(option: str, value: object, choices: Collection[str]) -> str:
    """``value``, which must be one of ``choices``; otherwise raises `OptionError` with the name of the option."""
    if isinstance(value, str) and value in choices:
        return as_text(value)
    hint = suggestion(value, choices) if isinstance(value, str) else ""
    raise wrong_option(option, value, " or ".join(repr(choice) for choice in choices), hint)


def check_count(option: str, value: object, least: int = 0) -> int:
    """``value`` as an `int`, which must be at least ``least`` and at most 10^18; otherwise raises `OptionError`.

    Integers of other libraries are accepted.
    """
    count = as_integer(value)
    if count is not None and least <= count <= MOST:
        return count
    too_large = count is not None and count > MOST
    raise wrong_option(option, value, f"an integer of at least {least}{' and at most 10^18' if too_large else ''}")


def check_seconds(option: str, value: object) -> float | None:
    """``value`` as a float, which must be positive, or ``None`` for no limit; otherwise raises `OptionError`."""
    if value is None:
        return None
    seconds = as_float(value)
    if seconds is not None and seconds > 0:  # NaN is not
        return seconds if seconds < _FOREVER else None
    raise wrong_option(option, value, "a positive number of seconds")


def wrong_option(option: str, value: object, expected: str, hint: str = "") -> OptionError:
    """The error for an invalid value of an option."""
    message = f"{option} is {show(value)}{hint}; expected {expected}"
    return OptionError(message, option=option, value=value, expected=expected)
