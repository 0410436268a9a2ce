"""The operators of consistency-based belief change: from a scenario to a new one, never changing their input."""

from equibel.operators.classical import revise
from equibel.operators.completion import global_completion
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

__all__ = [
    "global_completion",
    "iterate_augmenting",
    "iterate_augmenting_fixpoint",
    "iterate_expanding",
    "iterate_expanding_fixpoint",
    "iterate_ring",
    "iterate_ring_fixpoint",
    "iterate_simple",
    "iterate_simple_fixpoint",
    "revise",
]
