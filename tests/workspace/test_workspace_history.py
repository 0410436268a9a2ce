"""Undo, redo, snapshots and reopening, compared with a model that copies everything it knows for every command."""

import copy
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from workspace_views import view

from equibel.equibel_graph import EquibelGraph
from equibel.errors import EquibelError, WorkspaceError
from equibel.files import get_constraints, get_weights
from equibel.workspace import (
    AddAtoms,
    AddConstraints,
    AddEdges,
    AddEdgeWeights,
    AddFormulas,
    AddNodes,
    AddWeights,
    CreateGraph,
    Declare,
    Delete,
    DeleteSnapshot,
    Operation,
    RemoveConstraints,
    RemoveEdges,
    RemoveFormulas,
    RemoveNodes,
    Rename,
    ReplaceGraph,
    RestoreSnapshot,
    SaveSnapshot,
    SetFormulas,
    Workspace,
    open_workspace,
)
from equibel.workspace.storage import compaction

NAMES = st.sampled_from(["g", "h", "k", "r", "s"])
NODES = st.sampled_from([1, 2, 3, "a", ("x", 1)])
FORMULAS = st.sampled_from(["p", "~q", "p -> q", "r"])
OPERATORS = st.sampled_from(["global", "simple"])


class Model:
    """What a workspace has, as dicts and lists: slow, and easy to see through."""

    def __init__(self):
        self.graphs = {}
        self.results = {}
        self.snapshots = {}

    def graph(self, name):
        if name not in self.graphs:
            raise KeyError(name)
        return self.graphs[name]

    def taken(self, name):
        return name in self.graphs or name in self.results

    def above(self, name):
        found = {name}
        for _ in self.results:
            found |= {result for result, (of, _) in self.results.items() if of in found}
        return found - {name}

    def seen(self):
        return self.graphs, self.results, self.snapshots


def graph_model(nodes=(), edges=()):
    return {
        "nodes": {node: {"formulas": [], "weights": {}} for node in nodes},
        "edges": {frozenset(edge): 1 for edge in edges},
        "atoms": set(),
        "constraints": [],
    }


def seen(graph):
    """A graph of the workspace as the model has it."""
    return {
        "nodes": {
            node: {"formulas": [str(f) for f in graph.beliefs(node)], "weights": get_weights(graph, node)} for node in graph
        },
        "edges": {frozenset(edge[:2]): edge[2] for edge in graph.edges(data="weight", default=1)},
        "atoms": set((graph.graph.get("atoms") or "").split()),
        "constraints": [str(f) for f in get_constraints(graph, "entailment")],
    }


class Histories(RuleBasedStateMachine):
    """Any commands, some of which fail; the model decides which, and what becomes of the workspace."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "w.eqw"
        # States and rewriting are frequent here, so that they are met in every order.
        self.limits = mock.patch.multiple(compaction, STATE_AFTER=1000, REWRITE_AFTER=6000)
        self.limits.start()
        self.ws = open_workspace(self.path)
        self.model = Model()
        self.past = []  # models before each command that is not undone
        self.future = []
        self.states = []  # every state that was ever read, with what it looked like then

    def teardown(self):
        self.ws.close()
        self.limits.stop()
        for state, was in self.states:
            assert view(state) == was  # nothing that was read has changed since
        self.folder.cleanup()

    def command(self, change, act):
        """Apply a change to the workspace and to the model, or to neither."""
        model = copy.deepcopy(self.model)
        try:
            act(model)
        except (KeyError, ValueError):
            before = view(self.ws.state)
            with pytest.raises(EquibelError):
                self.ws.apply(change)
            assert view(self.ws.state) == before
            return
        self.ws.apply(change)
        self.past.append(self.model)
        self.model, self.future = model, []

    @rule(name=NAMES, nodes=st.lists(NODES, max_size=3, unique=True))
    def create(self, name, nodes):
        graph = EquibelGraph()
        graph.add_nodes_from(nodes)

        def act(model):
            if model.taken(name):
                raise ValueError
            model.graphs[name] = graph_model(nodes)

        self.command(CreateGraph(name, graph), act)

    @rule(name=NAMES, nodes=st.lists(NODES, max_size=3, unique=True))
    def replace(self, name, nodes):
        graph = EquibelGraph([(node, node) for node in nodes])

        def act(model):
            model.graph(name)
            model.graphs[name] = graph_model(nodes, [(node, node) for node in nodes])

        self.command(ReplaceGraph(name, graph), act)

    @rule(name=NAMES, nodes=st.lists(NODES, min_size=1, max_size=3))
    def add_nodes(self, name, nodes):
        def act(model):
            for node in nodes:
                model.graph(name)["nodes"].setdefault(node, {"formulas": [], "weights": {}})

        self.command(AddNodes(name, nodes), act)

    @rule(name=NAMES, nodes=st.lists(NODES, min_size=1, max_size=2, unique=True))
    def remove_nodes(self, name, nodes):
        def act(model):
            graph = model.graph(name)
            for node in nodes:
                del graph["nodes"][node]
            graph["edges"] = {edge: w for edge, w in graph["edges"].items() if not edge & set(nodes)}

        self.command(RemoveNodes(name, nodes), act)

    @rule(name=NAMES, edges=st.lists(st.tuples(NODES, NODES), min_size=1, max_size=3))
    def add_edges(self, name, edges):
        def act(model):
            graph = model.graph(name)
            for edge in edges:
                for node in edge:
                    graph["nodes"].setdefault(node, {"formulas": [], "weights": {}})
                graph["edges"].setdefault(frozenset(edge), 1)

        self.command(AddEdges(name, edges), act)

    @rule(name=NAMES, edge=st.tuples(NODES, NODES))
    def remove_edge(self, name, edge):
        self.command(RemoveEdges(name, [edge]), lambda model: model.graph(name)["edges"].pop(frozenset(edge)))

    @rule(name=NAMES, edge=st.tuples(NODES, NODES), weight=st.sampled_from([0, 2, 0.5]))
    def weigh_edge(self, name, edge, weight):
        def act(model):
            edges = model.graph(name)["edges"]
            if frozenset(edge) not in edges:
                raise ValueError
            edges[frozenset(edge)] = weight

        self.command(AddEdgeWeights(name, [(*edge, weight)]), act)

    @rule(name=NAMES, node=NODES, formula=FORMULAS)
    def add_formula(self, name, node, formula):
        def act(model):
            held = model.graph(name)["nodes"][node]["formulas"]
            if formula not in held:
                held.append(formula)

        self.command(AddFormulas(name, {node: formula}), act)

    @rule(name=NAMES, node=NODES, formula=FORMULAS)
    def remove_formula(self, name, node, formula):
        self.command(
            RemoveFormulas(name, {node: formula}), lambda model: model.graph(name)["nodes"][node]["formulas"].remove(formula)
        )

    @rule(name=NAMES, node=NODES, formulas=st.lists(FORMULAS, max_size=2, unique=True))
    def set_formulas(self, name, node, formulas):
        def act(model):
            model.graph(name)["nodes"][node]["formulas"] = formulas

        self.command(SetFormulas(name, {node: formulas}), act)

    @rule(name=NAMES, node=NODES, weight=st.sampled_from([0, 2, 0.5]))
    def weigh_atom(self, name, node, weight):
        def act(model):
            model.graph(name)["nodes"][node]["weights"]["p"] = weight

        self.command(AddWeights(name, {node: {"p": weight}}), act)

    @rule(name=NAMES, atom=st.sampled_from("xyz"))
    def add_atom(self, name, atom):
        self.command(AddAtoms(name, [atom]), lambda model: model.graph(name)["atoms"].add(atom))

    @rule(name=NAMES, formula=FORMULAS, there=st.booleans())
    def constrain(self, name, formula, there):
        def act(model):
            constraints = model.graph(name)["constraints"]
            if not there:
                constraints.remove(formula)
            elif formula not in constraints:
                constraints.append(formula)

        self.command((AddConstraints if there else RemoveConstraints)(name, "entailment", formula), act)

    @rule(name=NAMES, of=NAMES, operator=OPERATORS, again=st.booleans())
    def declare(self, name, of, operator, again):
        def act(model):
            if name in model.graphs or (name in model.results and not again):
                raise ValueError
            if not model.taken(of) or of == name or of in model.above(name):
                raise ValueError
            model.results[name] = of, operator

        self.command(Declare(name, of, Operation(operator), replace=again), act)

    @rule(name=NAMES, everything=st.booleans())
    def delete(self, name, everything):
        def act(model):
            if not model.taken(name) or (model.above(name) and not everything):
                raise ValueError
            for each in {name} | model.above(name):
                model.graphs.pop(each, None)
                model.results.pop(each, None)

        self.command(Delete(name, dependents=everything), act)

    @rule(name=NAMES, new=NAMES)
    def rename(self, name, new):
        def act(model):
            if not model.taken(name) or (model.taken(new) and new != name):
                raise ValueError
            for names in (model.graphs, model.results):
                renamed = {new if each == name else each: value for each, value in names.items()}
                names.clear()
                names.update(renamed)
            for each, (of, operator) in model.results.items():
                model.results[each] = new if of == name else of, operator

        self.command(Rename(name, new), act)

    @rule(name=st.sampled_from("AB"), what=st.sampled_from(["save", "restore", "delete"]))
    def snapshot(self, name, what):
        def act(model):
            if (name in model.snapshots) == (what == "save"):
                raise ValueError
            if what == "save":
                model.snapshots[name] = copy.deepcopy((model.graphs, model.results))
            elif what == "restore":
                model.graphs, model.results = copy.deepcopy(model.snapshots[name])
            else:
                del model.snapshots[name]

        kinds = {"save": SaveSnapshot, "restore": RestoreSnapshot, "delete": DeleteSnapshot}
        self.command(kinds[what](name), act)

    @rule(name=NAMES, nodes=st.lists(NODES, min_size=1, max_size=2))
    def fail_half_way(self, name, nodes):
        before = view(self.ws.state)
        with pytest.raises(EquibelError):
            self.ws.apply(AddNodes(name, nodes), Delete("nothing of that name"))
        assert view(self.ws.state) == before

    @rule(steps=st.integers(1, 6))
    def undo(self, steps):
        for _ in range(steps):
            if not self.past:
                with pytest.raises(WorkspaceError, match="nothing to undo"):
                    self.ws.undo()
                break
            self.ws.undo()
            self.future.append(self.model)
            self.model = self.past.pop()

    @rule(steps=st.integers(1, 6))
    def redo(self, steps):
        for _ in range(steps):
            if not self.future:
                with pytest.raises(WorkspaceError, match="nothing to redo"):
                    self.ws.redo()
                break
            self.ws.redo()
            self.past.append(self.model)
            self.model = self.future.pop()

    @rule()
    def compute(self):
        self.ws.refresh()

    @rule()
    def reopen(self):
        before, version, commands = view(self.ws.state), self.ws.version, [e.line for e in self.ws.history()]
        current = {name: status.state for name, status in self.ws.statuses().items()}
        self.ws.close()
        self.ws = open_workspace(self.path)
        assert view(self.ws.state) == before
        assert self.ws.version == version
        assert [e.line for e in self.ws.history()] == commands
        assert {name: status.state for name, status in self.ws.statuses().items()} == current

    @rule()
    def copy_by_records(self):
        again = Workspace.from_records(self.ws.records(), check=True)
        assert view(again.state) == view(self.ws.state)
        assert again.version == self.ws.version
        assert [e.line for e in again.undone()] == [e.line for e in self.ws.undone()]

    @invariant()
    def workspace_is_as_the_model(self):
        state = self.ws.state
        assert {name: seen(graph) for name, graph in state.graphs.items()} == self.model.graphs
        assert {name: (r.of, r.operation.operator) for name, r in state.results.items()} == self.model.results
        assert state.snapshots.keys() == self.model.snapshots.keys()
        assert len(self.ws.history()) == len(self.past)
        assert len(self.ws.undone()) == len(self.future)
        self.states.append((state, view(state)))

    @invariant()
    def versions_identify_graphs(self):
        known = {}
        for state, was in self.states:
            for name in state.graphs:
                assert known.setdefault(was["versions"][name], was["graphs"][name]) == was["graphs"][name]


TestHistories = Histories.TestCase
