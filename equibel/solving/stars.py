"""Completed stars: what the centre believes in the end, found from the beliefs of the centre and of its leaves alone.

A belief is kept as its *factors*: formulas without common atoms whose conjunction it is.  A leaf's factors do not influence one
another, so that a star is described by what its centre believes and by how often its leaves have each factor.  Factors with
common atoms are linked, and nothing else links the atoms of a star.  So it falls into components, one for each set of linked
atoms.  Factors and beliefs are numbered; equal stars are recognized by their numbers and solved once, and so are components.
"""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Iterable

from equibel.formula import (
    Formula,
    canonical,
    conjunction,
    conjuncts,
    sorted_atoms,
    truth_columns,
    truth_table,
    truth_table_formula,
)
from equibel.options import INCLUSION
from equibel.solving.maximization import maximize
from equibel.solving.methods.star import center_table, most_choices
from equibel.solving.problem import Problem, components
from equibel.solving.request import Request

#: Numbers of factors, in ascending order.
Factors = tuple[int, ...]
#: Numbers of factors, in ascending order, and how many leaves of a star have each of them.
Leaves = tuple[tuple[int, int], ...]


class Stars:
    """Beliefs by number, and the completions of stars over them.

    The stars have one level of comparisons, no weights, and values are collected (the semantic characterization).

    Parameters
    ----------
    request : Request
        What is optimal, and within which limits.

    Examples
    --------
    >>> from equibel.formula import parse
    >>> stars = Stars(Request())
    >>> (p, r), (not_r,) = (stars.factors(stars.number(parse(text))) for text in ("p & r", "~r"))
    >>> print(stars.formula(stars.solve(stars.number(parse("~p | q")), ((p, 1), (r, 1), (not_r, 2)))))
    p & q
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._most_atoms = request.plan.star_atoms
        self._formulas: list[Formula] = []  # of the factors
        self._factor_numbers: dict[Formula, int] = {}
        self._beliefs: list[Factors] = []
        self._belief_numbers: dict[Factors, int] = {}
        self._given: dict[Formula, int] = {}
        self._stars: dict[tuple[int, Leaves], int] = {}
        self._components: dict[tuple[Factors, Leaves], Factors] = {}
        self._table = functools.cache(self._table_of)

    def number(self, formula: Formula) -> int:
        """The number of a belief; small beliefs that are equivalent have the same."""
        number = self._given.get(formula)
        if number is None:
            number = self._given[formula] = self._number_of(self._split(formula))
        return number

    def formula(self, number: int) -> Formula:
        """The belief with this number."""
        formula = conjunction(map(self.factor, self._beliefs[number]))
        return canonical(formula, check=self._request.limits.check) or formula

    def factors(self, number: int) -> Factors:
        """The numbers of the factors of a belief."""
        return self._beliefs[number]

    def factor(self, number: int) -> Formula:
        """The factor with this number."""
        return self._formulas[number]

    def factor_number(self, factor: Formula) -> int:
        """The number of a factor."""
        number = self._factor_numbers.get(factor)
        if number is None:
            number = self._factor_numbers[factor] = len(self._formulas)
            self._formulas.append(factor)
        return number

    def most_leaves(self, factor: int) -> int | None:
        """How many leaves with this factor matter: any more change nothing.  ``None`` when all of them do.

        By inclusion, what leaves contribute depends on which choices they make together, not on how often each is made.
        """
        atoms = self._atoms((factor,))
        if self._request.optimum != INCLUSION or len(atoms) > self._most_atoms:
            return None
        return most_choices(self._table((factor,), atoms), len(atoms))

    def solve(self, center: int, leaves: Leaves) -> int:
        """The number of what the centre believes when the star is completed.

        Of each factor, the star has at most as many leaves as matter.
        """
        star = center, leaves
        answer = self._stars.get(star)
        if answer is None:
            self._request.limits.check()
            answer = self._stars[star] = self._solve(center, leaves)
        return answer

    def _solve(self, center: int, leaves: Leaves) -> int:
        own = self._beliefs[center]
        part = self._linked(dict.fromkeys((*own, *(factor for factor, _ in leaves))))
        believed: defaultdict[int, Factors] = defaultdict(tuple)
        for factor in own:
            believed[part[factor]] += (factor,)
        heard: defaultdict[int, Leaves] = defaultdict(tuple)
        for factor, count in leaves:
            heard[part[factor]] += ((factor, count),)
        found = [self._component(believed[where], heard[where]) for where in dict.fromkeys(part.values())]
        return self._number_of(factor for factors in found for factor in factors)

    def _component(self, own: Factors, leaves: Leaves) -> Factors:
        """The factors that the centre believes in the end about the atoms of one component."""
        if not leaves:
            return own
        answer = self._components.get((own, leaves))
        if answer is None:
            atoms = self._atoms((*own, *(factor for factor, _ in leaves)))
            small = len(atoms) <= self._most_atoms
            found = self._by_tables(own, leaves, atoms) if small else self._by_maximizing(own, leaves)
            answer = self._components[own, leaves] = self._split(found)
        return answer

    def _by_tables(self, own: Factors, leaves: Leaves, atoms: tuple[str, ...]) -> Formula:
        request, began = self._request, time.perf_counter()
        heard = [(self._table((factor,), atoms), count) for factor, count in leaves]
        found = center_table(self._table(own, atoms), heard, len(atoms), request)
        request.statistics.count(problems=1, groups=1)
        request.statistics.asked("star", answered=True, seconds=time.perf_counter() - began)
        return truth_table_formula(found, atoms)

    def _by_maximizing(self, own: Factors, leaves: Leaves) -> Formula:
        heard = [self.factor(factor) for factor, count in leaves for _ in range(count)]
        beliefs = (conjunction(map(self.factor, own)), *heard)
        edges = tuple((0, leaf, 0) for leaf in range(1, len(beliefs)))
        found = maximize(Problem(beliefs, edges, targets=(0,)), self._request)[0]
        return canonical(found, check=self._request.limits.check) or found

    def _split(self, formula: Formula) -> Factors:
        """The factors of a formula; those over few atoms depend on its models alone."""
        found: list[Formula] = []
        for part in _unlinked(formula):
            small = len(part.atoms()) <= self._most_atoms
            simplified = canonical(part, check=self._request.limits.check) if small else None
            found += [part] if simplified is None else _unlinked(simplified)
        return tuple(sorted(map(self.factor_number, found)))

    def _number_of(self, factors: Iterable[int]) -> int:
        belief = tuple(sorted(factors))
        number = self._belief_numbers.get(belief)
        if number is None:
            number = self._belief_numbers[belief] = len(self._beliefs)
            self._beliefs.append(belief)
        return number

    def _linked(self, factors: Iterable[int]) -> dict[int, int]:
        """For each factor the number of its component."""
        first: dict[str, int] = {}
        found = list(factors)
        links = [(first.setdefault(name, i), i) for i, factor in enumerate(found) for name in self.factor(factor).atoms()]
        return dict(zip(found, components(len(found), links), strict=True))

    def _atoms(self, factors: Factors) -> tuple[str, ...]:
        return tuple(sorted_atoms({name for factor in factors for name in self.factor(factor).atoms()}))

    def _table_of(self, factors: Factors, atoms: tuple[str, ...]) -> int:
        columns, full = truth_columns(atoms)
        return truth_table(conjunction(map(self.factor, factors)), columns, full)


def _unlinked(formula: Formula) -> list[Formula]:
    """Formulas without common atoms whose conjunction it is: its conjuncts, those with common atoms together."""
    parts = conjuncts(formula)
    first: dict[str, int] = {}
    links = [(first.setdefault(name, i), i) for i, part in enumerate(parts) for name in part.atoms()]
    linked: defaultdict[int, list[Formula]] = defaultdict(list)
    for part, where in zip(parts, components(len(parts), links), strict=True):
        linked[where].append(part)
    return list(map(conjunction, linked.values()))
