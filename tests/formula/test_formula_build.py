"""Building postfix code, and folding constants away."""

from formula_values import ATOMS, formulas
from hypothesis import given
from hypothesis import strategies as st

from equibel.formula import Builder, assign, holds, parse


@given(formulas())
def test_builder_replays(formula):
    """A formula sent to a builder symbol by symbol comes out as it was."""
    builder = Builder()
    for token in formula.code:
        if isinstance(token, str):
            builder.atom(token)
        else:
            builder.apply(*token)
    assert builder.formula() == formula


def test_builder_flattens():
    """Pairs of the same associative connective become one."""
    builder = Builder()
    for name in "pqrs":
        builder.atom(name)
    for _ in range(3):
        builder.apply("or", 2)
    assert builder.formula() == parse("p | q | r | s")


@given(formulas(), st.dictionaries(st.sampled_from(ATOMS), st.booleans()), st.integers(0, 127))
def test_assign(formula, values, row):
    """Fixed atoms are gone, and so are constants; under any completion of the values the truth value is the same."""
    rest = assign(formula, values)
    assert not rest.atoms() & values.keys()
    assert len(rest) == 1 or not any(token in rest.code for token in parse("True").code + parse("False").code)
    others = {name: bool(row >> i & 1) for i, name in enumerate(ATOMS)}
    assert holds(rest, others) == holds(formula, others | values)


@given(formulas(constants=False))
def test_assign_nothing(formula):
    """A formula without constants is left as it is when nothing is fixed."""
    assert assign(formula, {}) == formula
