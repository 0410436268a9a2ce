"""Growing where some copies agree with all they are compared with whenever optimal: what `Autarky` leaves in a part.

Let a *background* give a value to each set of those copies that comparisons connect.  An optimal interpretation of the part
consists of a background and an optimal interpretation of the other copies, those of the *core*: beliefs that mention
agreeing copies do not decide what is optimal in the core, but they must be true with that background.  The background of the
autarky makes them true whatever the core is like.  With any other, those beliefs are further ones of the core.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

from equibel.formula import Formula, assign, negation
from equibel.solving.method import Targets
from equibel.solving.methods.cubes import bits
from equibel.solving.methods.growth_links import Links
from equibel.solving.methods.growth_shown import Shown, decided
from equibel.solving.methods.growth_windows import showing, window
from equibel.solving.preprocessing.autarky import restricted
from equibel.solving.problem import Group, components
from equibel.solving.queries import satisfiable
from equibel.solving.request import Request

Background = dict[int, bool]  # values of agreeing copies


def agreeing_values(group: Group, request: Request) -> dict[int, int] | None:
    """The values of the targets whose values are decided, ``None`` when there are too many backgrounds."""
    backgrounds = _backgrounds(group, request)
    if backgrounds is None:
        return None
    core, number = _core(group)
    targets = request.copies(group)
    inner = {node: within for node, copies in targets.items() if (within := [number[i] for i in copies if i in number])}
    values = dict.fromkeys(targets, 0)
    undecided: set[int] = set()
    known: dict[int, int] = {}  # the values in the core, whatever further beliefs there are
    for background, further in sorted(backgrounds, key=lambda pair: len(pair[1])):  # that of the autarky leaves none
        if not further:
            known = known or decided(core, inner, request)
            shows, left = known, set(inner) - set(known)
        else:
            shown = _with_background(core, further, inner, known, request)
            if shown is None:
                return {}  # it is not known whether there is such an interpretation
            if not shown.optima:
                continue
            shows = shown.values
            left = {node for node, missing in shown.missing.items() if missing}
        undecided |= left
        for node, copies in targets.items():
            for value in bits(shows.get(node, 0)) if node in inner else [0]:
                values[node] |= 1 << _joined(copies, number, value, background)
    return {node: found for node, found in values.items() if node not in undecided}


def _joined(copies: list[int], number: dict[int, int], value: int, background: Background) -> int:
    """The value of a node whose copies in the core have a value."""
    joined = n = 0
    for place, i in enumerate(copies):
        if i in number:
            joined |= (value >> n & 1) << place
            n += 1
        else:
            joined |= background[i] << place
    return joined


def _core(group: Group) -> tuple[Group, dict[int, int]]:
    """The group without agreeing copies, and where each of the other open copies is in it."""
    kept = [i for i in range(group.open) if i not in group.agreeing]
    core = restricted(group, set(kept), group.deciding(), set(kept))
    return core, {i: n for n, i in enumerate(kept)}


def _backgrounds(group: Group, request: Request) -> list[tuple[Background, list[tuple[int, Formula]]]] | None:
    """The backgrounds with which each belief can be true, and what is left of beliefs; ``None`` when there are too many."""
    agreeing = sorted(group.agreeing)
    part_of = components(group.open, ((i, j) for i, j, _ in group.compared if i in group.agreeing and j < group.open))
    parts = sorted({part_of[i] for i in agreeing})
    if len(parts) > request.plan.background_parts:
        return None
    deciding = set(group.deciding())
    further: list[tuple[int, Formula, tuple[tuple[str, int], ...]]] = []  # with the agreeing atoms, and their parts
    for node, formula in group.constraints:
        if (node, formula) not in deciding:
            places = ((name, group.position[node, name]) for name in sorted(formula.atoms()))
            further.append((node, formula, tuple((name, part_of[i]) for name, i in places if i in group.agreeing)))
    kinds = {(formula, names) for _, formula, names in further}
    found = []
    for values in itertools.product((True, False), repeat=len(parts)):
        value = dict(zip(parts, values, strict=True))
        left = {(formula, names): assign(formula, {name: value[part] for name, part in names}) for formula, names in kinds}
        if all(satisfiable(rest, request.limits) for rest in left.values()):
            said = {kind for kind, rest in left.items() if satisfiable(negation(rest), request.limits)}
            beliefs = [(node, left[formula, names]) for node, formula, names in further if (formula, names) in said]
            found.append(({i: value[part_of[i]] for i in agreeing}, beliefs))
    return found


def _with_background(
    core: Group, further: list[tuple[int, Formula]], targets: Targets, known: dict[int, int], request: Request
) -> Shown | None:
    """What nodes show in optimal interpretations of the core with further beliefs; ``None`` when there may be none."""
    grown = Links(replace(core, constraints=(*core.constraints, *further)))
    shown = Shown(core, targets, request, grown, known)
    if all(grown.tables):
        shown.grow()
        if shown.optima:
            shown.refute()
        else:
            violated = [belief for belief, _ in shown.violated.most_common(request.plan.window_failures)]
            if not _refuted(core, grown, violated, request):
                return None
    return shown


def _refuted(core: Group, grown: Links, beliefs: list[int], request: Request) -> bool:
    """Whether windows say of some beliefs that they are not true together in any optimal interpretation of the core."""
    for belief in beliefs:
        node = core.copies[grown.mentioned[belief][0]][0]
        size = request.plan.window_copies
        while size <= request.plan.largest_window:
            through = window(core, grown, grown.mentioned[belief], size)
            request.statistics.count(windows=1, most_window=len(through.positions))
            found = showing(through, node, 0, request)
            if found is None:
                break
            if not found:
                return True
            if through.closed:
                break
            size *= request.plan.longer
    return False
