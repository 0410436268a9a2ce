"""Random inputs for the classical operators, and how their answers are compared with the oracle's."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass

import oracle
from answers import METHODS, models
from hypothesis import strategies as st
from strategies import ALPHABETS, consistent_formulas

import equibel as eb

OPTIMA = st.sampled_from(oracle.OPTIMA)


@dataclass(frozen=True)
class Inputs:
    """Belief bases, each a formula or a list of formulas, and integrity constraints, as texts."""

    atoms: list[str]
    bases: list[str | list[str]]
    entailment: list[str]
    consistency: list[str]

    def beliefs(self) -> list[oracle.Belief]:
        """The bases together with what every result must entail."""
        return [oracle.belief(base, self.atoms) & self.entailed() for base in self.bases]

    def entailed(self) -> oracle.Belief:
        return oracle.belief(self.entailment, self.atoms)

    def required(self) -> list[oracle.Belief]:
        return [oracle.belief(text, self.atoms) for text in self.consistency]

    @property
    def width(self) -> int:
        return len(self.atoms)

    @property
    def constraints(self) -> dict[str, list[str]]:
        """The options for the operator."""
        return {"entailment": self.entailment, "consistency": self.consistency}


@st.composite
def inputs(draw, least=2, most=2, size=4, results=None):
    """At most ``most`` bases over at most ``size`` copies of atoms in them; the constraints admit some result.

    ``results`` are the positions of the bases that every result entails, all by default.
    """
    count = draw(st.integers(least, most))
    atoms = draw(st.sampled_from(ALPHABETS))[: draw(st.integers(1, max(1, min(4, size // max(1, count - 1)))))]
    formula = consistent_formulas(atoms)
    bases = []
    for _ in range(count):
        members = draw(st.lists(formula, min_size=1, max_size=2))
        base = members if oracle.belief(members, atoms) else members[:1]
        bases.append(base[0] if len(base) == 1 and draw(st.booleans()) else base)
    entailment = draw(st.lists(formula, max_size=1))
    if any(not oracle.belief(base, atoms) & oracle.belief(entailment, atoms) for base in bases):
        entailment = []
    believed = [oracle.belief(base, atoms) & oracle.belief(entailment, atoms) for base in bases]
    seen = believed if results is None else [believed[position] for position in results]
    seen.append(oracle.belief(entailment, atoms))
    consistency = [text for text in draw(st.lists(formula, max_size=2)) if all(oracle.belief(text, atoms) & b for b in seen)]
    return Inputs(atoms, bases, entailment, consistency)


def check(operator, arguments, expected, atoms, optimum, method="method", **options):
    """The answers are the expected ones, given by EQ set: skeptical, chosen, and one by one."""
    options["opt_type"] = optimum
    union = frozenset().union(*expected.values())
    for characterization in METHODS:
        answer = operator(*arguments, **{method: characterization}, **options)
        assert models(answer, atoms) == union, characterization
    assert models(operator(*arguments, simplify=True, **options), atoms) == union
    check_alternatives(operator, arguments, expected, atoms, lambda answer: models(answer, atoms), **options)


def check_alternatives(operator, arguments, expected, atoms, read, **options):
    """There is one alternative for every EQ set, and the first is the one that the rule selects."""
    listed = [read(answer) for answer in eb.outcomes(operator, *arguments, **options)]
    assert Counter(listed) == Counter(expected.values())
    natural = [atoms.index(name) for name in sorted(atoms, key=_natural)]
    for order in (natural, natural[::-1], natural[1:] + natural[:1]):
        choice = True if order == natural else [atoms[i] for i in order]
        first = expected[oracle.chosen(expected, len(atoms), order)]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "choice: ")  # not every drawn formula has all of these atoms
            assert read(operator(*arguments, choice=choice, **options)) == first
            assert read(next(eb.outcomes(operator, *arguments, choice=choice, **options))) == first
    assert listed[0] == expected[oracle.chosen(expected, len(atoms), natural)]


def _natural(name):
    """x2 before x10, by the numbers these alphabets end in."""
    head = name.rstrip("0123456789")
    return head, int(name[len(head) :] or 0)
