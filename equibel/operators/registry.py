"""The registry of operators: one entry for each, and the only list of them.

Command line, shell, workspaces, server and the tables of the documentation are made from these entries, or tested against
them.  `OPERATORS` turn a network into a new one; `equibel.solve` and all front ends call them by name.  `CLASSICAL`
operators change formulas; each is a function with arguments of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Unpack

from equibel.equibel_graph import EquibelGraph
from equibel.operators import completion, iteration
from equibel.operators.classical import BeliefBase, Choice, Result, Statement, decide, every_alternative
from equibel.operators.contraction import contract, state_contraction
from equibel.operators.extrapolation import extrapolate, state_extrapolation
from equibel.operators.iteration import iterated
from equibel.operators.merging import merge, state_merging
from equibel.operators.revision import revise, state_revision
from equibel.operators.run import Run, RunOptions, start
from equibel.operators.steps import Step
from equibel.options import SEMANTIC

#: The papers with the definitions, in the order of their numbers in the documentation.
PAPERS = {
    "global": "J. P. Delgrande, J. Lang, T. Schaub: *Belief change based on global minimisation*. IJCAI 2007.",
    "networks": "P. Vicol, J. P. Delgrande, T. Schaub: *An implementation of consistency-based multi-agent belief change"
    " using ASP*. LPNMR 2015.",
    "iterated": "P. Vicol, J. P. Delgrande, T. Schaub: *A minimization-based approach to iterated multi-agent belief"
    " change*.",
    "change": "J. P. Delgrande, T. Schaub: *A consistency-based approach for belief change*. Artificial Intelligence 151,"
    " 2003.",
    "merging": "J. P. Delgrande, T. Schaub: *A consistency-based framework for merging knowledge bases*. Journal of Applied"
    " Logic 5, 2007.",
    "extrapolation": "F. Dupin de Saint-Cyr, J. Lang: *Belief extrapolation (or how to reason about observations and"
    " unpredicted change)*. Artificial Intelligence 175, 2011.",
}


@dataclass(frozen=True)
class Operator:
    """An operator on networks.

    Attributes
    ----------
    name : str
        The name everywhere: as an option, as a command of the shell, in files and over HTTP.
    apply : callable
        From a graph, a number of steps, whether formulas are simplified, and a `Run`, to the new graph.
    fixpoint : callable
        From a graph, whether formulas are simplified, and a `Run`, to the fixpoint and the number of applications.
    summary : str
        The description in one line without a full stop, beginning with a verb.
    definition : str
        The definition, as Markdown that continues "afterwards node ``v`` believes".
    papers : tuple of str
        The papers with the definition: keys of `PAPERS`.
    help : str
        Further help, in sentences.
    functions : tuple of callables
        The functions of `equibel` that apply it, besides `equibel.solve`: once or several times, and to a fixpoint.
    aliases : tuple of str
        Other names of its command in the shell.
    repeats : bool
        Whether applying it again may change something, so that steps and a fixpoint make sense.
    """

    name: str
    apply: Callable[[EquibelGraph, int, bool, Run], EquibelGraph] = field(repr=False)
    fixpoint: Callable[[EquibelGraph, bool, Run], tuple[EquibelGraph, int]] = field(repr=False)
    summary: str
    definition: str = field(repr=False)
    papers: tuple[str, ...] = field(default=(), repr=False)
    help: str = field(default="", repr=False)
    functions: tuple[Callable[..., Any], ...] = field(default=(), repr=False)
    aliases: tuple[str, ...] = field(default=(), repr=False)
    repeats: bool = field(default=True, repr=False)


@dataclass(frozen=True)
class Classical:
    """An operator on formulas; its attributes are as those of an `Operator`.

    ``function`` is what users call, and gives sympy objects; front ends call `formulas` or `alternatives`.  ``arguments``
    names the arguments of all three, and ``state`` states the change.  The ``definition`` continues "the result is".
    """

    function: Callable[..., Any]
    state: Callable[..., Statement]
    arguments: str
    summary: str
    definition: str
    papers: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of its function and of its commands."""
        return self.function.__name__

    def formulas(
        self,
        *arguments: Any,
        choice: Choice = False,
        simplify: bool = False,
        method: str = SEMANTIC,
        optimum: str | None = None,
        entailment: BeliefBase | None = None,
        consistency: BeliefBase | None = None,
        **run_options: Unpack[RunOptions],
    ) -> Result:
        """The result of ``function`` as a `Formula` or a list of them; the options are those of `equibel.revise`.

        All ``arguments`` must be given, for merging also how sources are merged; ``method`` is semantic or syntactic.

        >>> CLASSICAL["revise"].formulas("p & q", "~q", simplify=True)
        Formula('p & ~q')
        """
        run = start(method, optimum=optimum, caller=self.name, **run_options)
        found: Result = decide(self.state(run, entailment, consistency, *arguments), run, choice, simplify)
        return found

    def alternatives(self, *arguments: Any, choice: Choice = True, **options: Any) -> Iterator[Result]:
        """The alternatives of `equibel.outcomes` as formulas; arguments and options are those of `formulas`.

        >>> list(map(str, CLASSICAL["contract"].alternatives("p & q", "p & q", simplify=True)))
        ['p', 'q']
        """
        found: Any = self.formulas(*arguments, choice=every_alternative(choice), **options)
        return iter(found)


_NETWORK = (
    Operator(
        "global",
        completion.apply,
        completion.fixpoint,
        summary="Compute the global completion: all nodes share their beliefs at once",
        definition="exactly the `M_v` of the optimal models `M`",
        papers=("global", "networks"),
        help="The nodes agree as far as possible, and every node keeps its beliefs.",
        functions=(completion.global_completion,),
        aliases=("one_shot", "completion"),
        repeats=False,
    ),
    Operator(
        "simple",
        *iterated(Step.simple),
        summary="Update every node from its neighbours",
        definition="the completion of the star that joins `v` to its neighbours, seen from `v`",
        papers=("iterated",),
        functions=(iteration.iterate_simple, iteration.iterate_simple_fixpoint),
        aliases=("iterate",),
    ),
    Operator(
        "ring",
        *iterated(Step.ring),
        summary="Update every node from the nodes at distance 1, then those at distance 2, and so on",
        definition="for r = 1, 2, …: the completion of the star that joins `v` to the nodes at distance r, the result being"
        " `v`'s formula for the next r",
        papers=("iterated",),
        functions=(iteration.iterate_ring, iteration.iterate_ring_fixpoint),
    ),
    Operator(
        "expanding",
        *iterated(Step.expanding),
        summary="Update every node along the shortest paths from it, of length 1, then up to 2, and so on",
        definition="for r = 1, 2, …: the completion of the shortest paths of length up to r from `v`, the result being `v`'s"
        " formula for the next r",
        papers=("iterated",),
        functions=(iteration.iterate_expanding, iteration.iterate_expanding_fixpoint),
    ),
    Operator(
        "augmenting",
        *iterated(Step.augmenting),
        summary="Update every node along all shortest paths from it; agreements nearby have precedence",
        definition="the completion of all shortest paths from `v`, where agreements between distances 0 and 1 count first,"
        " then those between 1 and 2, and so on",
        papers=("iterated",),
        functions=(iteration.iterate_augmenting, iteration.iterate_augmenting_fixpoint),
    ),
)
_CLASSICAL = (
    Classical(
        revise,
        state_revision,
        "K, alpha",
        summary="Revise beliefs by new information",
        definition="the completion of `K — alpha`, seen from `alpha`: Satoh's revision by inclusion, Dalal's by cardinality",
        papers=("change",),
    ),
    Classical(
        contract,
        state_contraction,
        "K, alpha",
        summary="Give up beliefs",
        definition="`K` with the atoms outside an EQ set of `K — ~alpha` forgotten, for some optimal one; several formulas"
        " at once must all cease to follow",
        papers=("change",),
    ),
    Classical(
        merge,
        state_merging,
        "sources, constraint",
        summary="Merge the beliefs of several sources",
        definition="the completion of the star of the sources, seen from its centre (projection), or what some node of"
        " their complete graph believes after its completion (consensus)",
        papers=("merging",),
    ),
    Classical(
        extrapolate,
        state_extrapolation,
        "observations",
        summary="Complete observations over time",
        definition="the completion of a path of time points",
        papers=("global", "extrapolation"),
    ),
)

#: The operators on networks, by name, in the order in which they are listed everywhere.
OPERATORS: Mapping[str, Operator] = {operator.name: operator for operator in _NETWORK}

#: The operators on formulas, by name.
CLASSICAL: Mapping[str, Classical] = {operator.name: operator for operator in _CLASSICAL}
