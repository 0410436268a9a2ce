"""Problems with witnesses: equalities that several scenarios can have at once.

A *witness* is the same graph with the beliefs of some nodes replaced.  A set S of equalities is *admissible* when the
scenario and each of its witnesses have a model in which all of S holds; of these sets the maximal ones count, and the answer
under S is what the scenario's own models in which S holds say.  Two things are stated in this way:

- a formula c that has to be consistent with the result at node v: the witness believes c at v besides what v believes;
- contraction, where several formulas must cease to follow from one result: see `equibel.operators.contraction`.

S is maximal exactly when it is the set of the comparisons on which all the models of a tuple (M, M₁, …, Mₖ) agree, and no
tuple agrees on more.  So the search is for optimal interpretations as before, of the copies of all scenarios together.
But copies outside S need not differ, since S may be smaller than the EQ set of M.  So formulas cannot be translated along
the edges outside S, and the answer under S is found by forgetting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from equibel.formula import Formula, atom, conjunction, conjuncts, disjunction, forget, translate
from equibel.options import SEMANTIC
from equibel.solving.limits import Limits
from equibel.solving.method import Answer, Budget, Case, Values, formula_of, values_of
from equibel.solving.methods.search import search
from equibel.solving.preprocessing.comparison_weights import ComparisonWeights, whole
from equibel.solving.problem import Copy, Group, Problem, components


class SeveralScenarios:
    """The method for groups with witnesses, and for groups that fall apart: ``DESIGN.md``, step 14."""

    name = "several scenarios"
    calls_solver = True

    def applies(self, case: Case) -> bool:
        """Whether there are witnesses, or copies of an atom that no comparisons connect."""
        return bool(case.group.witness_pairs) or case.group.falls_apart()

    def solve(self, case: Case, budget: Budget) -> Answer:
        """The beliefs of the targets under all maximal admissible sets of equalities together."""
        request = case.request
        group = case.group.opened()
        targets = request.copies(group)
        if not targets or not group.constraints:
            return Answer({})  # there are no formulas about these atoms
        plan = request.plan
        names = {node: [group.copies[i][1] for i in copies] for node, copies in targets.items()}
        values: dict[int, set[Values]] = {node: set() for node in targets}
        formulas: dict[int, dict[Formula, None]] = {node: {} for node in targets}
        optima = search(group, targets, request)
        elsewhere = [i for i, (node, _) in enumerate(group.copies) if node >= request.size]
        while (found := optima.find()) is not None:
            outside = group.disagreements(found.interpretation)
            listed = None
            if request.method == SEMANTIC:
                listed = optima.similar(found.interpretation, elsewhere, plan.joint_models)
            answers = believed_under(group, request.size, outside, targets, request.limits) if listed is None else {}
            for node, copies in targets.items():
                if listed is not None:
                    shown = {tuple(model[i] for i in copies) for model in listed}
                elif len(copies) <= plan.listed_atoms:
                    shown = values_of(answers[node], names[node])
                else:
                    formulas[node][answers[node]] = None
                    optima.exclude_models(node, answers[node])
                    continue
                optima.exclude(node, shown - values[node])
                values[node] |= shown
        listed_values = {node: formula_of(names[node], values[node], plan) for node in targets}
        return Answer({node: disjunction([formula, *formulas[node]]) for node, formula in listed_values.items()})


def joint_groups(problem: Problem, limits: Limits) -> list[Group]:
    """The independent groups of a problem; nodes of the i-th witness have the numbers from ``(i + 1) n`` on.

    Backbones are not taken out, so that groups are larger than those of `split`.
    """
    everything = whole_group(problem)
    n = len(problem.beliefs)
    limits.check()
    position = everything.position
    links = [(i, j) for i, j, _ in everything.compared]
    for node, formula in everything.constraints:
        here = sorted(position[node, name] for name in formula.atoms())
        links += [(here[0], i) for i in here[1:]]
    # Copies that are linked in one scenario stay together in all of them.
    links += [(i, position[node % n, name]) for i, (node, name) in enumerate(everything.copies)]
    part_of = components(len(everything.copies), links)
    parts: dict[int, list[int]] = {}
    for i, part in enumerate(part_of):
        parts.setdefault(part, []).append(i)
    formulas: dict[int, list[tuple[int, Formula]]] = {part: [] for part in parts}
    for node, formula in everything.constraints:
        if formula.atoms():
            formulas[part_of[position[node, min(formula.atoms())]]].append((node, formula))
    compared: dict[int, list[int]] = {part: [] for part in parts}
    for k, (i, _, _) in enumerate(everything.compared):
        compared[part_of[i]].append(k)
    return [_part(everything, n, parts[part], formulas[part], compared[part]) for part in parts]


def whole_group(problem: Problem) -> Group:
    """All copies of all atoms that occur, in the scenario and in its witnesses, as one group."""
    n = len(problem.beliefs)
    scenarios = [dict(enumerate(problem.beliefs))]
    scenarios += [{**scenarios[0], **dict(changes)} for changes in problem.witnesses]
    names = sorted({name for beliefs in scenarios for formula in beliefs.values() for name in formula.atoms()})
    copies: list[Copy] = [(w * n + v, name) for w in range(len(scenarios)) for v in range(n) for name in names]
    position = {copy: i for i, copy in enumerate(copies)}
    counting, weights = comparisons(problem, names)
    edges = [(*problem.edges[number], name) for number, name in counting]

    def pair(w: int, x: int, y: int, name: str) -> tuple[int, int]:
        return position[w * n + x, name], position[w * n + y, name]

    return Group(
        copies=tuple(copies),
        constraints=tuple(
            (w * n + v, part) for w, beliefs in enumerate(scenarios) for v in beliefs for part in conjuncts(beliefs[v])
        ),
        compared=tuple((*pair(0, x, y, name), level) for x, y, level, name in edges),
        weights=tuple(whole(weights, [level for _, _, level, _ in edges])),
        lacking=len(counting) < len(problem.edges) * len(names),
        witness_pairs=tuple(tuple(pair(w, x, y, name) for w in range(1, len(scenarios))) for x, y, _, name in edges)
        if problem.witnesses
        else (),
    )


def comparisons(problem: Problem, names: Sequence[str]) -> tuple[list[tuple[int, str]], list[Fraction]]:
    """The comparisons that count, as the number of an edge and an atom, and their weights."""
    weights = ComparisonWeights(problem)
    counting = [
        ((number, name), weight)
        for number, (x, y, _) in enumerate(problem.edges)
        for name in names
        if (weight := weights.of(number, x, y, name))
    ]
    return [comparison for comparison, _ in counting], [weight for _, weight in counting]


def _part(everything: Group, n: int, members: list[int], formulas: list[tuple[int, Formula]], compared: list[int]) -> Group:
    """A part of the whole group, without witnesses that have the same beliefs there as the scenario.

    When nothing is compared, all witnesses are left out.
    """
    believed: dict[int, set[tuple[int, Formula]]] = {}
    for node, formula in formulas:
        believed.setdefault(node // n, set()).add((node % n, formula))
    scenarios = {everything.copies[i][0] // n for i in members}
    kept = {w for w in scenarios if w == 0 or (compared and believed.get(w) != believed.get(0))}
    number = {i: k for k, i in enumerate(i for i in members if everything.copies[i][0] // n in kept)}
    pairs = tuple(
        tuple((number[u], number[v]) for u, v in everything.witness_pairs[k] if u in number) for k in compared if kept != {0}
    )
    return Group(
        copies=tuple(everything.copies[i] for i in number),
        constraints=tuple((node, formula) for node, formula in formulas if node // n in kept),
        compared=tuple((number[i], number[j], level) for i, j, level in (everything.compared[k] for k in compared)),
        weights=tuple(everything.weights[k] for k in compared) if everything.weights else (),
        lacking=everything.lacking,
        witness_pairs=pairs,
    )


def believed_under(group: Group, n: int, outside: Iterable[int], nodes: Iterable[int], limits: Limits) -> dict[int, Formula]:
    """The beliefs of nodes of the scenario when all comparisons but those ``outside`` agree, in the nodes' own atoms.

    The copies that are held equal are read as one atom, and those that a node does not see are forgotten.
    """
    lost = frozenset(outside)
    same = components(len(group.copies), ((i, j) for k, (i, j, _) in enumerate(group.compared) if k not in lost))
    own = [(node, formula) for node, formula in group.constraints if node < n]
    answers = {}
    for node in nodes:
        seen = {same[group.position[copy]]: copy[1] for copy in group.copies if copy[0] == node}
        names = _fresh_names(set(seen.values()), set(same) - set(seen))

        def read(who: int, formula: Formula, names: dict[int, str] = {**names, **seen}) -> Formula:  # noqa: B006
            return translate(formula, {name: atom(names[same[group.position[who, name]]]) for name in formula.atoms()})

        joint = conjunction(read(who, formula) for who, formula in own)
        answers[node] = forget(joint, joint.atoms() - set(seen.values()), limits.check)
    return answers


def _fresh_names(taken: set[str], items: set[int]) -> dict[int, str]:
    """Names of atoms that are not taken."""
    free = (name for k in range(len(taken) + len(items)) if (name := f"_{k}") not in taken)
    return dict(zip(sorted(items), free, strict=False))
