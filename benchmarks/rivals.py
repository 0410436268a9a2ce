"""Programs that list every maximal EQ set of a scenario, which is how the global completion used to be computed.

A `Rival` turns a scenario into a `Listing`, its own form of the problem, and that is not timed.  Running the listing is:
it passes on every maximal EQ set in the form that costs the rival least.  What that form means, namely which
`comparisons` are *not* in the EQ set, is worked out later.

The rivals share nothing with `equibel.solving`: clingo and asprin run the textbook program ``asp/listing.lp``, and PySAT
works on clauses.  Equibel's own way to such a list, which it takes between two nodes, can be measured beside them.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from typing import Any, Protocol

import equibel as eb
from equibel import formula as fm

Comparison = tuple[str, int, int]  # an atom and the two ends of an edge
Found = Callable[[Any], None]


class Listing(Protocol):
    """One scenario as one rival reads it."""

    def run(self, found: Found) -> None:
        """List the maximal EQ sets, each once."""

    def disagreements(self, listed: Any) -> list[int]:
        """Positions in `comparisons` of what is not in a listed EQ set."""


@dataclass(frozen=True)
class Rival:
    """A program that lists EQ sets, the module and package that it needs, and the options it is given.

    ``own`` marks the one that is a part of Equibel and no rival.
    """

    name: str
    listing: Callable[[eb.EquibelGraph], Listing]
    module: str
    package: str
    options: str = ""
    own: bool = False

    def missing(self) -> str:
        """What to do before this rival can take part, or an empty text."""
        try:
            importlib.import_module(self.module)
        except ImportError as error:
            return f"not available ({error}): pip install {self.package}"
        return ""


class RivalFailedError(Exception):
    """A rival ended without an answer."""


def comparisons(graph: eb.EquibelGraph) -> list[Comparison]:
    """Every atom along every edge."""
    return [(name, x, y) for x, y in graph.edges if x != y for name in graph.atom_names()]


def clingo_domrec(configuration: str) -> Rival:
    """clingo with heuristics that decide equalities first; ``domRec`` excludes subsets of the sets found."""
    options = ["--heuristic=Domain", "--enum-mode=domRec", f"--configuration={configuration}"]
    return Rival("clingo domRec", partial(_Clingo, options=options), "clingo", "clingo", " ".join(options))


def pysat_lbx(solver: str, clause_d: bool) -> Rival:
    """Minimal correction sets by literal-based extraction (Mencía, Previti, Marques-Silva, IJCAI 2015)."""
    listing = partial(_PySat, module="lbx", enumerator="LBX", solver=solver, clause_d=clause_d)
    return Rival("PySAT LBX", listing, "pysat.examples.lbx", "python-sat", _pysat_options(solver, clause_d))


def pysat_mcsls(solver: str, clause_d: bool) -> Rival:
    """Minimal correction sets by linear search (Marques-Silva et al., IJCAI 2013)."""
    listing = partial(_PySat, module="mcsls", enumerator="MCSls", solver=solver, clause_d=clause_d)
    return Rival("PySAT MCSls", listing, "pysat.examples.mcsls", "python-sat", _pysat_options(solver, clause_d))


def asprin(*options: str) -> Rival:
    """asprin 3 (Brewka, Delgrande, Romero, Schaub, AAAI 2015) with the preference "more equalities"."""
    return Rival("asprin 3", partial(_Asprin, options=options), "asprin.asprin", "asprin", " ".join(options))


def equibel_mcs_enumeration() -> Rival:
    """What Equibel itself does first in a revision: list the EQ sets, without making formulas from them."""
    return Rival("EQ sets alone", _McsEnumeration, "equibel", "equibel", own=True)


class _McsEnumeration:
    def __init__(self, graph: eb.EquibelGraph):
        from equibel.solving.problem import Group

        copies = [(node, name) for node in graph for name in graph.atom_names()]
        position = {copy: i for i, copy in enumerate(copies)}
        self._group = Group(
            copies=tuple(copies),
            constraints=tuple((node, part) for node in graph for part in fm.conjuncts(graph.belief(node))),
            compared=tuple((position[x, name], position[y, name], 0) for name, x, y in comparisons(graph)),
        )

    def run(self, found: Found) -> None:
        from equibel.solving import Request
        from equibel.solving.methods.mcs_enumeration import McsEnumeration

        for lacking in McsEnumeration(self._group, {}, Request()).maximal_eq_sets(1_000_000):
            found(lacking)

    def disagreements(self, listed: frozenset[int]) -> list[int]:
        return sorted(listed)


class _Clingo:
    def __init__(self, graph: eb.EquibelGraph, options: list[str]):
        import clingo

        self._options = ["--models=0", *options]
        self._facts = graph.to_asp()
        self._position = {_eq(clingo, comparison): k for k, comparison in enumerate(comparisons(graph))}

    def run(self, found: Found) -> None:
        import clingo

        control = clingo.Control(self._options)
        with as_file(files("equibel.asp")) as folder:
            control.load(str(folder / "listing.lp"))
        control.add("base", [], self._facts)
        control.ground([("base", [])])
        with control.solve(yield_=True) as handle:
            for model in handle:
                found(model.symbols(shown=True))

    def disagreements(self, listed: Iterable[Any]) -> list[int]:
        return _others(self._position, {self._position[symbol] for symbol in listed})


class _Asprin:
    _PREFERENCE = """
        #preference(equalities, superset) { eq(P,X,Y) : compared(P,X,Y,_) }.
        #optimize(equalities).
    """

    def __init__(self, graph: eb.EquibelGraph, options: tuple[str, ...]):
        import clingo

        self._options = ["--debug", "--models=0", *options]  # "debug" means that exceptions are let through
        self._program = graph.to_asp() + self._PREFERENCE
        self._position = {str(_eq(clingo, comparison)): k for k, comparison in enumerate(comparisons(graph))}

    def run(self, found: Found) -> None:
        from asprin.asprin import main

        with (
            as_file(files("equibel.asp")) as folder,
            tempfile.TemporaryFile("w+") as messages,  # asprin wants a file that the system knows
            contextlib.redirect_stdout(_AsprinOutput(found)),  # type: ignore[type-var]
            contextlib.redirect_stderr(messages),
            _standard_input(self._program),
        ):
            try:
                main([str(folder / "listing.lp"), "-", *self._options])
            except (Exception, SystemExit) as error:
                messages.seek(0)
                if (printed := messages.read().strip()) or isinstance(error, SystemExit):
                    raise RivalFailedError(printed or "asprin ended early") from error
                raise

    def disagreements(self, listed: str) -> list[int]:
        return _others(self._position, {self._position[symbol] for symbol in listed.split()})


class _AsprinOutput(io.TextIOBase):
    """Reads what asprin prints: a line "Answer: N", the answer, and "OPTIMUM FOUND" if it is an optimal one."""

    def __init__(self, found: Found):
        self._found = found
        self._answer = ""
        self._answer_is_next = False

    def write(self, text: str) -> int:
        if text == "\n":
            return 1
        if self._answer_is_next:
            self._answer, self._answer_is_next = text, False
        elif text.startswith("Answer:"):
            self._answer_is_next = True
        elif text.startswith("OPTIMUM FOUND"):
            self._found(self._answer)
        return len(text)


class _PySat:
    """The soft clauses are the equalities, so a minimal correction set is what a maximal EQ set lacks."""

    def __init__(self, graph: eb.EquibelGraph, module: str, enumerator: str, solver: str, clause_d: bool):
        from pysat.formula import WCNF

        self._enumerator = getattr(importlib.import_module(f"pysat.examples.{module}"), enumerator)
        self._solver, self._clause_d = solver, clause_d
        self._problem = WCNF()
        copies = {copy: i for i, copy in enumerate(((v, p) for v in graph for p in graph.atom_names()), 1)}
        last = len(copies)
        for node in graph:
            atoms, clauses = fm.clauses(graph.belief(node))
            number = {i: copies[node, name] for i, name in enumerate(atoms, 1)}
            for clause in clauses:
                for literal in clause:
                    if abs(literal) not in number:
                        last += 1
                        number[abs(literal)] = last
                self._problem.append([number[abs(literal)] * (1 if literal > 0 else -1) for literal in clause])
        for name, x, y in comparisons(graph):
            last += 1
            a, b = copies[x, name], copies[y, name]
            self._problem.extend([[-last, -a, b], [-last, a, -b], [last, a, b], [last, -a, -b]])
            self._problem.append([last], weight=1)

    def run(self, found: Found) -> None:
        with self._enumerator(self._problem, use_cld=self._clause_d, solver_name=self._solver) as solver:
            for lacking in solver.enumerate():
                found(lacking)
                if not lacking:
                    return
                solver.block(lacking)

    def disagreements(self, listed: list[int]) -> list[int]:
        return [number - 1 for number in listed]


def _pysat_options(solver: str, clause_d: bool) -> str:
    return f'{solver}, {"with" if clause_d else "without"} "clause D"'


def _eq(clingo: Any, comparison: Comparison) -> Any:
    """The atom of ``asp/eq_sets.lp``."""
    name, x, y = comparison
    return clingo.Function("eq", [clingo.String(name), clingo.Number(x), clingo.Number(y)])


def _others(position: dict[Any, int], agreed: set[int]) -> list[int]:
    return [k for k in position.values() if k not in agreed]


@contextlib.contextmanager
def _standard_input(text: str) -> Any:
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before
