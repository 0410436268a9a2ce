"""Orders of atoms for small decision diagrams: atoms that occur together are close in the order.

Reference: Aloul, Markov and Sakallah, *FORCE: a fast and easy-to-implement variable-ordering heuristic* (GLSVLSI 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from equibel.formula.syntax import Formula, fold

_ROUNDS = 20
_WIDE = 8  # larger subformulas are ignored: they say little about which atoms belong together


def interaction_order(formula: Formula, spend: Callable[[int], None]) -> list[str]:
    """The atoms of a formula, in an order in which atoms of the same small subformulas are close.

    ``spend`` is called with the number of steps.
    """
    first_seen = list(dict.fromkeys(token for token in formula.code if isinstance(token, str)))
    return pulled_together(first_seen, _small_scopes(formula), spend)


def pulled_together(order: Sequence[str], groups: Collection[Sequence[str]], spend: Callable[[int], None]) -> list[str]:
    """The order, improved so that the atoms of each group are closer; atoms without a group keep their place.

    In each round, every atom moves to the mean of the centres of its groups.  The result is the best order of all rounds.
    """
    best, least = list(order), _spread(order, groups)
    for _ in range(_ROUNDS):
        spend(len(order) + len(groups))
        place = {name: i for i, name in enumerate(order)}
        pulls: dict[str, list[float]] = {name: [] for name in order}
        for names in groups:
            centre = sum(place[name] for name in names) / len(names)
            for name in names:
                pulls[name].append(centre)
        target = {name: sum(pull) / len(pull) if pull else place[name] for name, pull in pulls.items()}
        order = sorted(order, key=target.__getitem__)
        spread = _spread(order, groups)
        if spread < least:
            best, least = order, spread
    return best


def _spread(order: Sequence[str], groups: Collection[Sequence[str]]) -> int:
    place = {name: i for i, name in enumerate(order)}
    return sum(max(place[name] for name in names) - min(place[name] for name in names) for names in groups)


def _small_scopes(formula: Formula) -> list[tuple[str, ...]]:
    """The sets of at least two atoms that occur in a small subformula."""
    scopes: dict[tuple[str, ...], None] = {}

    def scope(_kind: str, below: list[frozenset[str] | None]) -> frozenset[str] | None:
        atoms: frozenset[str] = frozenset()
        for part in below:
            if part is None or len(atoms) > _WIDE:
                return None
            atoms |= part
        if 1 < len(atoms) <= _WIDE:
            scopes[tuple(sorted(atoms))] = None
        return atoms

    fold(formula, lambda name: frozenset((name,)), scope)
    return list(scopes)
