"""The solver: what clingo says reaches us, models as numbers and refusals as our own error."""

import contextlib
import random
import sys

import clingo
import pytest
from hypothesis import given, settings
from strategies import formulas

from equibel.errors import EncodingError
from equibel.formula import conjuncts, parse, truth_columns, truth_table
from equibel.solving import Limits, satisfiable
from equibel.solving.clingo import program as clingo_program
from equibel.solving.clingo.facts import Instance
from equibel.solving.clingo.solver import Solver


def program(monkeypatch, text):
    """A solver for a program given as text."""
    monkeypatch.setattr(clingo_program, "encoding", lambda name: text)
    return Solver(["some.lp"], Instance([clingo.Function("fact", [clingo.Number(1)])], []), Limits())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p(X :- q.", "syntax error"),
        ("p :- q", "syntax error"),
        ("p(X) :- not q(X).", "unsafe"),
        ("p(1..3).\n#show p/1\nq.", "syntax error"),
        ('#include "nowhere.lp".', "nowhere.lp"),
    ],
)
def test_programs_that_clingo_refuses(monkeypatch, capfd, text, said):
    """The error has clingo's messages, with their place, and nothing is printed."""
    with pytest.raises(EncodingError) as caught:
        program(monkeypatch, text)
    assert any(said in message for message in caught.value.messages)
    assert all(message in str(caught.value) for message in caught.value.messages)
    assert str(caught.value).startswith("clingo refused the program: ")
    assert any(":" in message for message in caught.value.messages)
    assert capfd.readouterr() == ("", "")


def test_remarks_are_no_errors(monkeypatch, capfd):
    """What clingo only remarks upon is neither an error nor printed."""
    solver = program(monkeypatch, "p :- nobody_defines_this. q.")
    assert solver.solve([], lambda model: [str(symbol) for symbol in model.symbols(atoms=True)]) == ["fact(1)", "q"]
    assert capfd.readouterr() == ("", "")


def test_atoms_that_are_not_there(monkeypatch):
    """An atom that no rule defines is named."""
    solver = program(monkeypatch, "p.")
    assert solver.literal(clingo.Function("p")) > 0
    with pytest.raises(EncodingError, match=r"does not define q\(7\)"):
        solver.literal(clingo.Function("q", [clingo.Number(7)]))


def test_what_is_refused_does_no_harm_later(monkeypatch):
    """After an error other programs are solved as ever."""
    with monkeypatch.context() as patch, pytest.raises(EncodingError):
        program(patch, "p(")
    assert satisfiable(parse(" & ".join(f"x{i}" for i in range(20))))


@pytest.mark.parametrize("count", [0, 1, 29, 30, 31, 60, 61, 100])
def test_models_are_read_as_numbers(count):
    """Bit i says whether literal i is true, however many there are, and several numbers can be read from one model."""
    solver = Solver([], Instance([], []), Limits())
    atoms = solver.add_atoms(count)
    rng = random.Random(count)
    wanted = [rng.getrandbits(count) for _ in range(10)] if count else [0]
    literals = [rng.choice([1, -1]) * atom for atom in atoms]
    chosen = solver.add_atoms(len(wanted))
    solver.add_clauses([chosen, *([-a, -b] for a in chosen for b in chosen if a < b)])
    solver.add_clauses(
        [-name, literal if number >> i & 1 else -literal]
        for name, number in zip(chosen, wanted, strict=True)
        for i, literal in enumerate(literals)
    )
    value, negated = solver.bits(literals), solver.bits([-literal for literal in literals])
    alone = solver.bits(literals[-1:])
    found = solver.enumerate([], lambda model: (value(model), negated(model), alone(model)), 100)
    full = (1 << count) - 1
    assert sorted(found) == sorted((number, full ^ number, number >> max(0, count - 1)) for number in wanted)


def test_costs_of_programs_are_not_minimized_while_numbers_are_read():
    """Every model counts, though the bits of a number are costs."""
    solver = Solver([], Instance([], []), Limits())
    number = solver.bits(solver.add_atoms(5))
    assert sorted(solver.enumerate([], number, 100)) == list(range(32))
    assert solver.solve([], lambda model: True)


@given(formulas("pqrs").map(parse))
@settings(max_examples=200)
def test_demanding_a_formula(formula):
    """Clauses and other formulas mean what they say."""
    atoms = sorted(formula.atoms())
    solver = Solver([], Instance([], []), Limits())
    literals = dict(zip(atoms, solver.add_atoms(len(atoms)), strict=True))
    solver.believe(conjuncts(formula), literals)
    number = solver.bits(list(literals.values()))
    columns, full = truth_columns(atoms)
    table = truth_table(formula, columns, full)
    assert sorted(solver.enumerate([], number, 1 << len(atoms))) == [
        row for row in range(1 << len(atoms)) if table >> row & 1
    ]


def test_a_profiler_that_keeps_frames():
    """A search ends with the call that began it, even when a profiler still has its frames, as those of Dask's workers do.

    The next call once failed with "Program updates not supported", a few times in a thousand.
    """
    frames = []
    with contextlib.closing(Solver([], Instance([], []), Limits())) as solver:
        p, q = solver.add_atoms(2)
        solver.add_clauses([[p, q]])

        def read(model):
            frame = sys._getframe()
            while frame is not None:
                frames.append(frame)
                frame = frame.f_back
            return model.is_true(p)

        for _ in range(3):
            assert solver.solve([p], read) is True
            solver.prefer([q])
            assert solver.model_or_core([-p], read)[0] is False
            solver.prefer([p])
