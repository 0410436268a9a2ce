"""The postulates, decided by brute force for all formulas over few atoms, and the size of the smallest counterexamples.

What is tested here is the theory, not the package; `test_operators_postulates_package.py` asks the package the same.
"""

import itertools

import pytest
from belief_change import by_definition, every_belief, lengths, patterns
from postulates import COUNTEREXAMPLES, FAILING, HOLDING

ATOMS = ("p", "q", "r", "s")
FIELDS = ("postulate", "optimum")
VIOLATIONS = [(c, optimum) for c in COUNTEREXAMPLES for optimum in c.optima]


def formulas_in_tuples(arguments):
    return sum(len(a) for a in arguments if isinstance(a, tuple))


def all_arguments(signature, width, largest, first=None):
    """All arguments over that many atoms, with at most ``largest`` formulas in their tuples."""
    beliefs = list(every_belief(width))
    tuples = [t for n in range(1, largest + 1) for t in itertools.combinations_with_replacement(beliefs, n)]
    choices = [beliefs if letter == "B" else tuples for letter in signature]
    if first is not None:
        choices[0] = first
    return (found for found in itertools.product(*choices) if formulas_in_tuples(found) <= largest)


def short_arguments(signature, width, length, several):
    """All arguments of at most that length altogether, with exactly ``several`` formulas in their tuples."""
    of_length = {}
    for belief, n in lengths(width).items():
        of_length.setdefault(n, []).append(belief)

    def sequences(count, left):
        if not count:
            yield ()
        for n in range(1, left - count + 2) if count else ():
            for belief in of_length.get(n, ()):
                yield from ((belief, *others) for others in sequences(count - 1, left - n))

    for sizes in itertools.product(range(1, several + 1), repeat=signature.count("E")):
        if sum(sizes) == several:
            size = iter(sizes)
            shape = [next(size) if letter == "E" else None for letter in signature]
            for flat in sequences(sum(n or 1 for n in shape), length):
                rest = iter(flat)
                yield [next(rest) if n is None else tuple(itertools.islice(rest, n)) for n in shape]


def violations(postulate, optimum, width, arguments):
    operators = by_definition(ATOMS[:width], optimum)
    return (found for found in arguments if not postulate.satisfied(operators, *found))


def none_among(postulate, optimum, width, arguments):
    return next(violations(postulate, optimum, width, arguments), None) is None


@pytest.mark.parametrize(FIELDS, HOLDING, ids=str)
def test_holds_for_all_formulas_over_two_atoms(postulate, optimum):
    """Over one atom with up to three sources, over two atoms with up to two."""
    for width, largest in ((1, 3), (2, 2)):
        assert none_among(postulate, optimum, width, all_arguments(postulate.signature, width, largest))


@pytest.mark.slow
@pytest.mark.parametrize(
    FIELDS,
    [(p, optimum) for p, optimum in HOLDING if p.operator in ("revise", "contract") and "parallel" not in p.name],
    ids=str,
)
def test_revision_and_contraction_over_three_atoms(postulate, optimum):
    """Renaming atoms or negating them changes nothing, so one first argument of each pattern is enough."""
    assert none_among(postulate, optimum, 3, all_arguments(postulate.signature, 3, 0, patterns(3)))


def test_what_fails_has_a_counterexample():
    """Every postulate that is said to fail has exactly one counterexample under that optimum, none of the others has any."""
    shown = sorted((str(c.postulate), optimum) for c, optimum in VIOLATIONS)
    assert shown == sorted((str(p), optimum) for p, optimum in FAILING)


@pytest.mark.parametrize(("example", "optimum"), VIOLATIONS, ids=lambda x: x if isinstance(x, str) else str(x.postulate))
def test_counterexamples_violate_by_definition(example, optimum):
    assert not example.postulate.satisfied(by_definition(example.atoms, optimum), *example.beliefs())


@pytest.mark.parametrize(("example", "optimum"), VIOLATIONS, ids=lambda x: x if isinstance(x, str) else str(x.postulate))
def test_no_counterexample_has_fewer_atoms_or_formulas(example, optimum):
    """With fewer atoms and up to three sources there is none, nor with as many atoms and fewer sources."""
    postulate, width = example.postulate, len(example.atoms)
    for fewer in range(1, min(width, 3)):  # three atoms instead of four: see the slow test of R8
        largest = 3 if fewer == 1 else 2
        assert none_among(postulate, optimum, fewer, all_arguments(postulate.signature, fewer, largest))
    several = formulas_in_tuples(example.beliefs())
    if several > postulate.signature.count("E"):
        assert none_among(postulate, optimum, width, all_arguments(postulate.signature, width, several - 1))


@pytest.mark.parametrize(
    ("example", "optimum"),
    [
        pytest.param(c, optimum, marks=pytest.mark.slow if len(c.atoms) == 3 else ())
        for c, optimum in VIOLATIONS
        if len(c.atoms) < 4  # over four atoms a search of this kind took a compiled program
    ],
    ids=lambda x: x if isinstance(x, str) else str(x.postulate),
)
def test_no_counterexample_is_shorter(example, optimum):
    """Nor is there one with as many atoms and sources and shorter formulas."""
    postulate, width, beliefs = example.postulate, len(example.atoms), example.beliefs()
    flat = [b for a in beliefs for b in (a if isinstance(a, tuple) else [a])]
    length = sum(lengths(width)[belief] for belief in flat)
    shorter = short_arguments(postulate.signature, width, length - 1, formulas_in_tuples(beliefs))
    assert none_among(postulate, optimum, width, shorter)


@pytest.mark.slow
def test_r8_fails_over_four_atoms_first():
    """By inclusion R8 holds for all formulas over three atoms."""
    (r8,) = (p for p, optimum in FAILING if p.name == "R8")
    assert none_among(r8, "inclusion", 3, all_arguments(r8.signature, 3, 0, patterns(3)))
