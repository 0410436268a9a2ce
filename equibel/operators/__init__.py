"""The operators of consistency-based belief change; they return new values and never change their input."""

from equibel.operators.choice import outcomes
from equibel.operators.comparison import Comparison, NodeComparison, compare
from equibel.operators.completion import global_completion
from equibel.operators.contraction import contract
from equibel.operators.extrapolation import extrapolate
from equibel.operators.iteration import (
    iterate_augmenting,
    iterate_augmenting_fixpoint,
    iterate_expanding,
    iterate_expanding_fixpoint,
    iterate_ring,
    iterate_ring_fixpoint,
    iterate_simple,
    iterate_simple_fixpoint,
)
from equibel.operators.merging import merge
from equibel.operators.operation import Operation, solve
from equibel.operators.registry import CLASSICAL, OPERATORS
from equibel.operators.revision import revise

__all__ = [
    "CLASSICAL",
    "OPERATORS",
    "Comparison",
    "NodeComparison",
    "Operation",
    "compare",
    "contract",
    "extrapolate",
    "global_completion",
    "iterate_augmenting",
    "iterate_augmenting_fixpoint",
    "iterate_expanding",
    "iterate_expanding_fixpoint",
    "iterate_ring",
    "iterate_ring_fixpoint",
    "iterate_simple",
    "iterate_simple_fixpoint",
    "merge",
    "outcomes",
    "revise",
    "solve",
]
