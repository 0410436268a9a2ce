"""The published examples."""

import pytest
from answers import FIXPOINT, METHODS, ONCE
from published import INCOMPARABLE, PUBLISHED, REVISIONS

import equibel as eb

EVERY_METHOD = pytest.mark.parametrize("method", METHODS)


def build(nodes, edges, formulas):
    G = eb.EquibelGraph()
    G.add_nodes_from(nodes)
    G.add_edges_from(edges)
    for v, text in formulas.items():
        G.add_formula(v, text)
    return G


def answer_of(operator, G, fixpoint, **options):
    """The answer and, for a fixpoint, its count."""
    return FIXPOINT[operator](G, **options) if fixpoint else (ONCE[operator](G, **options), None)


@EVERY_METHOD
@pytest.mark.parametrize(
    ("example", "answer"),
    [
        pytest.param(example, answer, id=f"{example.name}-{i}")
        for example in PUBLISHED
        for i, answer in enumerate(example.answers)
    ],
)
def test_published_answers(example, answer, method):
    """Every operator gives the published answers, with the published counts."""
    G = build(example.nodes, example.edges, example.formulas)
    R, n = answer_of(answer.operator, G, answer.fixpoint, method=method, opt_type=answer.optimum)
    for v, text in zip(example.nodes, answer.formulas, strict=True):
        assert R.equivalent(v, text), (v, R.formula_conj(v))
    assert answer.count in (None, n)


@EVERY_METHOD
@pytest.mark.parametrize("example", INCOMPARABLE)
def test_published_incomparable_results(example, method):
    """On the published counterexamples neither result is stronger at every node."""
    G = build(range(example.nodes), [(i, i + 1) for i in range(example.nodes - 1)], example.formulas)
    one, other = (answer_of(operator, G, settled, method=method)[0] for operator, settled in example[2:])
    assert one != other
    assert not all(one.entails(v, other.formula_conj(v)) for v in G)
    assert not all(other.entails(v, one.formula_conj(v)) for v in G)


@EVERY_METHOD
@pytest.mark.parametrize(("old", "new", "optimum", "revised"), REVISIONS)
def test_published_revisions(old, new, optimum, revised, method):
    """Revision gives the published tables."""
    answer = eb.revise(old, new, opt_type=optimum, method=method)
    G = build([0], [], {0: revised})
    assert G.equivalent(0, answer)
