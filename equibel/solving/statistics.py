"""Statistics: what a computation has cost, in operations and in seconds.

Every computation counts in the `Statistics` of its `Limits`.  All computations also count in one total of this process
(`total`).  A worker process counts for itself, and its counts are added here when its answers arrive
(`equibel.solving.parallel_map`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields

_LOCK = threading.Lock()  # counting is rare, so that one lock for all is enough


@dataclass
class MethodStatistics:
    """The cost of one method: how often it was tried, how often it had an answer, and the seconds it took.

    A method that takes turns with another one counts as asked in every turn.
    """

    asked: int = 0
    answered: int = 0
    seconds: float = 0.0


@dataclass
class Statistics:
    """Counts of operations.

    Attributes
    ----------
    problems : int
        Problems that were maximized: one for a completion; for a step of an iteration one per different neighbourhood, and
        for a simple or ring one per different component of a star.
    groups, parts : int
        Independent groups of copies, and the parts into which autarkies split some of them.
    searches, candidates, eq_sets, lemmas : int
        Searches that were begun; in these searches, candidates that were asked for, optimal EQ sets that were found, and
        lemmas that were learned by local improvement.
    models : int
        Interpretations that searches read from the solver.
    enumerated, listed : int
        In MCS enumerations: EQ sets that were met, and interpretations that were listed afterwards.
    messages, kinds, most_kinds : int
        In eliminations: operations on messages, the kinds of interpretations in their results, and the most in one result.
    grown, flips, windows, most_window : int
        Where interpretations are grown: how many, the flips that improved them, the windows looked through, and the most
        copies in one.
    cut_flow : int
        Where optimal interpretations are minimum cuts: their weights together.
    cut_edges, sent, most_sent : int
        Where parts of a network are kept by the workers of a cluster: the edges between parts; the bytes that parts were
        told and told in all rounds, and the most in one round.
    programs, facts, solver_calls : int
        Programs given to the solver, the facts in them, and the searches of the solver.
    given_up, conflicts : int
        Solver calls that were not easy and began anew, and the solver conflicts of the calls that began anew.
    methods : dict of str to MethodStatistics
        Name of a method → its cost, in the order in which methods were first tried.

    Examples
    --------
    >>> import equibel as eb
    >>> statistics = eb.Statistics()
    >>> merged = eb.merge(["p & q", "~p & ~q"], "p | q", statistics=statistics)
    >>> statistics.problems, statistics.groups, statistics.methods["star"].answered, statistics.solver_calls
    (1, 1, 1, 0)
    """

    problems: int = 0
    groups: int = 0
    parts: int = 0
    searches: int = 0
    candidates: int = 0
    eq_sets: int = 0
    lemmas: int = 0
    models: int = 0
    enumerated: int = 0
    listed: int = 0
    messages: int = 0
    kinds: int = 0
    most_kinds: int = 0
    grown: int = 0
    flips: int = 0
    windows: int = 0
    most_window: int = 0
    cut_flow: int = 0
    cut_edges: int = 0
    sent: int = 0
    most_sent: int = 0
    programs: int = 0
    facts: int = 0
    solver_calls: int = 0
    given_up: int = 0
    conflicts: int = 0
    methods: dict[str, MethodStatistics] = field(default_factory=dict)
    _elsewhere: bool = field(default=False, init=False, repr=False, compare=False)  # not in the total of this process

    @classmethod
    def of_a_worker(cls) -> Statistics:
        """Counts that become part of the total when they arrive where they are included."""
        statistics = cls()
        statistics._elsewhere = True
        return statistics

    def count(self, **numbers: int) -> None:
        """Add to counts, here and in the total of this process."""
        with _LOCK:
            for statistics in self._counting():
                for name, number in numbers.items():
                    statistics._count(name, number)

    def asked(self, method: str, *, answered: bool, seconds: float) -> None:
        """Count one try of a method."""
        with _LOCK:
            for statistics in self._counting():
                statistics._add_method(method, 1, answered, seconds)

    def include(self, other: Statistics) -> None:
        """Add the counts of another process, here and to the total of this process."""
        with _LOCK:
            for statistics in self._counting():
                statistics._add(other)

    def take(self) -> Statistics:
        """The counts since the last call; they begin anew at 0, and the total of this process stays."""
        with _LOCK:
            taken = self._copy()
            for name in _COUNTS:
                setattr(self, name, 0)
            self.methods = {}
            return taken

    def since(self, earlier: Statistics) -> Statistics:
        """The counts since an earlier copy was made; ``most_kinds`` is that of all time."""
        found = self.copy()
        for name in _COUNTS:
            if not name.startswith("most_"):
                found._count(name, -getattr(earlier, name))
        for name, method in earlier.methods.items():
            found._add_method(name, -method.asked, -method.answered, -method.seconds)
        found.methods = {name: method for name, method in found.methods.items() if method.asked}
        return found

    def copy(self) -> Statistics:
        """The counts of this moment."""
        with _LOCK:
            return self._copy()

    def summary(self) -> list[str]:
        """The lines that front ends show: one of counts, and one for each method; none when nothing was counted.

        >>> print(*Statistics(problems=1, groups=2, methods={"star": MethodStatistics(2, 1, 0.25)}).summary(), sep="\\n")
        problems: 1, groups: 2, EQ sets searched: 0, EQ sets enumerated: 0, solver calls: 0
        star: asked 2, answered 1, 0.250 s
        """
        counts = {
            "problems": self.problems,
            "groups": self.groups,
            "EQ sets searched": self.eq_sets,
            "EQ sets enumerated": self.enumerated,
            "solver calls": self.solver_calls,
        }
        if not any(counts.values()) and not self.methods:
            return []
        methods = [
            f"{name}: asked {method.asked}, answered {method.answered}, {method.seconds:.3f} s"
            for name, method in self.methods.items()
        ]
        return [", ".join(f"{name}: {number}" for name, number in counts.items()), *methods]

    def _counting(self) -> tuple[Statistics, ...]:
        return (self,) if self._elsewhere else (self, _TOTAL)

    def _copy(self) -> Statistics:
        copy = Statistics()
        copy._add(self)
        return copy

    def _add(self, other: Statistics) -> None:
        for name in _COUNTS:
            self._count(name, getattr(other, name))
        for name, method in other.methods.items():
            self._add_method(name, method.asked, method.answered, method.seconds)

    def _count(self, name: str, number: int) -> None:
        before = getattr(self, name)
        setattr(self, name, max(before, number) if name.startswith("most_") else before + number)

    def _add_method(self, name: str, asked: int, answered: int, seconds: float) -> None:
        method = self.methods.get(name)
        if method is None:
            method = self.methods[name] = MethodStatistics()
        method.asked += asked
        method.answered += answered
        method.seconds += seconds


_COUNTS = tuple(each.name for each in fields(Statistics) if each.type == "int")
_TOTAL = Statistics()


def total() -> Statistics:
    """The counts of all computations of this process and of its worker processes."""
    return _TOTAL.copy()
