"""One table says which method is asked when, and one object holds the thresholds; the page about both says the same."""

import ast
import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solving_groups import answer, believed, groups, optima, shown
from solving_networks import clause_network, problem

from equibel.formula import conjunction
from equibel.options import METHODS
from equibel.solving import Limits, Plan, Request, Statistics, equivalent, maximize
from equibel.solving.method import Budget, Case
from equibel.solving.portfolio import portfolio, solve_groups

FOLDER = Path(str(files("equibel.solving")))
PAGE = (FOLDER / "DESIGN.md").read_text(encoding="utf-8")
GENEROUS = Budget(eq_sets=1 << 20, width=14, kinds=10**6)
NO_THRESHOLDS = {  # how often clocks are looked at, what clingo can count to, how much is cached, and what fills the memory
    "bags.py": {"_OFTEN"},
    "least_sums.py": {"_MOST"},
    "limits.py": {"_OFTEN", "_LOOK", "_POLL", "_GRACE"},
    "backbone.py": {"_MOST_KNOWN"},
    "belief_parts.py": {"ALL_BITS", "NOTHING"},
    "cluster.py": {"_LOOK", "_PATIENCE"},
    "comparison_weights.py": {"_MOST_BITS"},
    "parallel.py": {"_POLL", "_RUNS"},
    "program.py": {"BITS"},
    "solver.py": {"_AHEAD", "_POLL"},
    "splitting.py": {"_OFTEN"},
    "star_tables.py": {"_FEW", "_STATES"},
    "threads.py": {"_freeing"},
}


def test_the_page_has_the_table():
    """The same methods in the same order, with the same step and the same budget."""
    rows = re.findall(r"^\| ([a-z ]+) \| (\d+) \| (.*?) ?\| .*\|$", PAGE, re.MULTILINE)

    def said(budget):
        if budget.width:
            return f"{budget.width} copies in a bag" + (f", {budget.kinds:,} kinds per copy" if budget.kinds else "")
        return "" if budget.eq_sets is None else f"{budget.eq_sets:,} EQ sets"

    assert rows == [(row.method.name, str(row.step), said(row.budget)) for row in portfolio(Plan())]


def test_every_method_is_in_the_module_of_its_step():
    """The heading of a step names the module that has the method."""
    modules = {int(step): heading for step, heading in re.findall(r"^## (\d+)\. (.*)$", PAGE, re.MULTILINE)}
    steps = [row.step for row in portfolio(Plan())]
    for row in portfolio(Plan()):
        path = type(row.method).__module__.removeprefix("equibel.solving.").replace(".", "/")
        assert f"`{path}.py`" in modules[row.step]
    first = dict.fromkeys(step for step in steps if step not in (14, 16, 17, 18, 19))  # several scenarios, large groups
    assert list(first) == sorted(first)


def test_thresholds_are_in_the_plan():
    """No module has numbers of its own, but for what is no threshold."""
    found = {}
    for path in FOLDER.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant | ast.BinOp):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if not isinstance(getattr(node.value, "value", 0), str):
                    found.setdefault(path.name, set()).update(ast.unparse(target) for target in targets)
    assert found == NO_THRESHOLDS


def test_every_threshold_is_documented_and_used():
    """A threshold that nobody looks at would be a riddle."""
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parent.rglob("*.py"))
    documented = ", ".join(re.findall(r"^    ([\w, ]+) : int$", Plan.__doc__, re.MULTILINE)).split(", ")
    names = {each.name for each in fields(Plan)}
    assert set(documented) == names
    for name in names:
        assert re.search(rf"\.{name}\b", code), name


METHOD_OF = {row.method.name: row.method for row in portfolio(Plan()) if row.step != 14}


@pytest.mark.parametrize("method", METHOD_OF)
@given(data=st.data())
def test_each_method_alone(method, data):
    """Wherever a method applies, it has the answers that brute force has, or none, or leaves smaller groups to others.

    All but the first two are asked about groups in conflict only.
    """
    asked = METHOD_OF[method]
    optimum, characterization = data.draw(st.sampled_from(oracle.OPTIMA)), data.draw(st.sampled_from(METHODS))
    group = data.draw(groups(levels=data.draw(st.sampled_from([1, 3])), conflict=method not in ("free", "agreement")))
    nodes = tuple(data.draw(st.sets(st.sampled_from(sorted(group.nodes)), min_size=1)))
    request = Request(optimum, characterization, targets=nodes, size=1 + max(node for node, _ in group.copies))
    case = Case(group, request)
    if not asked.applies(case):
        return
    found = asked.solve(case, GENEROUS)
    if found is None:
        return
    assert not found.left
    beliefs = {node: [formula] for node, formula in found.believed.items()}
    for part, answers in zip(found.parts, solve_groups(request, portfolio(Plan()), found.parts), strict=True):
        assert part.open <= group.open
        for node, formula in answers:
            beliefs.setdefault(node, []).append(formula)
    for node in nodes:
        copies = group.nodes[node]
        names = [group.copies[i][1] for i in copies]
        formula = conjunction(beliefs.get(node, []))
        assert answer(believed(formula, names), names) == shown(optima(group, optimum), copies)


def test_methods_take_turns():
    """When search and elimination both have to begin several times, nothing is lost, and both are counted."""
    G = clause_network("grid", 16, 4, seed=1)
    expected = maximize(problem(G), Request())
    statistics = Statistics()
    plan = Plan(narrow_width=0, long_eq_sets=1, longer=2, attempts=3, long_kinds=1)
    found = maximize(problem(G), Request(limits=Limits(statistics=statistics), plan=plan))
    assert all(equivalent(found[v], expected[v]) for v in expected)
    searched, eliminated = statistics.methods["search"], statistics.methods["elimination"]
    assert (searched.asked, eliminated.asked) == (1 + 3, 1 + 3)
    assert (searched.answered, eliminated.answered) == (1, 0)
    assert statistics.searches == 1


def test_a_plan_is_a_value():
    """Plans are equal when their thresholds are, and cannot be changed."""
    assert Plan(star_atoms=3) == Plan(star_atoms=3) != Plan()
    with pytest.raises(AttributeError):
        Plan().star_atoms = 3
    assert portfolio(Plan()) is portfolio(Plan())
