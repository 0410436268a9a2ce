"""Equibel: consistency-based multi-agent belief change over graphs.

A network of agents is a graph whose nodes have propositional formulas.  Operators compute what each agent believes after
the agents have shared their beliefs as far as these are consistent with one another.

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

import importlib
import typing

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

# Building and reading graphs needs neither the solver nor files.  These packages are more than half of the code.  They are
# imported when one of their names is used for the first time.
if typing.TYPE_CHECKING:
    from equibel.files import (
        read_graph,
        write_graph,
    )
    from equibel.operators import (
        OPERATORS,
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
        solve,
    )
    from equibel.solving import Statistics
else:
    _LATER = ("operators", "files", "solving")

    def __getattr__(name: str) -> object:
        """A package or a name of ``__all__`` that is not imported yet."""
        if name in _LATER:
            return importlib.import_module(f"equibel.{name}")
        if name in __all__:
            for package in _LATER:
                found = vars(importlib.import_module(f"equibel.{package}"))
                if name in found:
                    globals()[name] = found[name]
                    return found[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """All names, also those that are not imported yet, for completion and ``help``."""
        return sorted({*globals(), *__all__})


__all__ = [
    "CARDINALITY",
    "CONSENSUS",
    "INCLUSION",
    "OPERATORS",
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
    "solve",
    "star_graph",
    "watts_strogatz_graph",
    "waxman_graph",
    "write_graph",
]
