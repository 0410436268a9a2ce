"""Conversion of numbers and texts of other libraries to those of Python, and the limit on the digits of numbers.

Numbers of numpy, fractions and decimals are accepted as numbers, and members of an enumeration of texts as texts.  Python
converts integers of at most 4,300 digits to text and back (`sys.set_int_max_str_digits`, which can be set to 640).  So
integers in files, databases and messages have at most `MAX_DIGITS` digits.
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

#: The text of an integer that can be a node.
INTEGER = re.compile(rf"0|-?[1-9][0-9]{{0,{MAX_DIGITS - 1}}}")


def as_text(value: str) -> str:
    """The text as an instance of the class `str` itself.

    >>> import enum
    >>> Fact = enum.Enum("Fact", {"q": "q"}, type=str)
    >>> str(Fact.q), as_text(Fact.q)
    ('Fact.q', 'q')
    """
    return str.__str__(value)


def as_integer(value: object) -> int | None:
    """The value as an `int`, for integers such as numpy's ``int64(3)``; ``None`` for other values and for truth values.

    Exact numbers of other classes, such as fractions, are integers if their value is whole.  Floats are never integers.

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
    """The value as a float, for real numbers, rounded; ``None`` for other values and for truth values.

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
    """Whether Python can convert an integer to text, with its current limit of digits."""
    try:
        return bool(int.__repr__(number))
    except ValueError:
        return False


def show(value: object) -> str:
    """The ``repr`` of a value for a message: shortened when it is long, and in words when Python cannot compute it.

    >>> show("p"), show(10**5000), show([10**5000])
    ("'p'", 'an integer of 5001 digits', 'a value of type list that cannot be shown')
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_SHOWN:
        return f"an integer of {_digits(value)} digits"
    try:
        return _cut(repr(value)) if isinstance(value, numbers.Number) else reprlib.repr(value)
    except Exception:  # it contains an integer of thousands of digits, or an object whose repr fails
        return f"a value of type {type(value).__name__} that cannot be shown"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _digits(number: int) -> int:
    """The number of digits of an integer other than 0."""
    about = int(abs(number).bit_length() * math.log10(2))
    return about + 1 if abs(number) >= 10**about else about
