"""The classical operators of belief change by brute force, straight from their definitions, and ways to call them.

Beliefs are those of the oracle: sets of truth assignments, each an integer.  `by_definition` and `by_package` give the
same four operators with the same signatures, so that a property can be asked of either:

- ``revise(K, alpha)``, ``contract(K, *alphas)``;
- ``merge(sources, constraint)`` and ``consensus(sources, constraint)``, for a tuple of beliefs;
- ``extrapolate(observations)``, a list of beliefs.

Both remember their answers.
"""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import oracle
from answers import models
from oracle import Belief
from strategies import minterms

import equibel as eb


class Operators(NamedTuple):
    """The classical operators over one alphabet, under one optimum."""

    atoms: tuple[str, ...]
    revise: Callable[..., Belief]
    contract: Callable[..., Belief]
    merge: Callable[..., Belief]
    consensus: Callable[..., Belief]
    extrapolate: Callable[..., list[Belief]]

    @property
    def everything(self) -> Belief:
        """The belief of one who believes nothing: all assignments."""
        return frozenset(range(1 << len(self.atoms)))


# By definition ------------------------------------------------------------------------------------------------------


def contract(old: Belief, unwanted: Sequence[Belief], width: int, optimum: str = oracle.INCLUSION) -> Belief:
    """``old`` with every atom outside S forgotten, for some optimal S that lets every contraction succeed.

    S is a set of atoms on which some model of ``old`` agrees with a counter-model of each of ``unwanted``; one model of
    ``old`` for each.  For one contraction these are the EQ sets of the path ``K — ~alpha``.
    """
    everything = (1 << width) - 1
    counter_models = [frozenset(range(everything + 1)) - alpha for alpha in unwanted]
    if not all(counter_models):
        return old  # a tautology cannot be given up

    def agree_on(s: int, some: Belief) -> bool:
        return any((k ^ m) & s == 0 for k in old for m in some)

    admissible = [s for s in range(everything + 1) if all(agree_on(s, models) for models in counter_models)]
    best = oracle.maximal(admissible, optimum)
    return frozenset(m for m in range(everything + 1) if any((k ^ m) & s == 0 for s in best for k in old))


def project(sources: Sequence[Belief], constraint: Belief, width: int, optimum: str = oracle.INCLUSION) -> Belief:
    """The completion of the star with the sources around the constraint, read at its centre."""
    leaves = dict(enumerate(sources))
    return oracle.complete({"mu": constraint} | leaves, [[("mu", i) for i in leaves]], width, optimum)["mu"]


def agree(sources: Sequence[Belief], constraint: Belief, width: int, optimum: str = oracle.INCLUSION) -> Belief:
    """Complete the complete graph of the sources, join what they believe then by "or", revise that by the constraint."""
    sources = dict(enumerate(sources))
    completed = oracle.complete(sources, [list(itertools.combinations(sources, 2))], width, optimum)
    return oracle.revise(frozenset().union(*completed.values()), constraint, width, optimum)


def extrapolate(observations: Sequence[Belief], width: int, optimum: str = oracle.INCLUSION) -> list[Belief]:
    """What holds at each time in the courses of events that change least.

    A course of events has one truth assignment per time; its changes are pairs of an atom and a step.
    """
    changes = {
        course: sum((x ^ y) << step * width for step, (x, y) in enumerate(itertools.pairwise(course)))
        for course in itertools.product(*observations)
    }
    steps = width * (len(observations) - 1)
    unchanged = oracle.maximal(((1 << steps) - 1 ^ c for c in changes.values()), optimum)
    least = [course for course, c in changes.items() if (1 << steps) - 1 ^ c in unchanged]
    return [frozenset(values) for values in zip(*least, strict=True)]


@functools.cache
def by_definition(atoms: tuple[str, ...], optimum: str) -> Operators:
    """The operators by brute force; each answer is computed once."""
    width = len(atoms)

    @functools.cache
    def revised(old: Belief, new: Belief) -> Belief:
        return oracle.revise(old, new, width, optimum)

    @functools.cache
    def contracted(old: Belief, *unwanted: Belief) -> Belief:
        return contract(old, unwanted, width, optimum)

    @functools.cache
    def projected(sources: tuple[Belief, ...], constraint: Belief) -> Belief:
        return project(sources, constraint, width, optimum)

    @functools.cache
    def agreed(sources: tuple[Belief, ...], constraint: Belief) -> Belief:
        return agree(sources, constraint, width, optimum)

    @functools.cache
    def extrapolated(observations: tuple[Belief, ...]) -> list[Belief]:
        return extrapolate(observations, width, optimum)

    return Operators(atoms, revised, contracted, projected, agreed, extrapolated)


# By the package -----------------------------------------------------------------------------------------------------


def by_package(atoms: Sequence[str], optimum: str, texts: Iterable[str] = ()) -> Operators:
    """The package's operators.  A belief is spelled like one of ``texts`` if it can be, else in disjunctive normal form."""
    spelled = {oracle.belief(text, atoms): text for text in texts}

    def spell(belief: Belief) -> str:
        return spelled.get(belief) or minterms(belief, atoms) or "False"

    def read(formula: object) -> Belief:
        return models(formula, atoms)

    @functools.cache
    def revised(old: Belief, new: Belief) -> Belief:
        return read(eb.revise(spell(old), spell(new), opt_type=optimum))

    @functools.cache
    def contracted(old: Belief, *unwanted: Belief) -> Belief:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", eb.EquibelWarning)  # that a tautology cannot be given up
            return read(eb.contract(spell(old), [spell(alpha) for alpha in unwanted], opt_type=optimum))

    @functools.cache
    def merged(method: str, sources: tuple[Belief, ...], constraint: Belief) -> Belief:
        return read(eb.merge([spell(s) for s in sources], spell(constraint), method=method, opt_type=optimum))

    @functools.cache
    def extrapolated(observations: tuple[Belief, ...]) -> list[Belief]:
        return [read(f) for f in eb.extrapolate([spell(o) for o in observations], opt_type=optimum)]

    return Operators(
        tuple(atoms),
        revised,
        contracted,
        functools.partial(merged, eb.PROJECTION),
        functools.partial(merged, eb.CONSENSUS),
        extrapolated,
    )


# By distance --------------------------------------------------------------------------------------------------------


def worlds(text: str, atoms: Sequence[str]) -> set[frozenset[str]]:
    """The models of a formula as sets of the atoms that are true in them."""
    subsets = itertools.chain.from_iterable(itertools.combinations(atoms, n) for n in range(len(atoms) + 1))
    return {frozenset(true) for true in subsets if oracle.satisfies(text, {p: p in true for p in atoms})}


def satoh(old: set[frozenset[str]], new: set[frozenset[str]]) -> set[frozenset[str]]:
    """The worlds of ``new`` whose symmetric difference from one of ``old`` includes no other such difference."""
    differences = {k ^ m for k in old for m in new}
    return {m for m in new if any(not any(d < k ^ m for d in differences) for k in old)}


def dalal(old: set[frozenset[str]], new: set[frozenset[str]]) -> set[frozenset[str]]:
    """The worlds of ``new`` in which the fewest atoms differ from a world of ``old``."""
    return nearest([old], new)


def nearest(sources: Sequence[set[frozenset[str]]], among: set[frozenset[str]]) -> set[frozenset[str]]:
    """The worlds with the least sum, over the sources, of how many atoms differ from the source's nearest world."""
    cost = {m: sum(min(len(k ^ m) for k in source) for source in sources) for m in among}
    return {m for m in among if cost[m] == min(cost.values())}


# All formulas -------------------------------------------------------------------------------------------------------


def every_belief(width: int) -> Iterator[Belief]:
    """Every consistent belief over that many atoms."""
    rows = range(1 << width)
    return (frozenset(a for a in rows if table >> a & 1) for table in range(1, 1 << len(rows)))


def patterns(width: int) -> list[Belief]:
    """Every consistent belief up to renaming atoms and exchanging atoms with their negations."""

    def renamed(belief: Belief, order: Sequence[int], flips: int) -> tuple[int, ...]:
        return tuple(sorted(sum((a >> i & 1) << j for i, j in enumerate(order)) ^ flips for a in belief))

    symmetries = list(itertools.product(itertools.permutations(range(width)), range(1 << width)))
    return [b for b in every_belief(width) if tuple(sorted(b)) == min(renamed(b, *symmetry) for symmetry in symmetries)]


@functools.cache
def lengths(width: int) -> dict[Belief, int]:
    """The length of the shortest formula for each belief: how many atoms, constants and connectives occur in it.

    Of the connectives ``~ & | ^ -> =``; found by building all formulas of length 1, 2, ... until every belief has one.
    """
    rows = 1 << width
    full = (1 << rows) - 1
    found = {full: 1, 0: 1} | {sum(1 << a for a in range(rows) if a >> i & 1): 1 for i in range(width)}
    of_length = [[], list(found)]
    while len(found) <= full:
        length = len(of_length)
        longer = {full ^ a for a in of_length[-1]}
        for left in range(1, length - 1):
            for a, b in itertools.product(of_length[left], of_length[length - 1 - left]):
                longer |= {a & b, a | b, a ^ b, full ^ a | b, full ^ a ^ b}
        of_length.append([a for a in longer if a not in found])
        found |= dict.fromkeys(of_length[-1], length)
    return {frozenset(a for a in range(rows) if table >> a & 1): length for table, length in found.items() if table}
