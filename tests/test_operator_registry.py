"""The registry of operators: its entries are complete, and everything that lists operators says what it says."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import oracle
import pytest
from commandline import call

import equibel as eb
from equibel import operators
from equibel.formula import Formula, to_sympy
from equibel.operators import documentation
from equibel.operators.registry import CLASSICAL, OPERATORS, PAPERS
from equibel.server.schemas.job_schemas import JobRequest, JobSummary, SolveRequest
from equibel.server.schemas.result_schemas import Declaration, DeclaredResult
from equibel.shell import Context, Session, execute, parse, plain
from equibel.shell.command_registry import names
from equibel.workspace import Operation, evaluate, parse_workspace

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NETWORK = pytest.mark.parametrize("operator", OPERATORS.values(), ids=lambda operator: operator.name)
CHANGES = pytest.mark.parametrize("operator", CLASSICAL.values(), ids=lambda operator: operator.name)


def chain():
    G = eb.path_graph(4)
    G.add_formula(0, "p & q & r")
    G.add_formula(3, "~p & ~q")
    return G


def text(G):
    return G.formulas(), list(G.edges)


# Entries --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", [*OPERATORS.values(), *CLASSICAL.values()], ids=lambda operator: operator.name)
def test_entries_are_complete(operator):
    """Each has a one-line summary without a full stop, a definition, and papers that are listed, if any."""
    assert re.fullmatch(r"[A-Z][^\n]{5,100}[^\n.]", operator.summary)
    assert re.fullmatch(r"[^\n|]+[^\n|.]", operator.definition)
    assert set(operator.papers) <= PAPERS.keys()


@NETWORK
def test_functions_are_those_of_the_package(operator):
    """The functions of an entry are public, and compute the same."""
    for function in operator.functions:
        assert getattr(eb, function.__name__) is function
    for function in operator.functions[:1]:
        assert function(chain()) == eb.solve(chain(), operator.name)
    for function in operator.functions[1:]:
        graph, count = function(chain(), optimum="cardinality")
        assert graph == eb.solve(chain(), operator.name, optimum="cardinality", fixpoint=True)
        assert count == Operation(operator.name, optimum="cardinality", fixpoint=True).apply(chain()).iterations


@CHANGES
def test_classical_functions_are_those_of_the_package(operator):
    """The function of an entry is public, and its arguments are named as the entry says."""
    assert getattr(eb, operator.name) is operator.function
    code = operator.function.__code__
    assert operator.arguments.split(", ") == list(code.co_varnames[: len(operator.arguments.split(", "))])


CHANGED = {
    "revise": ("x2 -> x1", "x2 = x4"),
    "contract": (["p", "q"], "p & q"),
    "merge": (["a & b", "~a & ~b", "~a & ~b"], "a | b", "consensus"),
    "extrapolate": (["p & q", [], "~p | ~q"],),
}


@CHANGES
@pytest.mark.parametrize("choice", [False, True])
def test_front_ends_get_the_formulas_that_users_get_as_sympy_objects(operator, choice):
    """``formulas`` and ``alternatives`` give `Formula` objects, equal to what the functions of the package give.

    The shell and the command line once took the sympy objects and converted them back.
    """
    arguments = CHANGED[operator.name]
    found = operator.formulas(*arguments, choice=choice, simplify=True)
    assert {type(each) for each in (found if isinstance(found, list) else [found])} == {Formula}
    assert in_sympy(found) == operator.function(*arguments, choice=choice, simplify=True)
    alternatives = operator.alternatives(*arguments, choice=choice or True, simplify=True)
    expected = eb.outcomes(operator.function, *arguments, choice=choice or True, simplify=True)
    assert list(map(in_sympy, alternatives)) == list(expected)


def in_sympy(found):
    return list(map(to_sympy, found)) if isinstance(found, list) else to_sympy(found)


@CHANGES
def test_formulas_refuse_what_the_functions_refuse(operator):
    """Options are checked in the same way."""
    with pytest.raises(eb.OptionError, match="optimum is 'size'"):
        operator.formulas(*CHANGED[operator.name], optimum="size")
    with pytest.raises(eb.OptionError, match="choice is False"):
        operator.alternatives(*CHANGED[operator.name], choice=False)
    with pytest.raises(TypeError, match=rf"{operator.name}\(\) got an unexpected keyword argument 'progres'"):
        operator.formulas(*CHANGED[operator.name], progres=print)


def test_every_operator_is_tested_against_its_definition():
    """The oracle computes each of them by brute force."""
    assert list(oracle.DEFINED) == list(OPERATORS)


# eb.solve -------------------------------------------------------------------------------------------------------------


@NETWORK
@pytest.mark.parametrize("optimum", oracle.OPTIMA)
@pytest.mark.parametrize("options", [{}, {"steps": 2}, {"steps": 0}, {"fixpoint": True}])
def test_solve_is_what_the_command_line_does(operator, optimum, options):
    """Options have the same names and meaning; the input is not changed."""
    G = chain()
    found = eb.solve(G, operator.name, optimum=optimum, method="syntactic", **options)
    assert found == Operation(operator.name, optimum, **options).apply(G).graph
    assert text(G) == text(chain())
    assert found.entails(0, "p & q & r")
    if options == {"steps": 0}:
        assert found == G


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (["rings"], {}, r"operator is 'rings' \(did you mean 'ring'\?\); expected 'global' or 'simple' or "),
        ([None], {}, "operator is None; expected 'global'"),
        (["ring"], {"optimum": "cardinal"}, r"optimum is 'cardinal' \(did you mean 'cardinality'\?\)"),
        (["ring"], {"optimum": "inclusion", "opt_type": "cardinality"}, "both are names of one option"),
        (["ring"], {"method": "semantics"}, r"did you mean 'semantic'\?"),
        (["ring"], {"steps": -1}, "steps is -1; expected an integer of at least 0"),
        (["ring"], {"steps": 2, "fixpoint": True}, "steps is 2; expected no number of steps together with a fixpoint"),
        (["ring"], {"fixpoint": 1}, "fixpoint is 1; expected true or false"),
        (["ring"], {"time_limit": 0}, "time_limit is 0; expected a positive number"),
    ],
)
def test_solve_refuses_wrong_options(arguments, options, said):
    """The error names the option, what it may be, and the nearest word."""
    with pytest.raises(eb.OptionError, match=said):
        eb.solve(chain(), *arguments, **options)


def test_solve_names_itself():
    """A keyword that is no option is a TypeError, as for any function."""
    with pytest.raises(TypeError, match=r"^solve\(\) got an unexpected .* 'optimun' \(did you mean 'optimum'\?\)"):
        eb.solve(chain(), "ring", optimun="inclusion")


# Front ends and documentation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["solve", "compare"])
def test_help_of_the_command_line_lists_them(command):
    """With their summaries."""
    said = " ".join(call(command, "--help").stdout.split())
    for operator in OPERATORS.values():
        assert f" {operator.name} {operator.summary}." in said


@NETWORK
def test_each_is_a_command_of_the_shell(operator):
    """Under all its names, with its summary as help; ``derive`` and ``compare`` know it."""
    command = names()[operator.name]
    assert {name for name, each in names().items() if each is command} == {operator.name, *operator.aliases}
    assert command.summary == operator.summary
    assert operator.help in command.help
    assert bool(command.arguments) == operator.repeats
    session = Session()
    lines = f"add_node 1\nderive x = {operator.name}\nhelp derive"
    replies = [plain(execute(Context(session), each)) for each in parse(lines)]
    assert f"{operator.name} of g" in replies[1]
    assert ", ".join(OPERATORS) in replies[2]
    session.close()


@CHANGES
def test_each_classical_operator_is_a_command(operator):
    """Of the command line, whose list of commands has its summary, and of the shell."""
    assert re.search(rf"^  {operator.name} +{operator.summary}\.$", call("--help").stdout, re.MULTILINE)
    assert operator.name in names()
    assert operators.outcomes(operator.function, *{"K, alpha": ("p", "q")}.get(operator.arguments, (["p"],)))


@NETWORK
def test_each_can_be_declared_in_toml(operator):
    """As a result of a workspace."""
    graph = '[graphs.g]\npath = 2\nformulas = {0 = "p"}'
    ws = parse_workspace(f'{graph}\n[results.r]\nof = "g"\noperator = "{operator.name}"')
    assert evaluate(ws)["r"].graph.entails(0, "p")


@pytest.mark.parametrize("model", [SolveRequest, JobRequest, JobSummary, Declaration, DeclaredResult])
def test_the_http_schemas_list_them(model):
    """The document at /openapi.json names every operator and says what it does."""
    field = model.model_json_schema()["properties"]["operator"]
    assert field["enum"] == list(OPERATORS)
    for operator in OPERATORS.values():
        assert f"`{operator.name}`: {operator.summary}." in field["description"]


def test_no_front_end_has_a_list_of_its_own():
    """No file of the front ends, and no page that is written by hand, names all operators on networks."""
    folders = [ROOT / "equibel" / name for name in ("cli", "server", "shell", "workspace", "files")]
    written = [path for folder in folders for path in folder.rglob("*.py")]
    pages = [ROOT / "docs" / "FILES.md", ROOT / "docs" / "SERVER.md", ROOT / "CONTRIBUTING.md"]
    for path in written + pages:
        words = re.findall(r"\w+", path.read_text(encoding="utf-8"))
        assert not OPERATORS.keys() <= set(words), path


def test_the_readme_has_the_table_and_the_papers():
    """``python -m equibel.operators.documentation`` prints what must stand there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert documentation.table() in readme
    assert documentation.papers() in readme


#: What a new operator has to do in every front end; it begins with the function and the entry in CONTRIBUTING.md.
ANOTHER = r"""
import equibel as eb
from equibel.formula import Formula
from equibel.graph import star
from equibel.operators.iteration import iterated
from equibel.operators.registry import OPERATORS, Operator
from equibel.operators.steps import Node, Step

{function}
Step.distant = distant
(entry,) = (
{entry}
)
OPERATORS["distant"] = entry

G = eb.path_graph(5)
G.add_formula(0, "p")
believing = lambda graph: [v for v in graph if graph.entails(v, "p")]
assert believing(eb.solve(G, "distant")) == [0, 2]
assert believing(eb.solve(G, "distant", fixpoint=True)) == [0, 2, 4]

from click.testing import CliRunner
from equibel.cli import equibel
run = lambda *words, **more: CliRunner().invoke(equibel, words, prog_name="equibel", **more)
edges = '[{"source": 0, "target": 1}, {"source": 1, "target": 2}]'
data = '{"nodes": [{"id": 0, "formulas": ["p"]}, {"id": 1}, {"id": 2}], "edges": %s}' % edges
assert run("solve", "-", "--operator", "distant", "--fixpoint", input=data).stdout == "0  p\n1  True\n2  p\n"
assert f"  distant     {entry.summary}." in run("solve", "--help").stdout
assert "\ndistant " in run("compare", "-", input=data).stdout

from equibel.shell import Context, Session, execute, parse, plain
session = Session()
shell = lambda text: [plain(execute(Context(session), each)) for each in parse(text)][-1]
assert "2  p" in shell("create_path g2 3\nadd_formula 0 p\nderive there = distant")
assert "2  p" in shell("distant 2")
assert f"{entry.summary}." in shell("help distant")
assert ", ".join(OPERATORS) in " ".join(shell("help derive").split())

from equibel.workspace import evaluate, parse_workspace
ws = parse_workspace('graphs.g = {path = 3, formulas = {0 = "p"}}\nresults.r = {of = "g", operator = "distant"}')
assert believing(evaluate(ws)["r"].graph) == [0, 2]

from equibel.server.schemas.job_schemas import SolveRequest
request = SolveRequest.model_validate_json('{"graph": %s, "operator": "distant"}' % data)
assert request.operation().operator == "distant"
assert SolveRequest.model_json_schema()["properties"]["operator"]["enum"][-1] == "distant"

from equibel.operators import documentation
assert f'| `distant` | `solve(G, "distant")` | {entry.definition} |' in documentation.table()
"""


def test_another_operator_is_a_function_and_an_entry():
    """With those that CONTRIBUTING.md shows, Python, command line, shell, files, HTTP and documentation have it."""
    blocks = re.findall(r"^   ```python\n(.*?)^   ```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    function, entry, definition = map(textwrap.dedent, blocks)
    script = ANOTHER.replace("{function}", function, 1).replace("{entry}", entry, 1)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    own = vars(oracle) | {}
    exec(definition, own)
    belief = oracle.belief("p", ["p"])
    given = oracle.scenario(range(3), [(0, 1), (1, 2)], {0: "p"}, ["p"])
    assert [own["distant"](given, v, oracle.INCLUSION) == belief for v in range(3)] == [True, False, True]
