"""The public surface of the package: what outside programs may rely on."""

import inspect

import pytest

import equibel as eb

OPERATORS = [
    "global_completion",
    "iterate_simple",
    "iterate_ring",
    "iterate_expanding",
    "iterate_augmenting",
    "iterate_simple_fixpoint",
    "iterate_ring_fixpoint",
    "iterate_expanding_fixpoint",
    "iterate_augmenting_fixpoint",
    "revise",
]
CONSTANTS = {
    "SEMANTIC": "semantic",
    "SYNTACTIC": "syntactic",
    "INCLUSION": "inclusion",
    "CARDINALITY": "cardinality",
    "PROJECTION": "projection",
    "CONSENSUS": "consensus",
}
ERRORS = [
    "EquibelError",
    "FormulaSyntaxError",
    "EquibelGraphException",
    "InconsistentFormulaError",
    "OptionError",
    "TimeLimitExceeded",
    "Cancelled",
    "FileFormatError",
]
FUNCTIONS = ["OPERATORS", "solve", "parse_formula", "random_formula", "print_formulas", "simplify_all_formulas"]
GENERATORS = ["path_graph", "star_graph", "complete_graph", "petersen_graph", "erdos_renyi_graph"]
GRAPH_METHODS = [
    "add_formula",
    "formulas",
    "formula_conj",
    "atoms",
    "remove_formula",
    "clear_formulas_from",
    "clear_formulas",
    "copy",
    "to_asp",
    "entails",
    "consistent_with",
    "equivalent",
    "models",
    "literals",
]


@pytest.mark.parametrize("name", [*OPERATORS, *CONSTANTS, *ERRORS, *FUNCTIONS, *GENERATORS, "EquibelGraph", "__version__"])
def test_promised_names(name):
    """Every promised name is there, and listed in ``__all__``."""
    assert name in eb.__all__
    assert getattr(eb, name) is not None


def test_all_is_true_and_tidy():
    """``__all__`` lists only what exists, each name once."""
    assert len(set(eb.__all__)) == len(eb.__all__)
    assert not [name for name in eb.__all__ if not hasattr(eb, name)]


def test_nothing_else_is_public():
    """Whatever is visible without an underscore is listed, or is a module of the package."""
    visible = {name for name, value in vars(eb).items() if not name.startswith("_") and not inspect.ismodule(value)}
    assert visible - set(eb.__all__) <= {"annotations"}


@pytest.mark.parametrize(("name", "value"), CONSTANTS.items())
def test_constants(name, value):
    """The constants are the words that may be written instead."""
    assert getattr(eb, name) == value


@pytest.mark.parametrize("name", GRAPH_METHODS)
def test_graph_methods(name):
    """An EquibelGraph answers to every promised method, and says how."""
    assert inspect.getdoc(getattr(eb.EquibelGraph, name))


@pytest.mark.parametrize("name", [name for name in eb.__all__ if callable(getattr(eb, name))])
def test_public_names_say_what_they_are(name):
    """Every public function and class has a docstring, and every function an example in it."""
    member = getattr(eb, name)
    assert inspect.getdoc(member)
    assert ">>> " in member.__doc__ or inspect.isclass(member)


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_share_their_options(name):
    """Every operator takes the same keyword options."""
    G = ("p", "~p") if name == "revise" else (eb.path_graph(2),)
    options = {"opt_type": eb.INCLUSION, "method": eb.SEMANTIC, "simplify": True}
    options |= {"executor": None, "progress": None, "time_limit": None}
    assert getattr(eb, name)(*G, **options) is not None


@pytest.mark.parametrize("name", ERRORS)
def test_errors_have_one_root(name):
    """All errors are EquibelErrors."""
    assert issubclass(getattr(eb, name), eb.EquibelError)


def test_errors_are_also_builtin_ones():
    """Errors of reading are also ValueErrors."""
    assert issubclass(eb.FormulaSyntaxError, ValueError)
    assert issubclass(eb.OptionError, ValueError)
    assert issubclass(eb.TimeLimitExceeded, TimeoutError)
