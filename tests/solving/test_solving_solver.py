"""The solver: what clingo says about programs it refuses reaches us as our own error."""

import clingo
import pytest

from equibel.errors import EncodingError
from equibel.formula import parse
from equibel.solving import Limits, satisfiable
from equibel.solving import solver as solver_module
from equibel.solving.facts import Instance
from equibel.solving.solver import Solver


def program(monkeypatch, text):
    """A solver for a program given as text."""
    monkeypatch.setattr(solver_module, "encoding", lambda name: text)
    return Solver(["some.lp"], Instance([clingo.Function("fact", [clingo.Number(1)])], []), Limits())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p(X :- q.", "syntax error"),
        ("p :- q", "syntax error"),
        ("p(X) :- not q(X).", "unsafe"),
        ("p(1..3).\n#show p/1\nq.", "syntax error"),
        ("#include \"nowhere.lp\".", "nowhere.lp"),
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
