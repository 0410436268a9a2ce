"""Methods for groups that need no choice between EQ sets: free groups, and groups without conflict."""

from __future__ import annotations

from equibel.options import INCLUSION
from equibel.solving.method import Answer, Budget, Case
from equibel.solving.methods.mcs_enumeration import McsEnumeration, is_small_pair
from equibel.solving.methods.translation import Translation
from equibel.solving.queries import satisfiable


class Free:
    """The method for free groups, whose copies take both values: ``DESIGN.md``, step 2."""

    name = "free"
    calls_solver = False

    def applies(self, case: Case) -> bool:
        """Whether neither formulas nor backbone copies exclude a value of some copy, or there are no targets."""
        group, optimum = case.group, case.request.optimum
        if not group.constraints and (
            not group.backbone or (optimum == INCLUSION and group.on_one_level and len(set(group.backbone)) == 2)
        ):
            return True
        return not case.targets

    def solve(self, case: Case, budget: Budget) -> Answer:
        """No target believes anything."""
        return Answer({})


class Agreement:
    """The method for groups without conflict, where every node believes everything: ``DESIGN.md``, step 3."""

    name = "agreement"
    calls_solver = False

    def applies(self, case: Case) -> bool:
        """Always."""
        return True

    def solve(self, case: Case, budget: Budget) -> Answer | None:
        """One satisfiability test."""
        everything = Translation(case.group, frozenset())
        if is_small_pair(case):  # the program of an MCS enumeration is made anyway
            agree = case.request.limits.off_main_thread(lambda: case.begun(McsEnumeration).all_agree())
        else:
            agree = everything.possible and satisfiable(everything.joint, case.request.limits)
        return Answer({node: everything.answer(copies) for node, copies in case.targets.items()}) if agree else None
