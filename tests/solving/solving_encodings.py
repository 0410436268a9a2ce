"""Running encodings alone, as a user of clingo would."""

from __future__ import annotations

from collections.abc import Collection
from importlib.resources import files

import clingo

FOLDER = files("equibel.asp")
ENGINE = ("interpretation.lp", "formulas.lp", "eq_sets.lp")


class Program:
    """A ground program made of encodings and a text, with what clingo said about it."""

    def __init__(self, text: str, *encodings: str, arguments: Collection[str] = ()) -> None:
        self.messages: list[str] = []
        self.control = clingo.Control(["0", *arguments], logger=lambda code, message: self.messages.append(message))
        for name in encodings:
            self.control.load(str(FOLDER / name))
        self.control.add("base", [], text)
        self.control.ground([("base", [])])

    def answer_sets(self, *predicates: str) -> list[list[str]]:
        """All answer sets, sorted, each the sorted list of its atoms of some predicates; by default the shown ones."""
        found = []
        with self.control.solve(yield_=True) as handle:
            for model in handle:
                atoms = model.symbols(atoms=True) if predicates else model.symbols(shown=True)
                found.append(sorted(str(atom) for atom in atoms if not predicates or atom.name in predicates))
        return sorted(found)

    def optimum(self) -> list[int]:
        """The least cost, most important first."""
        costs = []
        with self.control.solve(yield_=True) as handle:
            costs += [list(model.cost) for model in handle]
        return costs[-1]


def solve(text: str, *encodings: str, show: str = "", arguments: Collection[str] = ()) -> list[list[str]]:
    """The answer sets of encodings and a text (see `Program`); that clingo has nothing to remark is checked."""
    program = Program(text, *encodings, arguments=arguments)
    found = program.answer_sets(*show.split())
    assert program.messages == []
    return found
