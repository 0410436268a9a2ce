"""Solving: optimal interpretations, their EQ sets, and questions about formulas; the only package that imports clingo.

`maximize` finds the values that nodes take in optimal interpretations, and `outcomes` lists the optimal EQ sets.
`satisfiable`, `entails`, `equivalent`, `models` and `literals` answer questions about formulas.  The encodings are in
``asp/``; ``DESIGN.md`` says why each step is right.
"""

from equibel.garbage import uncollected
from equibel.solving.alternatives import Alternative, outcomes
from equibel.solving.cluster import as_executor, cluster_of
from equibel.solving.limits import Event, Limits
from equibel.solving.maximization import maximize
from equibel.solving.parallel import guarded, in_order, parallel_map
from equibel.solving.plan import Plan
from equibel.solving.preprocessing.backbone import consistent
from equibel.solving.problem import Problem
from equibel.solving.queries import entails, equivalent, literals, models, satisfiable
from equibel.solving.request import Request
from equibel.solving.statistics import Statistics, total
from equibel.solving.threads import working

__all__ = [
    "Alternative",
    "Event",
    "Limits",
    "Plan",
    "Problem",
    "Request",
    "Statistics",
    "as_executor",
    "cluster_of",
    "consistent",
    "entails",
    "equivalent",
    "guarded",
    "in_order",
    "literals",
    "maximize",
    "models",
    "outcomes",
    "parallel_map",
    "satisfiable",
    "total",
    "uncollected",
    "working",
]
