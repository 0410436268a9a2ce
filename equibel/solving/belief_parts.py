"""The beliefs of a network as numbers: their parts, one for each component of linked atoms, and the factors of these.

*Factors* are formulas without common atoms whose conjunction is the belief, and which are not split any further.  Atoms are
linked when some factor of the network has both of them.  Nothing else links atoms in a star: it falls into one star for each
component of linked atoms, and these are completed on their own.  What a belief says about the atoms of a component is a
*part* of it.  Completing stars links no further atoms, so that components stay the same from step to step.

The factors of a leaf do not influence one another.  So a star is described by what its centre believes and by how often its
leaves have each factor.
"""

from __future__ import annotations

import functools
import operator
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equibel.formula import (
    TRUE,
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
from equibel.solving.large_stars import LargeStars
from equibel.solving.limits import Limits
from equibel.solving.methods.star import maximal_choices
from equibel.solving.parallel import parallel_map
from equibel.solving.problem import components
from equibel.solving.request import Request
from equibel.solving.star_tables import Integers, complete, within

#: A belief without numbers: the factors of its parts.
WrittenBelief = tuple[tuple[Formula, ...], ...]

NOTHING = 0  # the number of the part that says nothing
ALL_BITS = (1 << 64) - 1
ALL = int(np.iinfo(np.int64).max)


class BeliefParts:
    """Beliefs, their parts and the factors of these by number, and completions of stars over one component.

    Parameters
    ----------
    request : Request
        What is optimal, and within which limits.
    formulas : iterable of Formula
        What is believed at first.
    """

    def __init__(self, request: Request, formulas: Iterable[Formula]) -> None:
        self._request = request
        self._small = request.plan.star_atoms
        factors = {formula: self._factored(formula) for formula in request.limits.over(dict.fromkeys(formulas))}
        distinct = list(dict.fromkeys(factor for found in factors.values() for factor in found))
        linked: defaultdict[int, set[str]] = defaultdict(set)
        for factor, where in zip(distinct, _linked(distinct), strict=True):
            linked[where] |= factor.atoms()
        self.atoms = [tuple(sorted_atoms(names)) for names in linked.values()]
        self._component = {name: i for i, names in enumerate(self.atoms) for name in names}
        self._place = {name: i for names in self.atoms for i, name in enumerate(names)}
        self._factor_numbers: dict[Formula, int] = {}
        self._factors: list[Formula] = []
        self._component_of_factor = Column(np.int64)
        self._table_of_factor = Column(np.uint64)
        self._atoms_of_factor = Column(np.uint64)
        self._most_leaves = Column(np.int64)
        self._part_numbers: dict[Formula, int] = {TRUE: NOTHING}
        self._parts: list[Formula] = [TRUE]
        self._component_of_part = Column(np.int64, 0)
        self._table_of_part = Column(np.uint64, ALL_BITS)
        self._open_of_part = Column(np.uint64, ALL_BITS)
        self._factors_of_part: list[tuple[int, ...]] = [()]
        self._belief_numbers: dict[tuple[int, ...], int] = {}
        self._beliefs: list[tuple[int, ...]] = []
        self._written: dict[int, Formula] = {}
        self._by_table: dict[tuple[int, int], int] = {}
        self._given = {formula: self._belief_of(found) for formula, found in factors.items()}

    def number(self, formula: Formula) -> int:
        """The number of a belief that some node has at first; equivalent ones have the same when their factors are small."""
        return self._given[formula]

    def formula(self, belief: int) -> Formula:
        """The belief with this number."""
        written = self._written.get(belief)
        if written is None:
            formula = conjunction(self._parts[part] for part in self._beliefs[belief])
            written = self._written[belief] = canonical(formula, check=self._request.limits.check) or formula
        return written

    def written(self, belief: int) -> WrittenBelief:
        """The belief with this number, in a form that others with the same components can `read`."""
        return tuple(tuple(self._factors[i] for i in self._factors_of_part[part]) for part in self._beliefs[belief])

    def read(self, written: WrittenBelief) -> int:
        """The number of a belief that others with the same components have `written`."""
        return self.belief(tuple(map(self._part_of, written)))

    def empty(self) -> BeliefParts:
        """Others for the same components, without any beliefs."""
        found = BeliefParts(self._request, ())
        found.atoms, found._component, found._place = self.atoms, self._component, self._place
        return found

    def limit(self, limits: Limits) -> None:
        """Work within other limits from now on."""
        self._request = replace(self._request, limits=limits)

    def belief(self, parts: tuple[int, ...]) -> int:
        """The number of the belief that consists of these parts, in ascending order of their components."""
        number = self._belief_numbers.get(parts)
        if number is None:
            number = self._belief_numbers[parts] = len(self._beliefs)
            self._beliefs.append(parts)
        return number

    def parts(self, belief: int) -> tuple[int, ...]:
        """The parts of a belief."""
        return self._beliefs[belief]

    def factors(self, belief: int) -> list[int]:
        """The factors of a belief."""
        return [factor for part in self._beliefs[belief] for factor in self._factors_of_part[part]]

    def component_of_parts(self) -> Integers:
        """The component of each part; for the one that says nothing, 0."""
        return self._component_of_part.array()

    def component_of_factors(self) -> Integers:
        """The component of each factor."""
        return self._component_of_factor.array()

    def small(self) -> NDArray[np.bool_]:
        """Whether the stars over each component are completed by `complete_small`."""
        return np.array([self._fits(names) for names in self.atoms], bool)

    def most_leaves(self) -> Integers:
        """For each factor, how many leaves with it matter at most: any more change nothing.

        By inclusion, what leaves contribute depends on which choices they make together, not on how often each is made.
        """
        return self._most_leaves.array()

    def matter(self, parts: Integers, factors: Integers) -> NDArray[np.bool_]:
        """Whether what centres believe may become stronger when leaves have a factor; numbers are compared one by one.

        If not, stars can do without these leaves: their factor follows from what the centre believes, or is only about atoms
        that have the same value in all models of that.
        """
        said, open_atoms = self._table_of_factor.array()[factors], self._open_of_part.array()[parts]
        is_new = (self._table_of_part.array()[parts] & ~said) != 0
        found: NDArray[np.bool_] = is_new & ((self._atoms_of_factor.array()[factors] & open_atoms) != 0)
        return found

    def complete_small(self, centers: Integers, begins: Integers, factors: Integers, counts: Integers) -> Integers:
        """The parts that the centres of stars over small components believe in the end.

        The arguments are those of `equibel.solving.star_tables.complete`, with numbers of parts and of factors for truth
        tables.
        """
        request, began = self._request, time.perf_counter()
        component = self.component_of_factors()[factors[begins[:-1]]]
        sizes = np.array([*map(len, self.atoms)], np.int64)[component]
        full = np.array([(1 << (1 << size)) - 1 for size in range(self._small + 1)], np.uint64)
        own = self._table_of_part.array()[centers] & full[sizes]
        told = self._table_of_factor.array()[factors]
        found = np.empty(len(centers), np.int64)
        for size in np.unique(sizes).tolist():
            stars = np.flatnonzero(sizes == size)
            begin, at = selected(begins, stars)
            tables = complete(own[stars], begin, told[at], counts[at], size, request.optimum, request.limits.check)
            pairs = np.stack([component[stars].astype(np.uint64), tables])
            different, which = np.unique(pairs, axis=1, return_inverse=True)
            parts = [self._part_of_table(where, table) for where, table in different.T.tolist()]
            found[stars] = np.array(parts, np.int64)[which.reshape(-1)]
        request.statistics.count(problems=len(centers), groups=len(centers))
        request.statistics.asked("star", answered=True, seconds=time.perf_counter() - began)
        return found

    def complete_large(
        self, stars: Iterable[tuple[int, Iterable[tuple[int, int]]]], executor: Executor | None
    ) -> Iterator[int]:
        """The parts that the centres of stars over large components believe in the end, one after the other.

        A star is the number of a part, and numbers of factors with how often leaves have them.
        """
        written = [
            (self._parts[center], tuple((self._factors[factor], count) for factor, count in leaves))
            for center, leaves in stars
        ]
        for formula in parallel_map(LargeStars(self._request), written, executor, self._request.limits):
            yield self._part_of(self._factored(formula))

    def _factored(self, formula: Formula) -> list[Formula]:
        """The factors of a formula; those over few atoms depend on its models alone."""
        found: list[Formula] = []
        for part in _unlinked(formula):
            simplified = canonical(part, check=self._request.limits.check) if self._fits(part.atoms()) else None
            found += [part] if simplified is None else _unlinked(simplified)
        return found

    def _belief_of(self, factors: Sequence[Formula]) -> int:
        by_component: defaultdict[int, list[Formula]] = defaultdict(list)
        for factor in factors:
            by_component[self._component_of(factor)].append(factor)
        return self.belief(tuple(self._part_of(by_component[where]) for where in sorted(by_component)))

    def _part_of(self, factors: Sequence[Formula]) -> int:
        """The number of the part with these factors."""
        formula = conjunction(sorted(factors, key=str))
        number = self._part_numbers.get(formula)
        if number is None:
            number = self._part_numbers[formula] = len(self._parts)
            self._parts.append(formula)
            self._component_of_part.append(self._component_of(formula))
            self._table_of_part.append(self._table(formula) or ALL_BITS)
            fixed = {name for factor in factors if len(factor.atoms()) == 1 for name in factor.atoms()}
            self._open_of_part.append(self._bits(set(self.atoms[self._component_of(formula)]) - fixed))
            self._factors_of_part.append(tuple(map(self._factor, factors)))
        return number

    def _factor(self, factor: Formula) -> int:
        number = self._factor_numbers.get(factor)
        if number is None:
            number = self._factor_numbers[factor] = len(self._factors)
            self._factors.append(factor)
            self._component_of_factor.append(self._component_of(factor))
            self._table_of_factor.append(self._table(factor))
            self._atoms_of_factor.append(self._bits(factor.atoms()))
            self._most_leaves.append(self._most_leaves_with(factor))
        return number

    def _part_of_table(self, component: int, table: int) -> int:
        number = self._by_table.get((component, table))
        if number is None:
            formula = truth_table_formula(table, self.atoms[component])
            number = self._by_table[component, table] = self._part_of(_unlinked(formula))
        return number

    def _bits(self, names: Collection[str]) -> int:
        """A bit for each of some atoms of a component; from the 65th atom on, atoms share bits."""
        return functools.reduce(operator.or_, (1 << self._place[name] % 64 for name in names), 0)

    def _component_of(self, formula: Formula) -> int:
        return self._component[next(iter(formula.atoms()))]

    def _fits(self, names: Collection[str]) -> bool:
        return len(names) <= self._small

    def _most_leaves_with(self, factor: Formula) -> int:
        names = tuple(sorted_atoms(factor.atoms()))
        if self._request.optimum != INCLUSION or not self._fits(names):
            return ALL
        return max(map(len, maximal_choices(_table(factor, names), len(names))))

    def _table(self, formula: Formula) -> int:
        """Its truth table over the atoms of its component; 0 when these are too many."""
        names = self.atoms[self._component_of(formula)]
        return _table(formula, names) if self._fits(names) else 0


class Column(list[int]):
    """Numbers that become more, and the same numbers as an array."""

    def __init__(self, kind: type[np.generic], *numbers: int) -> None:
        super().__init__(numbers)
        self._array = np.array(self, kind)

    def array(self) -> NDArray[Any]:
        """All numbers of this moment."""
        if len(self._array) < len(self):
            self._array = np.array(self, self._array.dtype)
        return self._array


def positions(begins: Integers, rows: Integers) -> Integers:
    """The positions of the entries of some rows, one row after the other; the entries of row i begin at ``begins[i]``."""
    sizes = begins[rows + 1] - begins[rows]
    return np.repeat(begins[rows], sizes) + within(sizes)


def selected(begins: Integers, rows: Integers) -> tuple[Integers, Integers]:
    """Where some rows begin when they are alone, and the positions of their entries."""
    return np.append(0, np.cumsum(begins[rows + 1] - begins[rows])), positions(begins, rows)


def _table(formula: Formula, names: tuple[str, ...]) -> int:
    columns, full = truth_columns(names)
    return truth_table(formula, columns, full)


def _linked(formulas: Sequence[Formula]) -> list[int]:
    """For each formula the number of its component: formulas with a common atom are in the same one."""
    first: dict[str, int] = {}
    links = [(first.setdefault(name, i), i) for i, formula in enumerate(formulas) for name in formula.atoms()]
    return components(len(formulas), links)


def _unlinked(formula: Formula) -> list[Formula]:
    """Formulas without common atoms whose conjunction it is: its conjuncts, those with common atoms together."""
    parts = conjuncts(formula)
    found: defaultdict[int, list[Formula]] = defaultdict(list)
    for part, where in zip(parts, _linked(parts), strict=True):
        found[where].append(part)
    return list(map(conjunction, found.values()))
