"""Autarkies: atoms that no conflict is about, which split a group into smaller parts.

An *autarky* A gives one value to all copies of some atoms.  Every formula that mentions such a copy is true by these values
alone, and every backbone copy next to such a copy has its value.  In any interpretation those copies can be given the
values of A: all formulas stay true, all comparisons among those copies agree, and no other comparison changes.  So in an
optimal interpretation they agree already.  Moreover, A completes every interpretation of the other copies that makes the
formulas without any of those atoms true.  So these formulas alone decide which EQ sets are optimal.

The other copies fall into parts, which are linked by comparisons and by formulas, but not by the atoms of the autarky.  An
interpretation is optimal when each of its parts is optimal and the copies of the autarky agree.  So the answers of the
parts, each with the formulas that mention its copies, are conjoined.
"""

from __future__ import annotations

from contextlib import closing

from equibel.formula import Formula, assign, conjunction, conjuncts, literal
from equibel.solving.clingo import predicates as pr
from equibel.solving.clingo.facts import Instance, equivalent_clauses
from equibel.solving.clingo.predicates import fact
from equibel.solving.clingo.solver import Solver
from equibel.solving.method import Answer, Budget, Case
from equibel.solving.problem import Group, components
from equibel.solving.request import Request


class Autarky:
    """The method that splits a group in conflict by its greatest autarky: ``DESIGN.md``, step 7."""

    name = "autarky"
    calls_solver = True

    def applies(self, case: Case) -> bool:
        """Always."""
        return True

    def solve(self, case: Case, budget: Budget) -> Answer:
        """The parts, which other methods solve, and what the targets believe besides."""
        group = case.group
        parts, values, shared = separate(group, case.request)
        case.request.statistics.count(parts=len(parts))
        known = literals_of(group, values)
        common = conjunction(shared)
        believed = {node: conjunction([*known.get(node, ()), common]) for node in case.targets}
        return Answer(believed, parts=parts)


def separate(group: Group, request: Request) -> tuple[list[Group], dict[int, bool], list[Formula]]:
    """Split a group by its greatest autarky.  One solver call.

    Returns the parts in which there may be conflict, with the copies of the autarky that their formulas mention marked as
    ``agreeing``; the values of the autarky's copies that agree with backbone copies; and the formulas that mention only
    other copies of the autarky, which every node of the group believes.
    """
    component = group.connected
    allowed = _allowed_values(group, component)
    autark = _autarky(group, component, allowed, request)
    agreeing = [i for i in range(group.open) if component[i] in autark]
    values = {i: min(allowed[component[i]]) for i in agreeing if len(allowed[component[i]]) == 1}
    position = group.position
    constraints: list[tuple[int, Formula, set[int]]] = []  # with the copies they mention
    for node, formula in group.constraints:
        known = {name: values[i] for name in formula.atoms() if (i := position[node, name]) in values}
        parts = conjuncts(assign(formula, known))
        constraints += ((node, part, {position[node, name] for name in part.atoms()}) for part in parts)
    contested = set(range(group.open)).difference(agreeing)
    links = [(i, j) for i, j, _ in group.compared if j < group.open and i in contested]
    for _, _, mentioned in constraints:
        here = sorted(mentioned & contested)
        links += [(here[0], i) for i in here[1:]]
    part_of = components(group.open, links)
    members: dict[int, set[int]] = {}
    for i in contested:
        members.setdefault(part_of[i], set()).add(i)
    by_component: dict[int, list[int]] = {}
    for i in agreeing:
        by_component.setdefault(component[i], []).append(i)
    believed: dict[int, list[tuple[int, Formula]]] = {part: [] for part in members}
    shared: dict[Formula, None] = {}
    for node, formula, mentioned in constraints:
        open_here = mentioned & contested
        if not open_here:
            shared[formula] = None
            continue
        part = part_of[min(open_here)]
        believed[part].append((node, formula))
        for i in mentioned - open_here:
            members[part].update(by_component[component[i]])
    groups = [restricted(group, members[part], believed[part], contested) for part in members]
    return groups, values, list(shared)


def _autarky(group: Group, component: list[int], allowed: dict[int, set[bool]], request: Request) -> set[int]:
    """The components of the greatest autarky."""
    position = group.position
    facts = []
    clause = 0
    left_alone: set[int] = set()
    for node, formula in group.constraints:
        clauses = equivalent_clauses(formula, request.plan.clause_atoms)
        if clauses is None:  # too large to be written as clauses
            left_alone.update(component[position[node, name]] for name in formula.atoms())
        for literals in clauses or ():
            clause += 1
            facts += [
                fact(pr.OCCURS, clause, component[position[node, name]], int(value)) for name, value in literals.items()
            ]
    for name in set(component):
        facts.append(fact(pr.COMPONENT, name))
        if name not in left_alone:
            facts += [fact(pr.ALLOWED, name, int(value)) for value in allowed[name]]
    with closing(Solver([pr.AUTARKY], Instance(facts, []), request.limits, request.plan)) as solver:
        return solver.solve([], lambda model: {symbol.arguments[0].number for symbol in model.symbols(shown=True)}) or set()


def _allowed_values(group: Group, component: list[int]) -> dict[int, set[bool]]:
    """For each component, the values with which it agrees with all backbone copies next to it."""
    allowed = {name: {False, True} for name in component}
    for i, j, _ in group.compared:
        if j >= group.open:
            allowed[component[i]].discard(not group.backbone[j - group.open])
    return allowed


def restricted(group: Group, members: set[int], believed: list[tuple[int, Formula]], contested: set[int]) -> Group:
    """The part of a group with these open copies and these formulas."""
    kept = sorted(members)
    # Comparisons of the autarky's copies with backbone copies always agree, so that they are left out.
    inside = [
        k
        for k, (i, j, _) in enumerate(group.compared)
        if i in members and (j in members or (j >= group.open and i in contested))
    ]
    compared = [group.compared[k] for k in inside]
    backbone = sorted({j for _, j, _ in compared if j >= group.open})
    number = {i: n for n, i in enumerate(kept + backbone)}
    return Group(
        copies=tuple(group.copies[i] for i in kept + backbone),
        backbone=tuple(group.backbone[j - group.open] for j in backbone),
        constraints=tuple(believed),
        compared=tuple((number[i], number[j], level) for i, j, level in compared),
        weights=tuple(group.weights[k] for k in inside) if group.weights else (),
        agreeing=frozenset(number[i] for i in kept if i not in contested),
    )


def literals_of(group: Group, values: dict[int, bool]) -> dict[int, list[Formula]]:
    """For nodes of the group, the literals of their copies in the autarky that agree with backbone copies."""
    known: dict[int, list[Formula]] = {}
    for i, value in values.items():
        node, name = group.copies[i]
        known.setdefault(node, []).append(literal(name, value))
    return known
