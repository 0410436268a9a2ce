"""Names of the predicates shared between Python and the encodings, and the loading of encodings.

Facts are built from clingo's terms, never from text, so that the name of a node or an atom cannot become a rule.
"""

from __future__ import annotations

import functools
from importlib import resources

import clingo

INTERPRETATION = "interpretation.lp"
FORMULAS = "formulas.lp"
EQ_SETS = "eq_sets.lp"
INCLUSION_PREFERENCE = "inclusion.lp"
CARDINALITY_PREFERENCE = "cardinality.lp"
COVER = "cover.lp"
MCS_ENUMERATION = "mcs_enumeration.lp"
AUTARKY = "autarky.lp"

PAIR, BACKBONE, TRUE = "pair", "backbone", "true"
COMPARED, EQ = "compared", "eq"
MENTIONED, LITERAL, UNCLEAR = "mentioned", "literal", "unclear"
COMPONENT, ALLOWED, OCCURS = "component", "allowed", "occurs"
AGREED, WEIGHT, WITNESS = "agreed", "weight", "witness"
TARGET, UNCOVERED = "target", "uncovered"
SEARCHING = clingo.Function("searching")
INSISTING = clingo.Function("insisting")
UNFINISHED = clingo.Function("unfinished")
ASSERTED, ATOMIC, VERUM, NEGATION = "asserted", "atomic", "verum", "negation"
CONJUNCTION, DISJUNCTION, PART = "conjunction", "disjunction", "part"
IMPLICATION, EQUIVALENCE, EXCLUSIVE = "implication", "equivalence", "exclusive"


@functools.cache
def encoding(name: str) -> str:
    """Text of one of the files in ``asp/``."""
    return resources.files("equibel.asp").joinpath(name).read_text(encoding="utf-8")


_number = functools.lru_cache(maxsize=65536)(clingo.Number)


@functools.lru_cache(maxsize=65536)  # the programs of one problem have many terms in common
def fact(predicate: str, *numbers: int) -> clingo.Symbol:
    """The term ``predicate(n, …)``."""
    return clingo.Function(predicate, list(map(_number, numbers)))
