"""Groups that need no choice between EQ sets: nobody says anything, or all copies can agree."""

from __future__ import annotations

from equibel.options import INCLUSION
from equibel.solving.method import Answer, Budget, Case
from equibel.solving.methods.mcs_enumeration import McsEnumeration, is_small_pair
from equibel.solving.methods.translation import Translation
from equibel.solving.queries import satisfiable


class Free:
    """Nobody says anything about these atoms, or any copy can agree with either value: ``DESIGN.md``, step 2."""

    name = "free"
    calls_solver = False

    def applies(self, case: Case) -> bool:
        """Whether there are constants at most, none or different ones by inclusion on one level; or nobody is asked."""
        group, optimum = case.group, case.request.optimum
        if not group.constraints and (
            not group.backbone or (optimum == INCLUSION and group.on_one_level and len(set(group.backbone)) == 2)
        ):
            return True
        return not case.targets

    def solve(self, case: Case, budget: Budget) -> Answer:
        """Nobody believes anything."""
        return Answer({})


class Agreement:
    """All copies can agree, so that every node believes everything: ``DESIGN.md``, step 3."""

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
