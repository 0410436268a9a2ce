"""Past the sizes that random scenarios reach: long searches, long formulas, many steps."""

import pytest
from plans import planned

import equibel as eb
from equibel.formula import conjunction, disjunction, literal


def queens(n):
    """The n-queens problem: atoms ``q<row>_<column>``."""
    cells = {(r, c): f"q{r}_{c}" for r in range(n) for c in range(n)}
    attacks = [
        (a, b)
        for a in cells
        for b in cells
        if a < b and (a[0] == b[0] or a[1] == b[1] or abs(a[0] - b[0]) == abs(a[1] - b[1]))
    ]
    rows = [disjunction(literal(cells[r, c], True) for c in range(n)) for r in range(n)]
    apart = [disjunction([literal(cells[a], False), literal(cells[b], False)]) for a, b in attacks]
    return conjunction([*rows, *apart])


def test_a_listing_of_models_is_complete():
    """A long search for models does not end before the last one: eight queens stand in 92 ways."""
    G = eb.EquibelGraph()
    G.add_node(1)
    G.add_formula(1, queens(8))
    assert sum(1 for _ in G.models(1)) == 92


@pytest.mark.parametrize("method", [eb.SEMANTIC, eb.SYNTACTIC])
@pytest.mark.parametrize("optimum", [eb.INCLUSION, eb.CARDINALITY])
def test_a_long_search_loses_no_values(method, optimum):
    """Where the first, easy part of a search is cut off, nothing of the answer is lost."""
    G = eb.path_graph(3)
    G.add_formula(0, "~a & (p | q | r) & (p -> ~q | s) & (s = ~t)")
    G.add_formula(1, "(a | ~p) & (q ^ r ^ s)")
    G.add_formula(2, "a & (~q | ~r) & (t -> p)")
    with planned(easy_conflicts=1):
        cut = eb.global_completion(G, method=method, opt_type=optimum)
    assert cut == eb.global_completion(G, method=method, opt_type=optimum)


@pytest.mark.process
def test_long_formulas_over_few_atoms():
    """Contradictions and tautologies are recognised at any length."""
    odd = "^".join(["p"] * 40_001)
    G = eb.path_graph(2)
    G.add_formula(0, f"({odd}) & ~p")
    with pytest.raises(eb.InconsistentFormulaError) as caught:
        eb.global_completion(G)
    assert caught.value.node == 0
    G.clear_formulas()
    G.add_formula(0, f"({odd}) | ~p")
    assert eb.global_completion(G).formulas(0) == set()


@pytest.mark.parametrize("operator", [eb.global_completion, eb.iterate_simple, eb.iterate_augmenting])
def test_long_chains_of_units(operator):
    """A chain of implications is followed in time that grows with its length."""
    n = 3000
    chain = " & ".join(f"(y{i} -> y{i + 1})" for i in range(n))
    G = eb.path_graph(2)
    G.add_formula(0, f"{chain} & y0 & ~y{n}")
    with pytest.raises(eb.InconsistentFormulaError):
        operator(G)
    G.clear_formulas()
    G.add_formula(0, f"{chain} & y0")
    assert operator(G).entails(1, f"y{n}")


def test_steps_end_when_nothing_changes():
    """A billion steps take no longer than the fixpoint."""
    G = eb.path_graph(4)
    G.add_formula(0, "p & (q | r)")
    G.add_formula(3, "~p & ~q")
    assert eb.iterate_simple(G, steps=10**9) == eb.iterate_simple_fixpoint(G)[0]


class After:
    """An event that happens once it has been asked for a number of times."""

    def __init__(self, questions):
        self.left = questions

    def is_set(self):
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("operator", [eb.global_completion, eb.iterate_simple, eb.iterate_augmenting_fixpoint])
@pytest.mark.parametrize("questions", [0, 1, 5, 10])
def test_cancelling_at_any_moment(operator, questions):
    """Wherever the work is, setting the event ends it, and the input stays as it was."""
    G = eb.petersen_graph()
    G.add_formula(0, "p & (q | r)")
    G.add_formula(4, "~p & (q -> ~r)")
    G.add_formula(7, "q = ~p")
    before = G.formulas()
    with pytest.raises(eb.Cancelled):
        operator(G, cancel=After(questions))
    assert G.formulas() == before
