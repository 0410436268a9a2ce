"""The two characterizations of the answers of a group that has to be searched.

The semantic one collects the models that a node has in optimal interpretations.  The syntactic one translates all formulas
to the node under each optimal EQ set.
"""

from __future__ import annotations

from equibel.formula import Formula, disjunction, truth_columns, truth_table
from equibel.options import SEMANTIC, SYNTACTIC
from equibel.solving.clingo.solver import TakesLongError
from equibel.solving.method import Answer, Budget, Case, Targets, Values, formula_of
from equibel.solving.methods.search import search
from equibel.solving.methods.translation import Translation
from equibel.solving.problem import Group
from equibel.solving.request import Request


class CollectingModels:
    """Semantic characterization: Θ(v) has exactly the models M_v, for M an optimal model of the scenario; step 8."""

    name = "search"
    calls_solver = True

    def applies(self, case: Case) -> bool:
        """Whether models are to be collected."""
        return case.request.method == SEMANTIC

    def solve(self, case: Case, budget: Budget) -> Answer:
        """The answers of the targets that take no further values.

        With a budget, the search pauses after as many EQ sets, or when it is hard to decide for all targets that are left
        whether they take further values; these targets are left.
        """
        return case.begun(Collection).go_on(budget)


class Collection:
    """The state of a search that collects values."""

    def __init__(self, group: Group, targets: Targets, request: Request) -> None:
        self._group = group
        self._targets = targets
        self._plan = request.plan
        self._optima = search(group, targets, request)
        self._values: dict[int, dict[Values, None]] = {node: {} for node in targets}
        self._formulas: dict[int, dict[Formula, None]] = {node: {} for node in targets}
        self._most = request.plan.shared_models

    def go_on(self, budget: Budget) -> Answer:
        """Search until the answers are complete, or the budget is spent."""
        optima = self._optima
        enough = budget.eq_sets
        while enough is None or optima.eq_sets < enough:
            try:
                candidate = optima.find(self._most, patient=enough is None)
            except TakesLongError:
                break
            if candidate is None:
                break
            self._take(*candidate)
        left = optima.unanswered
        complete = self._targets.keys() - left
        return Answer({node: self._answer(node) for node in self._targets if node in complete}, left)

    def _take(self, found: list[bool], same: list[list[bool]] | None) -> None:
        """Add the values of all interpretations with the EQ set of one that was found."""
        optima = self._optima
        if same is None:  # too many to list: they are the models of the formula of their EQ set
            self._most = max(1, self._most // 2)  # the next EQ set is likely to have too many as well
            translation = Translation(self._group, self._group.disagreements(found))
            for node, copies in self._targets.items():
                formula = translation.answer(copies)
                self._formulas[node][formula] = None
                optima.exclude_models(node, formula)
            return
        self._most = min(2 * self._most, self._plan.shared_models)
        for node, copies in self._targets.items():
            shown = dict.fromkeys(tuple(model[i] for i in copies) for model in same)
            optima.exclude(node, shown.keys() - self._values[node].keys())
            self._values[node] |= shown

    def _answer(self, node: int) -> Formula:
        names = [self._group.copies[i][1] for i in self._targets[node]]
        return disjunction([formula_of(names, self._values[node], self._plan), *self._formulas[node]])


class TranslatingFormulas:
    """Syntactic characterization: Θ(v) is the disjunction, over the optimal EQ sets, of all formulas translated to v."""

    name = "translation"
    calls_solver = True

    def applies(self, case: Case) -> bool:
        """Whether formulas are to be translated."""
        return case.request.method == SYNTACTIC

    def solve(self, case: Case, budget: Budget) -> Answer:
        """One optimal EQ set after the other, until no target takes a new value."""
        group, targets, request = case.group, case.targets, case.request
        optima = search(group, targets, request)
        values: dict[int, set[Values]] = {node: set() for node in targets}
        formulas: dict[int, dict[Formula, None]] = {node: {} for node in targets}
        while candidate := optima.find():
            found = candidate.interpretation
            translation = Translation(group, group.disagreements(found))
            references = _models_of(translation, request.plan.listed_atoms)
            for node, copies in targets.items():
                formula = translation.answer(copies)
                if references is None:
                    formulas[node][formula] = None
                    optima.exclude_models(node, formula)
                    continue
                new = {translation.value(copies, reference) for reference in references} - values[node]
                if new:
                    formulas[node][formula] = None
                optima.exclude(node, new)
                values[node] |= new
        return Answer({node: disjunction(found_formulas) for node, found_formulas in formulas.items()})


def _models_of(translation: Translation, most_atoms: int) -> list[dict[str, bool]] | None:
    """The models of a translation's joint formula, or ``None`` when its atoms are too many to try all values."""
    names = translation.open_atoms()
    if len(names) > most_atoms:
        return None
    columns, full = truth_columns(names)
    table = truth_table(translation.joint, columns, full)
    rows = ({name: bool(row >> i & 1) for i, name in enumerate(names)} for row in range(1 << len(names)) if table >> row & 1)
    return list(rows)
