"""Numbers and texts of other libraries as Python's own, and long numbers, which Python does not write.

numpy's numbers, fractions and decimals are numbers, and members of an enumeration of texts are texts: they mean what they
are equal to.  Python writes and reads integers of 4,300 digits and no more (`sys.set_int_max_str_digits`, which may be set
down to 640).  So where integers are written, to files, databases and messages, they have at most `MAX_DIGITS`.
"""

from __future__ import annotations

import math
import numbers
import operator
import re
import reprlib
from decimal import Decimal

MAX_DIGITS = 600
_LONG: int = 10**MAX_DIGITS
_SHOWN = 40  # characters of a number in a message

#: How an integer is written that may be a node.
INTEGER = re.compile(rf"0|-?[1-9][0-9]{{0,{MAX_DIGITS - 1}}}")


def as_text(value: str) -> str:
    """The text, of the class `str` itself.

    >>> import enum
    >>> Fact = enum.Enum("Fact", {"q": "q"}, type=str)
    >>> str(Fact.q), as_text(Fact.q)
    ('Fact.q', 'q')
    """
    return str.__str__(value)


def as_integer(value: object) -> int | None:
    """The integer that the value is, such as numpy's ``int64(3)``; ``None`` for anything else, and for truth values.

    Of exact numbers that are no integers by class, those with a whole value will do; of rounded ones, floats, none.

    >>> from fractions import Fraction
    >>> as_integer(Fraction(4, 2)), as_integer(Decimal("2.0")), as_integer(Fraction(1, 2)), as_integer(2.0)
    (2, 2, None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        is_whole = value.is_finite() and value.adjusted() < MAX_DIGITS and value == value.to_integral_value()
        return int(value) if is_whole else None
    if isinstance(value, numbers.Rational) and not isinstance(value, numbers.Integral):
        return int(value.numerator) if value.denominator == 1 else None
    try:
        return int(operator.index(value))  # type: ignore[arg-type]
    except TypeError:
        return None


def as_float(value: object) -> float | None:
    """The real number that the value is, rounded to a float; ``None`` for anything else, and for truth values.

    >>> as_float(Decimal("0.5")), as_float(10**400), as_float("1")
    (0.5, inf, None)
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real | Decimal):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf  # type: ignore[operator]
    except (TypeError, ValueError):  # a signalling NaN
        return math.nan


def is_long(number: int) -> bool:
    """Whether an integer has more than `MAX_DIGITS` digits."""
    return abs(number) >= _LONG


def is_written(number: int) -> bool:
    """Whether Python writes an integer, as its limit is set."""
    try:
        return bool(int.__repr__(number))
    except ValueError:
        return False


def show(value: object) -> str:
    """A value as Python writes it, for a message: cut when it is long, and in words when Python does not write it.

    >>> show("p"), show(10**5000), show([10**5000])
    ("'p'", 'an integer of 5001 digits', 'a value of type list that cannot be shown')
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_SHOWN:
        return f"an integer of {_digits(value)} digits"
    try:
        return _cut(repr(value)) if isinstance(value, numbers.Number) else reprlib.repr(value)
    except Exception:  # an integer of thousands of digits within it, or a foreign object whose repr fails
        return f"a value of type {type(value).__name__} that cannot be shown"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _digits(number: int) -> int:
    """How many digits an integer other than 0 has."""
    about = int(abs(number).bit_length() * math.log10(2))
    return about + 1 if abs(number) >= 10**about else about
