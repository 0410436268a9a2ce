"""Values of other libraries as Python's own, and long numbers in messages."""

import enum
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy

from equibel.plain import MAX_DIGITS, as_float, as_integer, as_text, is_long, is_written, show

Word = enum.Enum("Word", {"ann": "ann"}, type=str)
Plain = enum.StrEnum("Plain", {"ann": "ann"})


class Shouting(str):
    """A text that prints as another one."""

    def __str__(self):
        return self.upper()


TEXTS = ["ann", Word.ann, Plain.ann, np.str_("ann"), Shouting("ann")]


@pytest.mark.parametrize("text", TEXTS, ids=lambda value: type(value).__name__)
def test_texts(text):
    """A text is what it is equal to, and not what it prints."""
    assert as_text(text) == "ann"
    assert type(as_text(text)) is str


@pytest.mark.parametrize(
    ("value", "integer", "number"),
    [
        (3, 3, 3.0),
        (enum.IntEnum("Three", {"three": 3}).three, 3, 3.0),
        (np.int8(3), 3, 3.0),
        (np.uint64(3), 3, 3.0),
        (sympy.Integer(3), 3, 3.0),
        (0.5, None, 0.5),
        (np.float32(0.5), None, 0.5),
        (np.longdouble(0.5), None, 0.5),
        (Fraction(1, 2), None, 0.5),
        (sympy.Rational(1, 2), None, 0.5),
        (Decimal("0.5"), None, 0.5),
        (10**400, 10**400, math.inf),
        (-(10**400), -(10**400), -math.inf),
        (Fraction(10**400, 3), None, math.inf),
        (Fraction(4, 2), 2, 2.0),
        (Decimal("2.0"), 2, 2.0),
        (Decimal("1e999999"), None, math.inf),
        (True, None, None),
        (np.bool_(True), None, None),
        ("3", None, None),
        (b"3", None, None),
        (None, None, None),
        (3j, None, None),
        ([3], None, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_numbers(value, integer, number):
    """Numbers are recognized whatever library they come from; truth values and texts are none."""
    assert as_integer(value) == integer
    assert as_float(value) == number
    assert type(as_integer(value)) in (int, type(None))
    assert type(as_float(value)) in (float, type(None))


@pytest.mark.parametrize("value", [math.nan, Decimal("NaN"), Decimal("sNaN"), np.float32("nan")], ids=repr)
def test_not_a_number(value):
    """What is not a number stays so."""
    assert math.isnan(as_float(value))


def test_long_integers():
    """The bound is the same for both signs, and Python writes what is within it, however low its own limit is set."""
    assert not is_long(10**MAX_DIGITS - 1)
    assert not is_long(1 - 10**MAX_DIGITS)
    assert is_long(10**MAX_DIGITS)
    assert is_long(-(10**MAX_DIGITS))
    assert MAX_DIGITS <= 640
    assert is_written(10**MAX_DIGITS - 1)
    assert not is_written(10**5000)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12, "12"),
        (10**39, "1" + 39 * "0"),
        (10**40, "an integer of 41 digits"),
        (-(10**5000), "an integer of 5001 digits"),
        (10**5000 - 1, "an integer of 5000 digits"),
        (Fraction(1, 3), "Fraction(1, 3)"),
        (Fraction(10**5000, 3), "a value of type Fraction that cannot be shown"),
        ((1, 10**5000), "a value of type tuple that cannot be shown"),
        ("p", "'p'"),
        (True, "True"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_in_messages(value, shown):
    """Python refuses to write integers of more than 4300 digits, which must not hide what is wrong."""
    assert show(value) == shown
