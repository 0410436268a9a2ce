"""Factoring: functions as conjunctions and disjunctions of parts that share no atoms.

Every satisfiable function is, in exactly one way, a conjunction of functions over disjoint sets of atoms that cannot be
split further.  These are its *factors*.  An entailed literal is a factor.  For disjunctions it is the same with negations.
Because the factors are unique, they depend neither on the original formula nor on the order of the diagram.
"""

from __future__ import annotations

from equibel.formula.bdd import FALSE, TRUE, Bdd

Memo = dict[int, frozenset[int]]


def conjunctive_factors(bdd: Bdd, f: int, memo: Memo) -> list[int]:
    """The factors of a satisfiable ``f``; ``memo`` stores the factors of the functions in the same diagram.

    Linear in the size of the diagram times the number of factors.

    Notes
    -----
    Let ``f`` be ``g`` when the atom p is true, and ``h`` when p is false.  A factor of ``f`` without p is a factor of both.
    A common factor of both can be taken out of ``f``.  The rest is one factor, since everything in it depends on p.  When
    ``g`` or ``h`` is false, a literal of p is a factor, and the other factors are those of the other function.
    """
    memo[TRUE] = frozenset()
    for g in bdd.below(f, memo):
        level, low, high = bdd.level[g], bdd.low[g], bdd.high[g]
        if low == FALSE:
            factors = memo[high] | {bdd.node(level, FALSE, TRUE)}
        elif high == FALSE:
            factors = memo[low] | {bdd.node(level, TRUE, FALSE)}
        elif common := memo[low] & memo[high]:
            rest = bdd.node(level, bdd.conjoin_all(memo[low] - common), bdd.conjoin_all(memo[high] - common))
            factors = common | {rest}
        else:
            factors = frozenset((g,))
        memo[g] = factors
        bdd.spend(len(factors))
    return sorted(memo[f])


def disjunctive_factors(bdd: Bdd, f: int, memo: Memo) -> list[int]:
    """Functions over disjoint sets of atoms whose disjunction is ``f``, which is not a tautology."""
    return [g ^ 1 for g in conjunctive_factors(bdd, f ^ 1, memo)]
