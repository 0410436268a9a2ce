"""Groups and formulas as facts and clauses.

A formula that is a clause becomes a clause over atoms of the program.  Any other formula becomes facts, one for each
different sub-formula.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import clingo

from equibel.formula import Formula, fold, truth_columns, truth_table
from equibel.solving.clingo import predicates as pr
from equibel.solving.clingo.predicates import fact
from equibel.solving.plan import Plan
from equibel.solving.problem import Group

_BINARY = {"implies": pr.IMPLICATION, "iff": pr.EQUIVALENCE, "xor": pr.EXCLUSIVE}


class Instance(NamedTuple):
    """The data of a program: facts, and clauses, each a list of atoms with values of which one has to hold.

    ``encodings`` are the encodings of formulas, when some formulas are given as facts.
    """

    facts: list[clingo.Symbol]
    clauses: list[list[tuple[clingo.Symbol, bool]]]
    encodings: tuple[str, ...] = ()


def atom_numbers(group: Group) -> dict[str, int]:
    """The atoms of a group, numbered."""
    return {name: number for number, name in enumerate(sorted({name for _, name in group.copies}))}


def true_facts(group: Group, atoms: dict[str, int]) -> list[clingo.Symbol]:
    """For each open copy, the atom of ``interpretation.lp`` that says that it is true."""
    return [fact(pr.TRUE, node, atoms[name]) for node, name in group.copies[: group.open]]


def eq_facts(group: Group, atoms: dict[str, int]) -> list[clingo.Symbol]:
    """For each comparison, the atom of ``eq_sets.lp`` that says that the copies agree."""
    ends = ((group.copies[i], group.copies[j]) for i, j, _ in group.compared)
    return [fact(pr.EQ, atoms[name], x, y) for (x, name), (y, _) in ends]


def instance(group: Group, atoms: dict[str, int], plan: Plan) -> Instance:
    """The copies, comparisons and formulas of a group; ``atoms`` gives each atom a number."""
    facts = [fact(pr.PAIR, v, atoms[p]) for v, p in group.copies[: group.open]]
    backbone = zip(group.copies[group.open :], group.backbone, strict=True)
    facts += [fact(pr.BACKBONE, v, atoms[p], int(value)) for (v, p), value in backbone]
    for i, j, level in group.compared:
        (x, p), (y, _) = group.copies[i], group.copies[j]
        facts.append(fact(pr.COMPARED, atoms[p], x, y, level))
        if i in group.agreeing:
            facts.append(fact(pr.AGREED, atoms[p], x, y))
    weights = group.weights if counted(group, plan) else ()
    for (i, j, _), weight in zip(group.compared, weights, strict=False):  # for all or for none
        (x, p), (y, _) = group.copies[i], group.copies[j]
        facts.append(fact(pr.WEIGHT, atoms[p], x, y, weight))
    for (i, j, _), pairs in zip(group.compared, group.witness_pairs, strict=False):  # for all or for none
        (x, p), (y, _) = group.copies[i], group.copies[j]
        facts += [fact(pr.WITNESS, atoms[p], x, y, group.copies[u][0], group.copies[v][0]) for u, v in pairs]
    beliefs = believed(group.constraints, atoms)
    return beliefs._replace(facts=facts + beliefs.facts)


def believed(constraints: Iterable[tuple[int, Formula]], atoms: dict[str, int]) -> Instance:
    """Facts and clauses that demand that the nodes' formulas are true."""
    description = FormulaFacts()
    clauses = []
    for node, formula in constraints:
        literals = clause_literals(formula)
        if literals is None:
            description.believe(formula, node, atoms.__getitem__)
        else:
            clauses.append([(fact(pr.TRUE, node, atoms[name]), value) for name, value in literals.items()])
    return Instance(description.facts, clauses, (pr.FORMULAS,) if description.facts else ())


def clause_facts(group: Group, atoms: dict[str, int], most_atoms: int) -> list[clingo.Symbol]:
    """Facts for inclusion.lp: the copies that formulas mention, and formulas of few atoms as clauses."""
    mentioned = {(node, name) for node, formula in group.constraints for name in formula.atoms()}
    facts = [fact(pr.MENTIONED, node, atoms[name]) for node, name in mentioned]
    clause = 0
    for node, formula in group.deciding():
        clauses = equivalent_clauses(formula, most_atoms)
        if clauses is None:
            facts += [fact(pr.UNCLEAR, node, atoms[name]) for name in formula.atoms()]
        for literals in clauses or ():
            clause += 1
            facts += [fact(pr.LITERAL, clause, node, atoms[name], int(value)) for name, value in literals.items()]
    return facts


def counted(group: Group, plan: Plan) -> bool:
    """Whether clingo adds up the weights of a group, since their sums are small.

    Sums of more than 31 bits would wrap around silently, and `equibel.solving.methods.cores` is faster long before that.
    """
    totals: Counter[int] = Counter()
    for weight, (_, _, level) in zip(group.weights, group.compared, strict=False):  # for all or for none
        totals[level] += weight
    return max(totals.values(), default=0) <= plan.counted_sum


def clause_literals(formula: Formula) -> dict[str, bool] | None:
    """The literals of a disjunction of literals over different atoms, or ``None`` when it is something else."""
    return joined_literals(formula, "or")


def joined_literals(formula: Formula, kind: str) -> dict[str, bool] | None:
    """The literals over different atoms that a formula joins by ``and`` or ``or``, or ``None`` when it is something else."""
    literals: dict[str, bool] = {}
    name = None  # of the literal before, as long as it is positive
    for token in formula.code[:-1] if formula.kind == kind else formula.code:
        if isinstance(token, str):
            if token in literals:
                return None
            name = token
            literals[name] = True
        elif token.kind == "not" and name is not None:
            literals[name] = False
            name = None
        else:
            return None
    return literals


def equivalent_clauses(formula: Formula, most_atoms: int) -> list[dict[str, bool]] | None:
    """Clauses equivalent to a formula: itself when it is a clause, otherwise one for each row that makes it false.

    ``None`` for a formula that is no clause and has more than ``most_atoms`` atoms.
    """
    literals = clause_literals(formula)
    if literals is not None:
        return [literals]
    names = sorted(formula.atoms())
    if len(names) > most_atoms:
        return None
    columns, full = truth_columns(names)
    false = full ^ truth_table(formula, columns, full)
    rows = [row for row in range(1 << len(names)) if false >> row & 1]
    return [{name: not row >> i & 1 for i, name in enumerate(names)} for row in rows]


class FormulaFacts:
    """The facts that describe formulas; sub-formulas are named by numbers.

    ``p & ~q`` at node 3, with p numbered 0 and q 1, becomes ``atomic(0,3,0). atomic(1,3,1). negation(2,1).
    conjunction(3). part(3,0). part(3,2).`` and, when believed, ``asserted(3).``
    """

    def __init__(self) -> None:
        self.facts: list[clingo.Symbol] = []
        self._negated: dict[int, int] = {}  # of a negation, what it negates
        self._names: dict[tuple[object, ...], int] = {}

    def believe(self, formula: Formula, node: int, atom_number: Callable[[str], int]) -> None:
        """Demand that ``formula`` holds, read in the atoms of ``node``."""
        self.facts.append(fact(pr.ASSERTED, self.describe(formula, node, atom_number)))

    def describe(self, formula: Formula, node: int, atom_number: Callable[[str], int]) -> int:
        """Describe a formula and return its name."""

        def leaf(name: str) -> int:
            number = atom_number(name)
            return self._name(("atom", node, number), lambda f: iter([fact(pr.ATOMIC, f, node, number)]))

        def combine(kind: str, parts: list[int]) -> int:
            match kind:
                case "true":
                    return self._name((kind,), lambda f: iter([fact(pr.VERUM, f)]))
                case "false":
                    return self._name((kind,), lambda f: iter([]))
                case "not" if parts[0] in self._negated:
                    return self._negated[parts[0]]
                case "not":
                    name = self._name((kind, parts[0]), lambda f: iter([fact(pr.NEGATION, f, parts[0])]))
                    self._negated[name] = parts[0]
                    return name
                case "and" | "or":
                    predicate = pr.CONJUNCTION if kind == "and" else pr.DISJUNCTION
                    return self._name((kind, *sorted(set(parts))), lambda f: _joined(predicate, f, parts))
                case _:  # implies, iff, xor; a longer xor is taken two at a time
                    return functools.reduce(functools.partial(self._pair, kind), parts)

        return fold(formula, leaf, combine)

    def _pair(self, kind: str, left: int, right: int) -> int:
        return self._name((kind, left, right), lambda f: iter([fact(_BINARY[kind], f, left, right)]))

    def _name(self, key: tuple[object, ...], facts: Callable[[int], Iterator[clingo.Symbol]]) -> int:
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = len(self._names)
            self.facts.extend(facts(name))
        return name


def _joined(predicate: str, name: int, parts: list[int]) -> Iterator[clingo.Symbol]:
    yield fact(predicate, name)
    for part in parts:
        yield fact(pr.PART, name, part)
