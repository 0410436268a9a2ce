"""Large and deep formulas are read, written and converted in linear time, and never overflow a stack."""

import functools
import time

import pytest

from equibel.errors import FormulaSyntaxError
from equibel.formula import (
    depth,
    from_sympy,
    parse,
    parse_prefix,
    to_dimacs,
    to_latex,
    to_prefix,
    to_sympy,
    to_term,
    to_text,
    to_unicode,
)

SECONDS = 8  # of processor time, several times what is needed
N = 10_000  # deep enough to overflow any stack, long enough for a quadratic step to be noticed

LARGEST = {
    "parentheses": "(" * 100_000 + "p" + ")" * 100_000,
    "negations": "~" * 100_000 + "p",
    "implications": " -> ".join(f"x{i}" for i in range(50_000)),
    "clauses": " & ".join(f"(x{i % 50} | ~x{i * 7 % 50} | y{i % 31})" for i in range(5_000)),
    "long name": "x" * 900_000,
    "white space": " " * 400_000 + "p" + "\n" * 400_000,
}

TEXTS = {
    "negations": "~" * N + "p",
    "implications": " -> ".join(f"x{i}" for i in range(N)),
    "left implications": "(" * N + "p" + " -> q)" * N,
    "equivalences": " = ".join(f"x{i}" for i in range(N)),
    "alternation": "(p & (q | " * (N // 2) + "r" + "))" * (N // 2),
    "atoms": " | ".join(f"x{i}" for i in range(N)),
}

parsed = functools.cache(lambda name: parse(TEXTS[name]))


@pytest.fixture(autouse=True)
def _in_time():
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("name", LARGEST)
@pytest.mark.process
def test_read(name):
    """A text of some 100 kB, however deep, is read within seconds."""
    assert len(parse(LARGEST[name])) >= 1


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.process
def test_read_and_write(name):
    """What is written is read as the same formula."""
    assert parse(to_text(parsed(name))) == parsed(name)


@pytest.mark.parametrize("name", ["negations", "implications", "alternation", "atoms"])
@pytest.mark.parametrize("write", [to_unicode, to_latex, to_prefix, to_term, to_dimacs, depth])
def test_write(name, write):
    """Every format is written."""
    assert write(parsed(name))


@pytest.mark.parametrize(
    "text",
    [
        "-" * N + "p",
        "(" * N + "p" + ")" * N,
        "*(" * N + "p" + " q)" * N,
        "*(p +(q " * (N // 2) + "r" + "))" * (N // 2),
        "*(" + " ".join(f"+(x{i} -y{i})" for i in range(N // 4)) + ")",
    ],
    ids=["negations", "parentheses", "conjunctions", "alternation", "clauses"],
)
def test_prefix(text):
    """The prefix form is read at any depth, and written again as the same formula."""
    formula = parse_prefix(text)
    assert parse_prefix(to_prefix(formula)) == formula


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("(" * 100_000, 100_001),
        ("~" * 100_000, 100_001),
        ("(" * N + "p" + ")" * (N + 1), 2 * N + 2),
        ("p & " * N + "$", 4 * N + 1),
        ("p -> " * N, 5 * N),
    ],
    ids=["opening", "negations", "closing", "character", "end"],
)
def test_errors(text, column):
    """An error far into a large text is found in time and shown briefly."""
    with pytest.raises(FormulaSyntaxError) as caught:
        parse(text)
    assert caught.value.column == column
    assert len(str(caught.value)) < 600


def test_sympy():
    """100 kB of clauses go to sympy and back."""
    formula = parse(LARGEST["clauses"])
    assert from_sympy(to_sympy(formula)).atoms() == formula.atoms()
