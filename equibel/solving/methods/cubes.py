"""Sets of interpretations of a few variables, as whole numbers: bit x is 1 when the interpretation x belongs to the set.

Bit i of an interpretation is the value of variable i, so a set over k variables has ``2**k`` bits, and union,
intersection and difference are single operations on numbers, whatever k is.
"""

from __future__ import annotations

import functools


@functools.cache
def full(k: int) -> int:
    """All interpretations of k variables.

    >>> bin(full(2))
    '0b1111'
    """
    return (1 << (1 << k)) - 1


@functools.cache
def where(k: int, i: int) -> int:
    """The interpretations of k variables in which variable i is true.

    >>> bin(where(2, 0)), bin(where(2, 1))
    ('0b1010', '0b1100')
    """
    return _blocks(k, i, i + 1) << (1 << i)


@functools.cache
def equal(k: int, i: int, j: int) -> int:
    """The interpretations of k variables in which the variables i and j have the same value.

    >>> bin(equal(2, 0, 1))
    '0b1001'
    """
    return full(k) & ~(where(k, i) ^ where(k, j))


def insert(interpretations: int, k: int, i: int) -> int:
    """The same set with a variable more, which may have any value and becomes variable i; k variables before.

    >>> bin(insert(0b10, 1, 0)), bin(insert(0b10, 1, 1))
    ('0b1100', '0b1010')
    """
    for m in range(k - 1, i - 1, -1):  # move blocks apart, the larger ones first
        low = _blocks(k + 1, m, m + 2)
        interpretations = interpretations & low | (interpretations & low << (1 << m)) << (1 << m)
    return interpretations | interpretations << (1 << i)


def forget(interpretations: int, k: int, i: int) -> int:
    """The set without variable i: what is left of its interpretations; k variables before.

    >>> bin(forget(0b1000, 2, 0)), bin(forget(0b1001, 2, 1))
    ('0b10', '0b11')
    """
    interpretations = (interpretations | interpretations >> (1 << i)) & _blocks(k, i, i + 1)
    for m in range(i, k - 1):
        low = _blocks(k, m, m + 2)
        interpretations = interpretations & low | interpretations >> (1 << m) & low << (1 << m)
    return interpretations


def bits(interpretations: int) -> list[int]:
    """The interpretations in a set, in ascending order.

    >>> bits(0b1010)
    [1, 3]
    """
    return [x for x in range(interpretations.bit_length()) if interpretations >> x & 1]


@functools.cache
def _blocks(k: int, m: int, period: int) -> int:
    """In ``2**k`` bits, blocks of ``2**m`` ones, at each multiple of ``2**period``."""
    return ((1 << (1 << m)) - 1) * (((1 << (1 << k)) - 1) // ((1 << (1 << period)) - 1))
