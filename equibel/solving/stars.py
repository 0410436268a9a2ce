"""Completed stars: what the centre believes in the end, found from the beliefs of the centre and of its leaves alone.

Beliefs are numbered, so that equal stars are recognized by their numbers and solved once.  A belief is kept as its
*factors*: formulas whose conjunction it is, and which share no atoms unless the belief is too large to be simplified.
Factors with common atoms are linked, and nothing else links the atoms of a star.  So a star falls into components, one for
each set of linked atoms, and these are solved once, too.  A large network whose nodes believe a literal or a clause has
thousands of different stars, and some hundreds of components.
"""

from __future__ import annotations

import functools
import time
from collections import Counter, defaultdict
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
#: Numbers of beliefs, in ascending order, and how many leaves of a star have each of them.
Leaves = tuple[tuple[int, int], ...]

NOTHING = 0  # the number of the belief ``True``


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
    >>> center, leaf, other = map(stars.number, map(parse, ("~p | q", "p & r", "~r")))
    >>> print(stars.formula(stars.solve(center, ((leaf, 1), (other, 2)))))
    p & q
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._most_atoms = request.plan.star_atoms
        self._factors: list[Formula] = []
        self._factor_numbers: dict[Formula, int] = {}
        self._beliefs: list[Factors] = [()]
        self._belief_numbers: dict[Factors, int] = {(): NOTHING}
        self._given: dict[Formula, int] = {}
        self._stars: dict[tuple[int, Leaves], int] = {}
        self._components: dict[tuple[Factors, tuple[tuple[Factors, int], ...]], Factors] = {}
        self._table = functools.cache(self._table_of)

    def number(self, formula: Formula) -> int:
        """The number of a belief: 0 for ``True``; small beliefs that are equivalent have the same number."""
        number = self._given.get(formula)
        if number is None:
            small = len(formula.atoms()) <= self._most_atoms
            number = self._given[formula] = self._number_of(self._split(formula, simplify=small))
        return number

    def formula(self, number: int) -> Formula:
        """The belief with this number."""
        formula = conjunction(self._factors[factor] for factor in self._beliefs[number])
        return canonical(formula, check=self._request.limits.check) or formula

    def most_leaves(self, number: int) -> int | None:
        """How many leaves with this belief matter: any more change nothing.  ``None`` when all of them do.

        By inclusion, what leaves contribute depends on which choices they make together, not on how often each is made.
        """
        factors = [self._factors[factor] for factor in self._beliefs[number]]
        atoms = [factor.atoms() for factor in factors]
        if self._request.optimum != INCLUSION or any(len(names) > self._most_atoms for names in atoms):
            return None
        if len(frozenset().union(*atoms)) < sum(map(len, atoms)):
            return None
        product = 1
        for factor in self._beliefs[number]:
            names = self._atoms([(factor,)])
            product *= most_choices(self._table((factor,), names), len(names))
        return product

    def solve(self, center: int, leaves: Leaves) -> int:
        """The number of what the centre believes when the star is completed.

        The leaves are at most as many as matter, and none of them believes nothing.
        """
        star = center, leaves
        answer = self._stars.get(star)
        if answer is None:
            self._request.limits.check()
            answer = self._stars[star] = self._solve(center, leaves)
        return answer

    def _solve(self, center: int, leaves: Leaves) -> int:
        own = self._beliefs[center]
        part = self._linked(dict.fromkeys((*own, *(factor for leaf, _ in leaves for factor in self._beliefs[leaf]))))
        believed = _by_part(own, part)
        heard: defaultdict[int, Counter[Factors]] = defaultdict(Counter)
        for leaf, count in leaves:
            for where, factors in _by_part(self._beliefs[leaf], part).items():
                heard[where][factors] += count
        found = [self._component(believed.get(where, ()), heard[where]) for where in dict.fromkeys(part.values())]
        return self._number_of(factor for factors in found for factor in factors)

    def _component(self, own: Factors, leaves: Counter[Factors]) -> Factors:
        """The factors that the centre believes in the end about the atoms of one component."""
        if not leaves:
            return own
        star = own, tuple(sorted(leaves.items()))
        answer = self._components.get(star)
        if answer is None:
            atoms = self._atoms((own, *leaves))
            small = len(atoms) <= self._most_atoms
            found = self._by_tables(own, leaves, atoms) if small else self._by_maximizing(own, leaves)
            answer = self._components[star] = self._split(found, simplify=not small)
        return answer

    def _by_tables(self, own: Factors, leaves: Counter[Factors], atoms: tuple[str, ...]) -> Formula:
        """The answer as it is written for a truth table, which is simplified."""
        request, began = self._request, time.perf_counter()
        heard = [(self._table(leaf, atoms), count) for leaf, count in leaves.items()]
        found = center_table(self._table(own, atoms), heard, len(atoms), request)
        request.statistics.count(problems=1, groups=1)
        request.statistics.asked("star", answered=True, seconds=time.perf_counter() - began)
        return truth_table_formula(found, atoms)

    def _by_maximizing(self, own: Factors, leaves: Counter[Factors]) -> Formula:
        beliefs = tuple(conjunction(self._factors[factor] for factor in factors) for factors in (own, *leaves.elements()))
        edges = tuple((0, leaf, 0) for leaf in range(1, len(beliefs)))
        return maximize(Problem(beliefs, edges, targets=(0,)), self._request)[0]

    def _split(self, formula: Formula, *, simplify: bool) -> Factors:
        """The factors of a formula; when it is simplified, they depend on its models alone."""
        simplified = canonical(formula, check=self._request.limits.check) if simplify else None
        parts = conjuncts(formula if simplified is None else simplified)
        for part in parts:
            if part not in self._factor_numbers:
                self._factor_numbers[part] = len(self._factors)
                self._factors.append(part)
        return tuple(sorted(self._factor_numbers[part] for part in parts))

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
        links = [(first.setdefault(name, i), i) for i, factor in enumerate(found) for name in self._factors[factor].atoms()]
        return dict(zip(found, components(len(found), links), strict=True))

    def _atoms(self, beliefs: Iterable[Factors]) -> tuple[str, ...]:
        return tuple(sorted_atoms({name for factors in beliefs for f in factors for name in self._factors[f].atoms()}))

    def _table_of(self, factors: Factors, atoms: tuple[str, ...]) -> int:
        columns, full = truth_columns(atoms)
        return truth_table(conjunction(self._factors[factor] for factor in factors), columns, full)


def _by_part(factors: Factors, part: dict[int, int]) -> dict[int, Factors]:
    """Factors by their component."""
    found: defaultdict[int, Factors] = defaultdict(tuple)
    for factor in factors:
        found[part[factor]] += (factor,)
    return found
