"""Programs that list every maximal EQ set of a scenario, which is how the global completion used to be computed.

Each takes a scenario and yields its maximal EQ sets, in the cheapest form there is: what is *not* in them, as positions
in `comparisons`.  They share nothing with `equibel.solving`: clingo and asprin run the textbook program
``asp/listing.lp``, and LBX works on clauses.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from subprocess import PIPE, Popen

import clingo

import equibel as eb
from equibel import formula as fm

Comparison = tuple[str, int, int]  # an atom and the two ends of an edge
EqSet = list[int]  # positions of the comparisons on which the ends disagree

_ASPRIN_PREFERENCE = """
#preference(equalities, superset) { eq(P,X,Y) : compared(P,X,Y,_) }.
#optimize(equalities).
"""


_FINISHED = {0, 10, 20, 30}  # exit codes of a search that came to its end


class RivalFailedError(Exception):
    """A rival ended without an answer."""


def comparisons(graph: eb.EquibelGraph) -> list[Comparison]:
    """Every atom along every edge."""
    return [(name, x, y) for x, y in graph.edges if x != y for name in graph.atom_names()]


def clingo_domrec(graph: eb.EquibelGraph) -> Iterator[EqSet]:
    """clingo with heuristics that decide equalities first; ``domRec`` excludes subsets of the sets found."""
    control = clingo.Control(["--models=0", "--heuristic=Domain", "--enum-mode=domRec"])
    with as_file(files("equibel.asp")) as folder:
        control.load(str(folder / "listing.lp"))
    control.add("base", [], graph.to_asp())
    control.ground([("base", [])])
    literal = {str(eq.symbol): eq.literal for eq in control.symbolic_atoms.by_signature("eq", 3)}
    literals = [literal[_eq(comparison)] for comparison in comparisons(graph)]
    with control.solve(yield_=True) as handle:
        for model in handle:
            yield [k for k, literal in enumerate(literals) if not model.is_true(literal)]


def pysat_lbx(graph: eb.EquibelGraph) -> Iterator[EqSet]:
    """Minimal correction sets by LBX (Mencía, Previti, Marques-Silva, IJCAI 2015), as PySAT implements it.

    The soft clauses are the equalities, so a minimal correction set is what a maximal EQ set lacks.
    """
    from pysat.examples.lbx import LBX
    from pysat.formula import WCNF

    problem = WCNF()
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
            problem.append([number[abs(literal)] * (1 if literal > 0 else -1) for literal in clause])
    for name, x, y in comparisons(graph):
        last += 1
        a, b = copies[x, name], copies[y, name]
        problem.extend([[-last, -a, b], [-last, a, -b], [last, a, b], [last, -a, -b]])
        problem.append([last], weight=1)
    with LBX(problem) as solver:
        for lacking in solver.enumerate():
            yield [position - 1 for position in lacking]
            if not lacking:
                return
            solver.block(lacking)


def asprin(graph: eb.EquibelGraph) -> Iterator[EqSet]:
    """asprin 3 (Brewka, Delgrande, Romero, Schaub), with the options that made it fastest here.

    It optimizes the preference "more equalities" in place of clingo's enumeration mode.
    """
    position = {_eq(comparison): k for k, comparison in enumerate(comparisons(graph))}
    with as_file(files("equibel.asp")) as folder, tempfile.TemporaryFile("w+") as errors:
        command = [sys.executable, "-c", "import asprin.asprin; asprin.asprin.main()", str(folder / "listing.lp"), "-"]
        options = ["--models=0", "--project", "--dom-heur", "1", "true"]
        with Popen([*command, *options], stdin=PIPE, stdout=PIPE, stderr=errors, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(graph.to_asp() + _ASPRIN_PREFERENCE)
                process.stdin.close()
                answer = ""
                for line in process.stdout:
                    if line.startswith("Answer:"):
                        answer = next(process.stdout)
                    elif line.startswith("OPTIMUM FOUND"):
                        agreed = {position[atom] for atom in answer.split() if atom.startswith("eq(")}
                        yield [k for k in range(len(position)) if k not in agreed]
                status = process.wait()
            finally:
                process.kill()
        if status not in _FINISHED:
            errors.seek(0)
            raise RivalFailedError(errors.read().strip() or "asprin failed")


def _eq(comparison: Comparison) -> str:
    """The atom of ``asp/eq_sets.lp``, as clingo writes it."""
    name, x, y = comparison
    return f'eq("{name}",{x},{y})'


@dataclass(frozen=True)
class Rival:
    """A program that lists EQ sets: the module it needs, and the package that has it."""

    eq_sets: Callable[[eb.EquibelGraph], Iterator[EqSet]]
    module: str
    package: str


RIVALS = {
    "clingo domRec": Rival(clingo_domrec, "clingo", "clingo"),
    "PySAT LBX": Rival(pysat_lbx, "pysat.examples.lbx", "python-sat"),
    "asprin 3": Rival(asprin, "asprin", "asprin"),
}
