"""The postulates of revision, contraction and merging, which of them hold, and the smallest counterexamples to the others.

A postulate is a function of the operators (`belief_change.Operators`) and of its arguments; it says whether the arguments
are no counterexample.  Its signature has one letter for each argument: ``B`` for a belief, ``E`` for several, as a tuple.

A counterexample is smallest when there is none with fewer atoms; with as many atoms, none with fewer formulas in its
tuples; with as many of these, none with shorter formulas, all taken together (`belief_change.lengths`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import oracle
from belief_change import Operators
from oracle import CARDINALITY, INCLUSION


class Postulate(NamedTuple):
    """What is demanded, by name, for which operator; and under which optima it holds."""

    operator: str
    name: str
    signature: str
    holds: tuple[str, ...]
    satisfied: Callable[..., bool]

    def __str__(self) -> str:
        return f"{self.operator} {self.name}"


POSTULATES: list[Postulate] = []
BOTH, NEITHER, LARGEST = (INCLUSION, CARDINALITY), (), (CARDINALITY,)


def _postulate(operator: str, name: str, signature: str, holds: tuple[str, ...] = BOTH) -> Callable[[Callable], Callable]:
    def add(satisfied: Callable[..., bool]) -> Callable[..., bool]:
        POSTULATES.append(Postulate(operator, name, signature, holds, satisfied))
        return satisfied

    return add


# Revision (Katsuno and Mendelzon 1991) ------------------------------------------------------------------------------


@_postulate("revise", "R1", "BB")
def _r1(op: Operators, old, alpha):
    return op.revise(old, alpha) <= alpha


@_postulate("revise", "R2", "BB")
def _r2(op, old, alpha):
    return not old & alpha or op.revise(old, alpha) == old & alpha


@_postulate("revise", "R3", "BB")
def _r3(op, old, alpha):
    return bool(op.revise(old, alpha))


@_postulate("revise", "R5", "BBB")
def _r5(op, old, alpha, beta):
    kept = op.revise(old, alpha) & beta
    return not kept or kept <= op.revise(old, alpha & beta)


@_postulate("revise", "R6", "BBB", LARGEST)
def _r6(op, old, alpha, beta):
    kept = op.revise(old, alpha) & beta
    return not kept or op.revise(old, alpha & beta) <= kept


@_postulate("revise", "R7", "BBB")
def _r7(op, old, alpha, beta):
    by_alpha, by_beta = op.revise(old, alpha), op.revise(old, beta)
    return not (by_alpha <= beta and by_beta <= alpha) or by_alpha == by_beta


@_postulate("revise", "R8", "BBB", LARGEST)
def _r8(op, old, alpha, beta):
    common = op.revise(old, alpha) & op.revise(old, beta)
    return not common or common <= op.revise(old, alpha | beta)


# Contraction (Alchourrón, Gärdenfors and Makinson 1985) ------------------------------------------------------------


def _trivial(op, *alphas):
    return any(alpha == op.everything for alpha in alphas)


@_postulate("contract", "inclusion", "BB")
def _inclusion(op, old, alpha):
    return old <= op.contract(old, alpha)


@_postulate("contract", "vacuity", "BB")
def _vacuity(op, old, alpha):
    return old <= alpha or op.contract(old, alpha) == old


@_postulate("contract", "success", "BB")
def _success(op, old, alpha):
    return _trivial(op, alpha) or not op.contract(old, alpha) <= alpha


@_postulate("contract", "recovery", "BB", NEITHER)
def _recovery(op, old, alpha):
    return op.contract(old, alpha) & alpha <= old


@_postulate("contract", "conjunctive overlap", "BBB")
def _overlap(op, old, alpha, beta):
    return op.contract(old, alpha & beta) <= op.contract(old, alpha) | op.contract(old, beta)


@_postulate("contract", "conjunctive inclusion", "BBB", LARGEST)
def _conjunctive_inclusion(op, old, alpha, beta):
    contracted = op.contract(old, alpha & beta)
    return contracted <= alpha or op.contract(old, alpha) <= contracted


@_postulate("contract", "Levi identity", "BB")
def _levi(op, old, alpha):
    return op.contract(old, op.everything - alpha) & alpha == op.revise(old, alpha)


@_postulate("contract", "Harper identity", "BB", NEITHER)
def _harper(op, old, alpha):
    return _trivial(op, alpha) or op.contract(old, alpha) == old | op.revise(old, op.everything - alpha)


@_postulate("contract", "Harper, one half", "BB")
def _half_of_harper(op, old, alpha):
    return _trivial(op, alpha) or old | op.revise(old, op.everything - alpha) <= op.contract(old, alpha)


@_postulate("contract", "parallel: inclusion", "BBB")
def _parallel_inclusion(op, old, alpha, beta):
    return _trivial(op, alpha, beta) or old <= op.contract(old, alpha, beta)


@_postulate("contract", "parallel: vacuity", "BBB")
def _parallel_vacuity(op, old, alpha, beta):
    return old <= alpha or old <= beta or op.contract(old, alpha, beta) == old


@_postulate("contract", "parallel: success", "BBB")
def _parallel_success(op, old, alpha, beta):
    if _trivial(op, alpha, beta):
        return True
    contracted = op.contract(old, alpha, beta)
    return not contracted <= alpha and not contracted <= beta


@_postulate("contract", "parallel: in any order", "BBB")
def _parallel_order(op, old, alpha, beta):
    return _trivial(op, alpha, beta) or op.contract(old, alpha, beta) == op.contract(old, beta, alpha)


@_postulate("contract", "parallel: as a conjunction", "BBB", NEITHER)
def _parallel_conjunction(op, old, alpha, beta):
    both = alpha & beta
    return _trivial(op, alpha, beta) or not old <= both or op.contract(old, alpha, beta) == op.contract(old, both)


@_postulate("contract", "parallel: one after the other", "BBB", NEITHER)
def _parallel_sequence(op, old, alpha, beta):
    return _trivial(op, alpha, beta) or op.contract(old, alpha, beta) == op.contract(op.contract(old, alpha), beta)


# Extrapolation (Dupin de Saint-Cyr and Lang 2011) -------------------------------------------------------------------


@_postulate("extrapolate", "observations", "BBB")
def _observations(op, *observed):
    return all(holds <= seen for holds, seen in zip(op.extrapolate(observed), observed, strict=True))


@_postulate("extrapolate", "consistency", "BBB")
def _consistency(op, *observed):
    return all(op.extrapolate(observed))


@_postulate("extrapolate", "persistence", "BBB")
def _persistence(op, *observed):
    always = frozenset.intersection(*observed)
    return not always or op.extrapolate(observed) == [always] * len(observed)


@_postulate("extrapolate", "reversal", "BBB")
def _reversal(op, *observed):
    return op.extrapolate(observed[::-1]) == op.extrapolate(observed)[::-1]


@_postulate("extrapolate", "idempotence", "BBB")
def _idempotence(op, *observed):
    once = op.extrapolate(observed)
    return op.extrapolate(tuple(once)) == once


@_postulate("extrapolate", "two times", "BB")
def _two_times(op, first, second):
    return op.extrapolate((first, second)) == [op.revise(second, first), op.revise(first, second)]


@_postulate("extrapolate", "as iterated revision", "BBB", NEITHER)
def _as_revision(op, first, second, third):
    return op.extrapolate((first, second, third))[-1] == op.revise(op.revise(first, second), third)


@_postulate("extrapolate", "the past is settled", "BBB", NEITHER)
def _settled(op, first, second, third):
    return op.extrapolate((first, second, third))[0] <= op.extrapolate((first, second))[0]


# Merging (Konieczny and Pino Pérez 2002) ---------------------------------------------------------------------------


def _joined(sources, constraint):
    return constraint.intersection(*sources)


def _ic0(merge, sources, mu):
    return merge(sources, mu) <= mu


def _ic1(merge, sources, mu):
    return bool(merge(sources, mu))


def _ic2(merge, sources, mu):
    return not _joined(sources, mu) or merge(sources, mu) == _joined(sources, mu)


def _ic3_order(merge, sources, mu):
    return merge(sources, mu) == merge(sources[::-1], mu)


def _ic4(merge, one, other, weaker):
    mu = one | other | weaker  # any constraint that both entail
    merged = merge((one, other), mu)
    return bool(merged & one) == bool(merged & other)


def _ic5(merge, sources, others, mu):
    return merge(sources, mu) & merge(others, mu) <= merge(sources + others, mu)


def _ic6(merge, sources, others, mu):
    common = merge(sources, mu) & merge(others, mu)
    return not common or merge(sources + others, mu) <= common


def _ic7(merge, sources, mu, nu):
    kept = merge(sources, mu) & nu
    return not kept or kept <= merge(sources, mu & nu)


def _ic8(merge, sources, mu, nu):
    kept = merge(sources, mu) & nu
    return not kept or merge(sources, mu & nu) <= kept


def _majority(merge, sources, others, mu):
    # Eight copies outweigh two sources over three atoms, whatever these say: one copy counts for at least one atom.
    return any(merge(sources + others * n, mu) <= merge(others, mu) for n in (1, 2, 4, 8))


def _arbitration(merge, one, other, mu, nu):
    alike = merge((one,), mu)
    if mu <= nu or nu <= mu or alike != merge((other,), nu) or merge((one, other), mu ^ nu) != mu ^ nu:
        return True
    return merge((one, other), mu | nu) == alike


_MERGING = [
    ("IC0", "EB", _ic0, BOTH, BOTH),
    ("IC1", "EB", _ic1, BOTH, BOTH),
    ("IC2", "EB", _ic2, BOTH, BOTH),
    ("IC3", "EB", _ic3_order, BOTH, BOTH),
    ("IC4", "BBB", _ic4, BOTH, BOTH),
    ("IC5", "EEB", _ic5, BOTH, NEITHER),
    ("IC6", "EEB", _ic6, LARGEST, NEITHER),
    ("IC7", "EBB", _ic7, BOTH, BOTH),
    ("IC8", "EBB", _ic8, LARGEST, LARGEST),
    ("majority", "EEB", _majority, LARGEST, NEITHER),
    ("arbitration", "BBBB", _arbitration, NEITHER, NEITHER),
]


def _of(operator: str, satisfied: Callable[..., bool]) -> Callable[..., bool]:
    return lambda op, *arguments: satisfied(getattr(op, operator), *arguments)


for _name, _signature, _satisfied, _projection, _consensus in _MERGING:
    POSTULATES += [
        Postulate("merge", _name, _signature, _projection, _of("merge", _satisfied)),
        Postulate("consensus", _name, _signature, _consensus, _of("consensus", _satisfied)),
    ]

NAMED = {(p.operator, p.name): p for p in POSTULATES}
HOLDING = [(p, optimum) for p in POSTULATES for optimum in BOTH if optimum in p.holds]
FAILING = [(p, optimum) for p in POSTULATES for optimum in BOTH if optimum not in p.holds]


# Counterexamples ----------------------------------------------------------------------------------------------------


class Counterexample(NamedTuple):
    """Arguments that violate a postulate under these optima: texts, or tuples of them."""

    operator: str
    name: str
    optima: tuple[str, ...]
    atoms: tuple[str, ...]
    arguments: tuple[str | tuple[str, ...], ...]

    @property
    def postulate(self) -> Postulate:
        """The postulate it violates."""
        return NAMED[self.operator, self.name]

    def beliefs(self) -> list[oracle.Belief | tuple[oracle.Belief, ...]]:
        """The arguments as the oracle reads them."""
        return [
            oracle.belief(a, self.atoms) if isinstance(a, str) else tuple(oracle.belief(text, self.atoms) for text in a)
            for a in self.arguments
        ]

    def texts(self) -> list[str]:
        """All formulas in the arguments."""
        return [text for a in self.arguments for text in ([a] if isinstance(a, str) else a)]


_P, _PQ, _PQR, _PQRS = (tuple("pqrs"[:n]) for n in range(1, 5))
_SMALLEST = (INCLUSION,)

COUNTEREXAMPLES = [
    Counterexample("revise", "R6", _SMALLEST, _PQR, ("p & q & r", "q ^ r", "p ^ r")),
    Counterexample("revise", "R8", _SMALLEST, _PQRS, ("(p | s) ^ (q | r)", "p & q & r", "p & q & s")),
    Counterexample("contract", "recovery", BOTH, _PQ, ("p", "q -> p")),
    Counterexample("contract", "Harper identity", BOTH, _PQ, ("p", "q -> p")),
    Counterexample("contract", "conjunctive inclusion", _SMALLEST, _PQR, ("p & q & r", "p & (q | r)", "q")),
    Counterexample("contract", "parallel: as a conjunction", BOTH, _PQ, ("p & q", "p", "q")),
    Counterexample("contract", "parallel: one after the other", BOTH, _PQ, ("p & q", "p & q", "p")),
    Counterexample("extrapolate", "as iterated revision", BOTH, _PQ, ("p", "p ^ q", "q")),
    Counterexample("extrapolate", "the past is settled", BOTH, _PQ, ("p ^ q", "p", "q")),
    Counterexample("merge", "IC6", _SMALLEST, _P, (("p", "~p"), ("p",), "True")),
    Counterexample("merge", "IC8", _SMALLEST, _PQ, (("~(p | q)", "p"), "True", "p ^ q")),
    Counterexample("merge", "majority", _SMALLEST, _P, (("~p",), ("p",), "True")),
    Counterexample("merge", "arbitration", _SMALLEST, _PQ, ("~(q -> p)", "p", "p", "q")),
    Counterexample("merge", "arbitration", LARGEST, _PQ, ("~(p | q)", "p & q", "p", "~q")),
    Counterexample("consensus", "IC5", BOTH, _PQ, (("~q",), ("p ^ q",), "q")),
    Counterexample("consensus", "IC6", BOTH, _P, (("p", "~p"), ("p",), "True")),
    Counterexample("consensus", "IC8", _SMALLEST, _PQR, (("p & q & r",), "q ^ r", "p ^ r")),
    Counterexample("consensus", "majority", BOTH, _P, (("~p",), ("p",), "True")),
    Counterexample("consensus", "arbitration", BOTH, _PQ, ("~(p | q)", "p & q", "p", "~q")),
]
