"""Merging of belief bases by projection and by consensus."""

import oracle
import pytest
from answers import models
from classical_inputs import OPTIMA, check, inputs
from hypothesis import given, settings
from hypothesis import strategies as st
from published import MERGINGS
from strategies import minterms
from sympy import Symbol

import equibel as eb

EVERY_METHOD = pytest.mark.parametrize("method", [eb.PROJECTION, eb.CONSENSUS])
# The first base is the merging constraint, the others are sources.
UNDER_A_CONSTRAINT = inputs(least=2, most=4, size=6, results=[0])


def merged(example, optimum, method, **options):
    """The arguments and options of a merging as a belief."""
    constraint, *sources = example.bases
    return models(eb.merge(sources, constraint, method=method, opt_type=optimum, **options), example.atoms)


def check_projection(example, optimum):
    constraint, *sources = example.beliefs()
    expected = oracle.projections(sources, constraint, example.width, optimum, example.required())
    arguments = (example.bases[1:], example.bases[0])
    check(eb.merge, arguments, expected, example.atoms, optimum, "characterization", **example.constraints)


def check_revised_consensus(example, optimum):
    constraint, *sources = example.beliefs()
    agreed = frozenset().union(*oracle.consensuses(sources, example.width, optimum).values())
    expected = oracle.revisions(agreed, constraint, example.width, optimum, example.required())
    arguments = (example.bases[1:], example.bases[0], eb.CONSENSUS)
    check(eb.merge, arguments, expected, example.atoms, optimum, "characterization", **example.constraints)


@st.composite
def sources_alone(draw):
    """One to three sources, and constraints of which each is consistent with some source."""
    example = draw(inputs(least=1, most=3, size=4, results=[]))
    believed = example.beliefs()
    consistency = [
        text
        for text, required in zip(example.consistency, example.required(), strict=True)
        if any(required & belief for belief in believed)
    ]
    return type(example)(example.atoms, example.bases, example.entailment, consistency)


def check_consensus(example, optimum):
    expected = oracle.consensuses(example.beliefs(), example.width, optimum, example.required())
    arguments = (example.bases, None, eb.CONSENSUS)
    check(eb.merge, arguments, expected, example.atoms, optimum, "characterization", **example.constraints)


@given(UNDER_A_CONSTRAINT, OPTIMA)
def test_projection_is_read_at_the_centre_of_a_star(example, optimum):
    """Merging by projection, with integrity constraints, choice and one by one, agrees with the definition."""
    check_projection(example, optimum)


@given(UNDER_A_CONSTRAINT, OPTIMA)
def test_consensus_under_a_constraint_is_revised_by_it(example, optimum):
    """With a constraint, the disjunction of the completed sources is revised by it."""
    check_revised_consensus(example, optimum)


@given(sources_alone(), OPTIMA)
def test_consensus_is_what_some_completed_source_says(example, optimum):
    """Merging by consensus, with integrity constraints, choice and one by one, agrees with the definition."""
    check_consensus(example, optimum)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("checked", "examples"),
    [
        (check_projection, UNDER_A_CONSTRAINT),
        (check_revised_consensus, UNDER_A_CONSTRAINT),
        (check_consensus, sources_alone()),
    ],
)
@given(data=st.data(), optimum=OPTIMA)
@settings(max_examples=500)
def test_merging_at_length(checked, examples, data, optimum):
    """Merging, on many inputs."""
    checked(data.draw(examples), optimum)


@given(inputs(least=2, most=4, size=8, results=[0]))
def test_projection_by_cardinality_minimizes_the_sum_of_distances(example):
    """By cardinality, projection takes the constraint's models with the least sum of Hamming distances to the sources."""
    constraint, *sources = (oracle.belief(base, example.atoms) for base in example.bases)
    assert merged(example, eb.CARDINALITY, eb.PROJECTION) == oracle.closest(sources, constraint)


@EVERY_METHOD
@given(UNDER_A_CONSTRAINT, OPTIMA, st.randoms(use_true_random=False))
def test_postulates_and_the_order_of_sources(method, example, optimum, shuffling):
    """Success, consistency, and vacuity (IC0 to IC2); the order of the sources makes no difference."""
    beliefs = [oracle.belief(base, example.atoms) for base in example.bases]
    answer = merged(example, optimum, method)
    assert answer
    assert answer <= beliefs[0]
    together = frozenset.intersection(*beliefs)
    assert answer == (together or answer)
    constraint, *sources = example.bases
    shuffling.shuffle(sources)
    assert models(eb.merge(sources, constraint, method=method, opt_type=optimum), example.atoms) == answer


@EVERY_METHOD
@given(inputs(), OPTIMA)
def test_one_source_is_revised_by_the_constraint(method, example, optimum):
    """Merging a single source under a constraint is revision, and without one it is the source."""
    source, constraint = example.bases
    answer = models(eb.merge([source], constraint, method=method, opt_type=optimum), example.atoms)
    assert answer == models(eb.revise(source, constraint, opt_type=optimum), example.atoms)
    alone = models(eb.merge([source], method=method, opt_type=optimum), example.atoms)
    assert alone == oracle.belief(source, example.atoms)


@pytest.mark.parametrize(("sources", "constraint", "method", "optimum", "expected"), MERGINGS)
def test_published_mergings(sources, constraint, method, optimum, expected):
    """Merging gives the published answers."""
    atoms = sorted({str(name) for text in sources for name in eb.parse_formula(text).free_symbols})
    answer = eb.merge(sources, constraint, method, opt_type=optimum)
    assert models(answer, atoms) == oracle.belief(expected, atoms)


@pytest.mark.parametrize("optimum", oracle.OPTIMA)
def test_every_pair_of_truth_tables_over_two_atoms(optimum):
    """All pairs of sources over two atoms, by consensus."""
    tables = [frozenset(a for a in range(4) if table >> a & 1) for table in range(1, 16)]
    for i, one in enumerate(tables):
        for other in tables[i:]:
            expected = oracle.consensuses([one, other], 2, optimum)
            texts = [minterms(one, ["p", "q"]), minterms(other, ["p", "q"])]
            answer = eb.merge(texts, method=eb.CONSENSUS, opt_type=optimum)
            assert models(answer, ["p", "q"]) == frozenset().union(*expected.values())


def test_sources_may_be_lists_and_sets():
    """A source is a formula or a collection of them; a set of sources is taken in alphabetical order."""
    p, q = Symbol("p"), Symbol("q")
    assert eb.merge([["p", "q"], q], simplify=True) == p & q
    assert eb.merge(({"p", "q"}, [], True), "q", simplify=True) == p & q
    assert eb.merge({"p & q", "~p"}, simplify=True, choice=True) == eb.merge(["p & q", "~p"], simplify=True, choice=True)
    assert eb.merge((text for text in ("p", "q")), simplify=True) == p & q


def test_consistency_of_a_consensus_is_that_of_the_whole():
    """It is enough that the disjunction is consistent with a constraint, which one of the sources may contradict."""
    assert eb.merge(["p", "~p"], method=eb.CONSENSUS, consistency=["p", "~p"], simplify=True) == eb.parse_formula("True")
    with pytest.raises(eb.InconsistentFormulaError, match=r"source 1 contradicts the .* ~p") as caught:
        eb.merge(["p", "p & q"], method=eb.CONSENSUS, consistency="~p")
    assert (caught.value.node, caught.value.constraints) == ("source 1", ["~p"])


def test_consistency_of_a_projection_excludes_alternatives():
    """An EQ set whose result contradicts a consistency-based constraint is not admitted."""
    q, p = Symbol("q"), Symbol("p")
    assert eb.merge(["p & q", "~p & q"], "q", consistency="~p", choice="p", simplify=True) == q & ~p
    assert eb.merge(["p & q", "~p & q"], "q", choice=["p"], simplify=True) == p & q


@EVERY_METHOD
@pytest.mark.parametrize(
    ("sources", "constraint", "options", "error", "node"),
    [
        (["p", "q & ~q"], None, {}, "InconsistentFormulaError", "source 2"),
        (["p", ["q", "~q"]], "r", {}, "InconsistentFormulaError", "source 2"),
        (["p", "q"], "r & ~r", {}, "InconsistentFormulaError", "constraint"),
        (["p", "q"], "r", {"entailment": "~q"}, "ConstraintClashError", "source 2"),
        (["p", "q"], "r", {"entailment": "~r"}, "ConstraintClashError", "constraint"),
        (["p", "q"], "r", {"consistency": "~r"}, "ConstraintClashError", "constraint"),
        (["p", "q"], "r", {"consistency": ["s", "s & ~s"]}, "ConstraintClashError", None),
    ],
)
def test_clashes_name_the_culprits(method, sources, constraint, options, error, node):
    """A contradictory source, constraint or integrity constraint is refused by name."""
    with pytest.raises(eb.InconsistentFormulaError) as caught:
        eb.merge(sources, constraint, method=method, **options)
    assert (type(caught.value).__name__, caught.value.node) == (error, node)
    assert (node or "constraint") in str(caught.value)


@EVERY_METHOD
@pytest.mark.parametrize("sources", [[], (), set(), "p & q", Symbol("p"), None, 3, {"a": "p"}])
def test_sources_must_be_a_list_of_some(method, sources):
    """No sources, or a single formula instead of a list, is refused."""
    with pytest.raises(eb.OptionError, match=r"sources is .*; expected a list of at least one source") as caught:
        eb.merge(sources, method=method)
    assert caught.value.option == "sources"


@pytest.mark.parametrize(
    ("option", "value"), [("method", "semantic"), ("characterization", "projection"), ("opt_type", "sum"), ("choice", {"p"})]
)
def test_wrong_options(option, value):
    """``method`` is the kind of merging, ``characterization`` what is called ``method`` elsewhere."""
    with pytest.raises(eb.OptionError, match=f"{option} is ") as caught:
        eb.merge(["p", "q"], **{option: value})
    assert (caught.value.option, caught.value.value) == (option, value)


def test_syntax_errors_say_where():
    """Of several sources the one that cannot be read is named."""
    with pytest.raises(eb.FormulaSyntaxError, match="in source 2: "):
        eb.merge(["p", "q &"])
    with pytest.raises(eb.FormulaSyntaxError, match="in constraint: "):
        eb.merge(["p", "q"], "q &")


def test_many_sources():
    """Thirty sources vote on twenty atoms."""
    sources = [[f"x{i}" if (i * 7 + j) % 3 else f"~x{i}" for i in range(20)] for j in range(30)]
    votes = " & ".join(f"x{i}" for i in range(20))
    assert eb.merge(sources, opt_type=eb.CARDINALITY, simplify=True) == eb.parse_formula(votes)
