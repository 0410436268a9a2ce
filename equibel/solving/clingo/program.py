"""Clingo programs: grounded once, and extended by clauses, formulas and preferences; errors are those of Equibel.

Clingo is never called in the main thread (see `equibel.solving.threads`).  Work that calls it many times enters another
thread once, by `Limits.off_main_thread`, instead of once for every call.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Concatenate, ParamSpec, TypeVar

import clingo
import clingo.backend

from equibel.errors import EncodingError
from equibel.formula import Formula, fold
from equibel.solving.clingo.facts import Instance, clause_literals
from equibel.solving.clingo.predicates import encoding
from equibel.solving.limits import Limits
from equibel.solving.plan import Plan
from equibel.solving.threads import Kept, on_main_thread

T = TypeVar("T")
P = ParamSpec("P")
S = TypeVar("S", bound="Program")

BITS = 30  # of a number that clingo takes as a weight


def off_main_thread(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """The same method, which runs in another thread when it is called in the main thread."""

    @functools.wraps(method)
    def called(program: S, /, *arguments: P.args, **options: P.kwargs) -> T:
        if on_main_thread():
            return program._limits.off_main_thread(functools.partial(method, program, *arguments, **options))
        return method(program, *arguments, **options)

    return called


class Program:
    """A grounded program, to which clauses, atoms, formulas and preferences can be added.

    Parameters
    ----------
    encodings : sequence of str
        File names in ``asp/``.
    instance : Instance
        Its clauses count from the first search on.
    limits : Limits
        Checked every few hundredths of a second, also while the program is grounded.
    plan : Plan
        Says how many facts are grounded in the same thread.

    Raises
    ------
    EncodingError
        When clingo refuses the program; it carries clingo's own messages.
    """

    def __init__(self, encodings: Sequence[str], instance: Instance, limits: Limits, plan: Plan) -> None:
        self._quick_facts = plan.quick_facts
        self._limits = limits
        limits.statistics.count(programs=1, facts=len(instance.facts))
        self._messages: list[str] = []
        self._clauses: list[Sequence[int]] = []
        self._levels = 0  # of costs, by which bits are read
        limits.off_main_thread(functools.partial(self._begin, encodings, instance))

    def _begin(self, encodings: Sequence[str], instance: Instance) -> None:
        """Ground the program, and take in the clauses."""
        # Optima are found by cores, which proves them much sooner than improving models one by one.
        options = ["--opt-strategy=usc", "--models=0"]
        # Nothing else may refer to the control: no object that it refers to, such as the logger, and no frame of an error.
        self._held = Kept(clingo.Control(options, logger=functools.partial(_note, self._messages)))
        for name in encodings:
            self._add(encoding(name))
        with self._control.backend() as backend:
            for symbol in self._limits.over(instance.facts):
                backend.add_rule([backend.add_atom(symbol)])
        self._limits.check()
        if len(instance.facts) < self._quick_facts:
            self._ground()
        else:  # clingo cannot be interrupted while it grounds
            self._limits.wait_for(self._ground)
        literal = functools.cache(self.literal)
        for clause in self._limits.over(instance.clauses):
            self._clauses.append([literal(symbol) if value else -literal(symbol) for symbol, value in clause])

    @property
    def _control(self) -> clingo.Control:
        return self._held.value

    @off_main_thread
    def close(self) -> None:
        """Free the objects of clingo at once.  The program cannot be used afterwards."""
        self._held.free()

    @off_main_thread
    def literal(self, symbol: clingo.Symbol) -> int:
        """Solver literal of an atom of the program."""
        atom = self._control.symbolic_atoms[symbol]
        if atom is None:
            raise EncodingError(f"the encoding does not define {symbol}", messages=list(self._messages))
        return int(atom.literal)

    def add_clauses(self, clauses: Iterable[Sequence[int]]) -> None:
        """Demand that in each clause some literal is true, from the next search on."""
        self._clauses += clauses

    @off_main_thread
    def add_atoms(self, count: int) -> list[int]:
        """New atoms, true or false as the solver likes."""
        with self._control.backend() as backend:
            atoms = [backend.add_atom() for _ in range(count)]
            backend.add_rule(atoms, choice=True)
        return atoms

    def add_atom(self) -> int:
        """A new atom, true or false as the solver likes."""
        [atom] = self.add_atoms(1)
        return atom

    @off_main_thread
    def conjunctions(self, parts: Iterable[Sequence[int]]) -> list[int]:
        """For each list of literals, an atom that is true exactly when all of them are."""
        atoms = []
        with self._control.backend() as backend:
            for literals in parts:
                atoms.append(backend.add_atom())
                backend.add_rule([atoms[-1]], literals)
        return atoms

    @off_main_thread
    def define(self, formulas: Iterable[Formula], atoms: Mapping[str, int]) -> list[int]:
        """Literals that are true exactly when the formulas are, whose atoms are the given literals."""
        with self._control.backend() as backend:
            return [_definition(formula, atoms, backend) for formula in formulas]

    def believe(self, formulas: Iterable[Formula], atoms: Mapping[str, int]) -> None:
        """Demand that formulas are true, whose atoms are the given literals."""
        others = []
        for part in formulas:
            literals = clause_literals(part)
            if literals is None:
                others.append(part)
            else:
                self._clauses.append([atoms[name] if value else -atoms[name] for name, value in literals.items()])
        self.add_clauses([literal] for literal in self.define(others, atoms))

    @off_main_thread
    def prefer(self, literals: Iterable[int]) -> None:
        """Try these literals first when the search has a choice."""
        with self._control.backend() as backend:
            for literal in literals:
                wanted = clingo.backend.HeuristicType.True_ if literal > 0 else clingo.backend.HeuristicType.False_
                backend.add_heuristic(abs(literal), wanted, 1, 1, [])

    @off_main_thread
    def bits(self, literals: Sequence[int]) -> Callable[[clingo.Model], int]:
        """A function that reads off a model of `Solver.enumerate` which literals are true: bit i stands for the i-th one.

        The literals are counted in the cost of a model, which is read in one call; asking for each literal would be one call
        each.
        """
        first = self._levels
        with self._control.backend() as backend:
            for start in range(0, len(literals), BITS):
                weighted = [(literal, 1 << i) for i, literal in enumerate(literals[start : start + BITS])]
                backend.add_minimize(-self._levels, weighted)
                self._levels += 1
        levels = slice(first, self._levels)

        def read(model: clingo.Model) -> int:
            number = 0
            for part in reversed(model.cost[levels]):
                number = number << BITS | part
            return number

        return read

    @off_main_thread
    def _add(self, program: str) -> None:
        self._guard(lambda: self._control.add("base", [], program))

    def _ground(self) -> None:
        self._guard(lambda: self._control.ground([("base", [])]))

    def _guard(self, action: Callable[[], None]) -> None:
        try:
            action()
        except RuntimeError as error:
            traceback.clear_frames(error.__traceback__)  # clingo's hold the control
            said = "; ".join(self._messages) or str(error)
            raise EncodingError(f"clingo refused the program: {said}", messages=list(self._messages)) from error


def _definition(formula: Formula, atoms: Mapping[str, int], backend: clingo.Backend) -> int:
    """A literal that is true exactly when the formula is, whose atoms are the given literals.

    The rules are those of formulas.lp, for a formula that is added when the program has been grounded.
    """

    def rule(*bodies: Sequence[int]) -> int:
        head: int = backend.add_atom()
        for body in bodies:
            backend.add_rule([head], body)
        return head

    def combine(kind: str, parts: list[int]) -> int:
        match kind:
            case "true":
                return rule([])
            case "not":
                return -parts[0]
            case "and":
                return rule(parts)
            case "implies":
                return rule([-parts[0]], [parts[1]])
            case "iff":
                return rule(parts, [-part for part in parts])
            case "xor":
                return functools.reduce(lambda a, b: rule([a, -b], [-a, b]), parts)
            case _:  # or; false, which has no parts
                return rule(*([part] for part in parts))

    return fold(formula, atoms.__getitem__, combine)


def _note(messages: list[str], code: clingo.MessageCode, message: str) -> None:
    messages.append(message.strip())
