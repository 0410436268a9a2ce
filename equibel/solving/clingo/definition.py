"""Formulas as rules, added to a program that is solved already; formulas.lp says the same of what is given beforehand."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import clingo

from equibel.formula import Formula, fold


def definition(formula: Formula, atoms: Mapping[str, int], backend: clingo.Backend) -> int:
    """A literal that is true exactly when the formula is, whose atoms are the given literals."""

    def rule(*bodies: Sequence[int]) -> int:
        head: int = backend.add_atom()
        for body in bodies:
            backend.add_rule([head], body)
        return head

    def combine(kind: str, parts: list[int]) -> int:
        match kind:
            case "true":
                return rule([])
            case "not":
                return -parts[0]
            case "and":
                return rule(parts)
            case "implies":
                return rule([-parts[0]], [parts[1]])
            case "iff":
                return rule(parts, [-part for part in parts])
            case "xor":
                return functools.reduce(lambda a, b: rule([a, -b], [-a, b]), parts)
            case _:  # or; false, which has no parts
                return rule(*([part] for part in parts))

    return fold(formula, atoms.__getitem__, combine)
