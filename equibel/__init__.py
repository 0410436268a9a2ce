"""Equibel: consistency-based multi-agent belief change over graphs.

A network of agents is a graph whose nodes hold propositional formulas.  Each agent takes in as much of what the others
believe as it consistently can.

>>> import equibel as eb
>>> G = eb.EquibelGraph()
>>> G.add_edges_from([(1, 2), (2, 3), (3, 4)])
>>> G.add_formula(1, "p & q & r")
>>> G.add_formula(4, "~p & ~q")
>>> R = eb.global_completion(G, simplify=True)
>>> R.formulas()
{1: {p & q & r}, 2: {r}, 3: {r}, 4: {r & ~p & ~q}}
>>> R.entails(2, "r | s")
True
"""

from equibel._version import __version__
from equibel.equibel_graph import (
    EquibelGraph,
)
from equibel.errors import (
    Cancelled,
    ConstraintClashError,
    CycleError,
    EncodingError,
    EquibelError,
    EquibelGraphException,
    EquibelWarning,
    ExecutorError,
    FileAccessError,
    FileFormatError,
    FormulaSyntaxError,
    FormulaTooLargeError,
    InconsistentFormulaError,
    NameInUseError,
    NameTakenError,
    NotAFormulaError,
    OptionError,
    TimeLimitExceeded,
    UnknownFormulaError,
    UnknownNameError,
    UnknownNodeError,
    VersionConflict,
    WorkspaceError,
    WorkspaceLocked,
)
from equibel.files import (
    read_graph,
    write_graph,
)
from equibel.generators import (
    balanced_tree,
    barabasi_albert_graph,
    complete_graph,
    connected_watts_strogatz_graph,
    cycle_graph,
    erdos_renyi_graph,
    gnm_random_graph,
    grid_2d_graph,
    path_graph,
    petersen_graph,
    random_labeled_tree,
    star_graph,
    watts_strogatz_graph,
    waxman_graph,
)
from equibel.operators import (
    Comparison,
    NodeComparison,
    compare,
    contract,
    extrapolate,
    global_completion,
    iterate_augmenting,
    iterate_augmenting_fixpoint,
    iterate_expanding,
    iterate_expanding_fixpoint,
    iterate_ring,
    iterate_ring_fixpoint,
    iterate_simple,
    iterate_simple_fixpoint,
    merge,
    outcomes,
    revise,
)
from equibel.options import (
    CARDINALITY,
    CONSENSUS,
    INCLUSION,
    PROJECTION,
    SEMANTIC,
    SYNTACTIC,
)
from equibel.shortcuts import (
    parse_formula,
    print_formulas,
    random_formula,
    simplify_all_formulas,
)
from equibel.solving import (
    Statistics,
)

__all__ = [
    "CARDINALITY",
    "CONSENSUS",
    "INCLUSION",
    "PROJECTION",
    "SEMANTIC",
    "SYNTACTIC",
    "Cancelled",
    "Comparison",
    "ConstraintClashError",
    "CycleError",
    "EncodingError",
    "EquibelError",
    "EquibelGraph",
    "EquibelGraphException",
    "EquibelWarning",
    "ExecutorError",
    "FileAccessError",
    "FileFormatError",
    "FormulaSyntaxError",
    "FormulaTooLargeError",
    "InconsistentFormulaError",
    "NameInUseError",
    "NameTakenError",
    "NodeComparison",
    "NotAFormulaError",
    "OptionError",
    "Statistics",
    "TimeLimitExceeded",
    "UnknownFormulaError",
    "UnknownNameError",
    "UnknownNodeError",
    "VersionConflict",
    "WorkspaceError",
    "WorkspaceLocked",
    "__version__",
    "balanced_tree",
    "barabasi_albert_graph",
    "compare",
    "complete_graph",
    "connected_watts_strogatz_graph",
    "contract",
    "cycle_graph",
    "erdos_renyi_graph",
    "extrapolate",
    "global_completion",
    "gnm_random_graph",
    "grid_2d_graph",
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
    "parse_formula",
    "path_graph",
    "petersen_graph",
    "print_formulas",
    "random_formula",
    "random_labeled_tree",
    "read_graph",
    "revise",
    "simplify_all_formulas",
    "star_graph",
    "watts_strogatz_graph",
    "waxman_graph",
    "write_graph",
]
