"""What every operator must answer, by brute force and straight from the definitions.

Nothing here is shared with the package, not even the reading of formulas: an answer of this module is a second
opinion.  Everything is enumerated, so keep (number of nodes) x (number of atoms) at about 12, 16 at most.

A truth assignment over atoms ``p0 .. pk-1`` is an integer whose bit i is the value of ``pi``.  A belief is the set of
assignments that satisfy it.  An EQ set, the triples (atom, edge) on which the two ends of an edge agree, is an
integer with one bit per triple, so that one is included in another when ``a & b == a``.  For the augmenting iteration
it is a tuple of such integers, one per level; everywhere else there is one level.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

Node = Hashable
Belief = frozenset[int]
Edge = tuple[Node, Node]
Levels = list[list[Edge]]
EqSet = tuple[int, ...]

INCLUSION, CARDINALITY = "inclusion", "cardinality"
OPTIMA = (INCLUSION, CARDINALITY)
#: The operators of the papers, about which more is known than their definitions; `DEFINED` has all there are.
ITERATIONS = ("simple", "ring", "expanding", "augmenting")
OPERATORS = ("global", *ITERATIONS)


# Formulas -----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\s*(?:(->|=>|→)|(<->|<=>|=|≡|↔)|([~!¬])|([&∧])|([|∨])|([\^⊕])|([()])|(\w+))")
_BINDING = ("iff", "implies", "xor", "or", "and")  # loosest first
_RIGHT = ("iff", "implies")


def satisfies(text: str, assignment: Mapping[str, bool]) -> bool:
    """The truth value of a formula, by recursive descent over its text."""
    kinds = ("implies", "iff", "not", "and", "or", "xor", None, "name")
    tokens = [(kinds[m.lastindex - 1], m[m.lastindex]) for m in _TOKEN.finditer(text)]
    tokens = [(kind or word, word) for kind, word in tokens] + [("end", "")]
    position = 0

    def advance() -> tuple[str, str]:
        nonlocal position
        position += 1
        return tokens[position - 1]

    def unary() -> bool:
        kind, word = advance()
        if kind == "not":
            return not unary()
        if kind == "(":
            value = binary(0)
            assert advance()[0] == ")", text
            return value
        assert kind == "name", text
        return word == "True" if word in ("True", "False") else assignment[word]

    def binary(level: int) -> bool:
        if level == len(_BINDING):
            return unary()
        kind = _BINDING[level]
        values = [binary(level + 1)]
        while tokens[position][0] == kind:
            advance()
            values.append(binary(level + 1))
        if kind in _RIGHT:
            value = values.pop()
            while values:
                left = values.pop()
                value = (left == value) if kind == "iff" else (not left or value)
            return value
        return {"xor": sum(values) % 2 == 1, "or": any(values), "and": all(values)}[kind]

    value = binary(0)
    assert tokens[position][0] == "end", text
    return value


@functools.lru_cache(maxsize=4096)
def _models(text: str, atoms: tuple[str, ...]) -> Belief:
    assignments = ({p: bool(a >> i & 1) for i, p in enumerate(atoms)} for a in range(1 << len(atoms)))
    return frozenset(a for a, values in enumerate(assignments) if satisfies(text, values))


def belief(texts: str | Iterable[str], atoms: Sequence[str]) -> Belief:
    """The models over ``atoms`` of a formula, or of the conjunction of several."""
    everything = frozenset(range(1 << len(atoms)))
    texts = [texts] if isinstance(texts, str) else texts
    return everything.intersection(*(_models(text, tuple(atoms)) for text in texts))


# Scenarios ----------------------------------------------------------------------------------------------------------


class Scenario(NamedTuple):
    """A graph, the number of atoms, and what each node believes."""

    beliefs: dict[Node, Belief]
    edges: list[Edge]
    width: int

    def believing(self, beliefs: Mapping[Node, Belief]) -> Scenario:
        """The same graph with other beliefs."""
        return self._replace(beliefs=dict(beliefs))

    def inconsistent(self) -> list[Node]:
        """The nodes that believe a contradiction."""
        return [v for v, models in self.beliefs.items() if not models]


def scenario(
    nodes: Iterable[Node], edges: Iterable[Edge], formulas: Mapping[Node, str | Sequence[str]], atoms: Sequence[str]
) -> Scenario:
    """Read a scenario's formulas; a node without any believes nothing, that is, everything is possible for it."""
    return Scenario({v: belief(formulas.get(v, ()), atoms) for v in nodes}, [tuple(e) for e in edges], len(atoms))


# Maximization -------------------------------------------------------------------------------------------------------


def interpretations(beliefs: Mapping[Node, Belief], levels: Levels, width: int) -> dict[EqSet, list[dict[Node, int]]]:
    """All models of a scenario, by their EQ set.

    A model assigns every node one of its belief's models.  The product is built node by node, and an edge is looked
    at when its second end comes in.
    """
    everything = (1 << width) - 1
    places: dict[Node, list[tuple[Node, int, int]]] = defaultdict(list)  # node: (earlier node, level, first bit)
    order = list(beliefs)
    for level, edges in enumerate(levels):
        for number, (x, y) in enumerate(edges):
            if x != y:  # a self-loop agrees with itself in every model
                earlier, later = sorted((x, y), key=order.index)
                places[later].append((earlier, level, number * width))
    partial: list[tuple[dict[Node, int], EqSet]] = [({}, (0,) * len(levels))]
    for v in order:
        extended = []
        for values, eq in partial:
            for a in beliefs[v]:
                longer = list(eq)
                for u, level, shift in places[v]:
                    longer[level] |= (everything ^ values[u] ^ a) << shift
                extended.append(({**values, v: a}, tuple(longer)))
        partial = extended
    found: dict[EqSet, list[dict[Node, int]]] = defaultdict(list)
    for values, eq in partial:
        found[eq].append(values)
    return found


def maximal(sets: Iterable[int], optimum: str) -> set[int]:
    """The sets no other strictly includes, or those of greatest size."""
    largest_first = sorted(set(sets), key=int.bit_count, reverse=True)
    if optimum == CARDINALITY:
        return {s for s in largest_first if s.bit_count() == largest_first[0].bit_count()}
    kept: list[int] = []
    for s in largest_first:
        if not any(s & larger == s for larger in kept):
            kept.append(s)
    return set(kept)


def optimal(eq_sets: Iterable[EqSet], optimum: str) -> set[EqSet]:
    """Those that are maximal at every level among the sets that agree with them on all levels before it.

    Under cardinality, to agree on a level is to be as large there.
    """
    remaining = set(eq_sets)
    for level in range(max(map(len, remaining), default=0)):
        rivals = defaultdict(set)
        for eq in remaining:
            before = eq[:level] if optimum == INCLUSION else tuple(s.bit_count() for s in eq[:level])
            rivals[before].add(eq)
        remaining = set()
        for group in rivals.values():
            best = maximal({eq[level] for eq in group}, optimum)
            remaining |= {eq for eq in group if eq[level] in best}
    return remaining


def complete(beliefs: Mapping[Node, Belief], levels: Levels, width: int, optimum: str) -> dict[Node, Belief]:
    """The completion: each node's values in the optimal models."""
    models = interpretations(beliefs, levels, width)
    best = [values for eq in optimal(models, optimum) for values in models[eq]]
    return {v: frozenset(values[v] for values in best) for v in beliefs}


# Operators ----------------------------------------------------------------------------------------------------------


def distances(edges: Iterable[Edge], source: Node) -> dict[Node, int]:
    """Distance from ``source`` of every node in its component."""
    edges = list(edges)
    found = {source: 0}
    queue = deque([source])
    while queue:
        x = queue.popleft()
        for y in [b for a, b in edges if a == x] + [a for a, b in edges if b == x]:
            if y not in found:
                found[y] = found[x] + 1
                queue.append(y)
    return found


def global_completion(given: Scenario, optimum: str = INCLUSION) -> Scenario:
    """The completion of the whole graph."""
    return given.believing(complete(given.beliefs, [given.edges], given.width, optimum))


def simple(given: Scenario, v: Node, optimum: str) -> Belief:
    """Complete the star of ``v`` and its neighbours."""
    return _star(given, v, 1, given.beliefs[v], optimum)


def ring(given: Scenario, v: Node, optimum: str) -> Belief:
    """Complete the star of ``v`` and the nodes at distance r, for each r in turn, keeping the result at ``v``."""
    current = given.beliefs[v]
    for r in range(1, _eccentricity(given, v) + 1):
        current = _star(given, v, r, current, optimum)
    return current


def expanding(given: Scenario, v: Node, optimum: str) -> Belief:
    """Complete the shortest paths up to distance r, for one r after the other, keeping the result at ``v``."""
    distance = distances(given.edges, v)
    current = given.beliefs[v]
    for r in range(1, _eccentricity(given, v) + 1):
        beliefs = {u: given.beliefs[u] for u, d in distance.items() if d <= r} | {v: current}
        edges = [e for level in _shortest_path_levels(given, v)[:r] for e in level]
        current = complete(beliefs, [edges], given.width, optimum)[v]
    return current


def augmenting(given: Scenario, v: Node, optimum: str) -> Belief:
    """Complete all shortest paths at once, nearer edges taking precedence."""
    beliefs = {u: given.beliefs[u] for u in distances(given.edges, v)}
    return complete(beliefs, _shortest_path_levels(given, v), given.width, optimum)[v]


#: The iterations: from a scenario, a node and an optimum to the node's new belief.
RULES = {"simple": simple, "ring": ring, "expanding": expanding, "augmenting": augmenting}
#: All operators whose definitions are here.
DEFINED = ("global", *RULES)


def apply(operator: str, given: Scenario, optimum: str = INCLUSION, steps: int = 1) -> Scenario:
    """Apply an operator some number of times; every node's new belief is computed from the same old scenario."""
    for _ in range(steps):
        if operator == "global":
            given = global_completion(given, optimum)
        else:
            given = given.believing({v: RULES[operator](given, v, optimum) for v in given.beliefs})
    return given


def fixpoint(operator: str, given: Scenario, optimum: str = INCLUSION) -> tuple[Scenario, int]:
    """Apply an operator until nothing changes; the count includes the application that changes nothing."""
    for count in itertools.count(1):
        following = apply(operator, given, optimum)
        if following == given:
            return given, count
        given = following
    raise AssertionError("unreachable")


def _star(given: Scenario, v: Node, r: int, current: Belief, optimum: str) -> Belief:
    leaves = [u for u, d in distances(given.edges, v).items() if d == r]
    beliefs = {v: current} | {u: given.beliefs[u] for u in leaves}
    return complete(beliefs, [[(v, u) for u in leaves]], given.width, optimum)[v]


def _eccentricity(given: Scenario, v: Node) -> int:
    return max(distances(given.edges, v).values())


def _shortest_path_levels(given: Scenario, v: Node) -> Levels:
    """The edges between distances r and r + 1 from ``v``, for r = 0, 1, ..."""
    distance = distances(given.edges, v)
    levels: Levels = [[] for _ in range(_eccentricity(given, v))]
    for x, y in given.edges:
        if x in distance and distance[x] != distance[y]:
            levels[min(distance[x], distance[y])].append((x, y))
    return levels


# Other characterizations of the same answers ------------------------------------------------------------------------


def complete_by_translation(given: Scenario, optimum: str = INCLUSION) -> Scenario:
    """The completion as a disjunction over the optimal EQ sets of all formulas translated into each node's atoms.

    The value of an atom at ``u`` is its value at ``v``, flipped once for every edge outside the EQ set on a path
    between them.
    """
    models = interpretations(given.beliefs, [given.edges], given.width)
    everything = (1 << given.width) - 1
    answer: dict[Node, set[int]] = {v: set() for v in given.beliefs}
    for (eq,) in optimal(models, optimum):
        flips = {}
        for number, (x, y) in enumerate(given.edges):
            if x != y:
                flips[x, y] = flips[y, x] = everything ^ (eq >> number * given.width & everything)
        for v in given.beliefs:
            sign = {v: 0}
            queue = deque([v])
            while queue:
                x = queue.popleft()
                for (a, y), flip in flips.items():
                    if a == x and y not in sign:
                        sign[y] = sign[x] ^ flip
                        queue.append(y)
            answer[v] |= {a for a in range(everything + 1) if all(a ^ s in given.beliefs[u] for u, s in sign.items())}
    return given.believing({v: frozenset(models) for v, models in answer.items()})


def revise(old: Belief, new: Belief, width: int, optimum: str = INCLUSION) -> Belief:
    """Revision as a completion: the path from the old belief to the new information, read at its end."""
    return complete({"K": old, "alpha": new}, [[("K", "alpha")]], width, optimum)["alpha"]


def satoh(old: Belief, new: Belief) -> Belief:
    """The new information's models whose difference from some old model is minimal under inclusion (Satoh 1988)."""
    differences = {k ^ m for k in old for m in new}
    least = {d for d in differences if not any(e != d and e & d == e for e in differences)}
    return frozenset(m for m in new if any(k ^ m in least for k in old))


def dalal(old: Belief, new: Belief) -> Belief:
    """The new information's models that differ from some old model in the fewest atoms (Dalal 1988)."""
    return closest([old], new)


def closest(sources: Sequence[Belief], among: Belief) -> Belief:
    """The models of ``among`` with the least sum of Hamming distances to the sources."""
    total = {m: sum(min((k ^ m).bit_count() for k in source) for source in sources) for m in among}
    return frozenset(m for m in among if total[m] == min(total.values()))


# Classical operators, with constraints and choice -------------------------------------------------------------------
#
# Each function gives the result of every optimal set of agreements S, an EQ set being a set of bits as above: bit
# ``edge * width + atom``.  A consistency-based constraint c admits S when the result of S has a model in c.


def revisions(old: Belief, new: Belief, width: int, optimum: str, consistency: Sequence[Belief] = ()) -> dict[int, Belief]:
    """By S: the models of the new information that agree on S with some model of the old belief."""

    def result(s: int) -> Belief:
        return frozenset(m for m in new if any((m ^ k) & s == 0 for k in old))

    return _admitted(width, result, consistency, optimum)


def contractions(
    old: Belief,
    alphas: Sequence[Belief],
    width: int,
    optimum: str,
    consistency: Sequence[Belief] = (),
    entailed: Belief | None = None,
) -> dict[int, Belief]:
    """By S: what the old belief says about the atoms in S; some model of it agrees on S with a non-model of each alpha.

    What is entailed holds of all of these.
    """
    within = frozenset(range(1 << width)) if entailed is None else entailed
    known = old & within

    def result(s: int) -> Belief:
        if any(not any((m ^ k) & s == 0 for k in known for m in within - alpha) for alpha in alphas):
            return frozenset()
        return frozenset(m for m in within if any((m ^ k) & s == 0 for k in known))

    return _admitted(width, result, consistency, optimum)


def projections(
    sources: Sequence[Belief], constraint: Belief, width: int, optimum: str, consistency: Sequence[Belief] = ()
) -> dict[int, Belief]:
    """By S: the models of the constraint that agree with a model of each source on that source's part of S."""
    full = (1 << width) - 1

    def result(s: int) -> Belief:
        parts = [(source, s >> number * width & full) for number, source in enumerate(sources)]
        return frozenset(m for m in constraint if all(any((m ^ k) & part == 0 for k in source) for source, part in parts))

    return _admitted(len(sources) * width, result, consistency, optimum)


def consensuses(
    sources: Sequence[Belief], width: int, optimum: str, consistency: Sequence[Belief] = ()
) -> dict[int, Belief]:
    """By S: the values of all sources in the models of the complete graph that have all the agreements in S."""
    edges = list(itertools.combinations(range(len(sources)), 2))
    models = interpretations(dict(enumerate(sources)), [edges], width)

    def result(s: int) -> Belief:
        return frozenset(a for (eq,), found in models.items() if eq & s == s for m in found for a in m.values())

    return _admitted(len(edges) * width, result, consistency, optimum)


def extrapolations(
    observations: Sequence[Belief], width: int, optimum: str, consistency: Sequence[Belief] = ()
) -> dict[int, tuple[Belief, ...]]:
    """By S: the values at every time point in the models of the path that have all the agreements in S."""
    times = range(len(observations))
    edges = list(itertools.pairwise(times))
    models = interpretations(dict(enumerate(observations)), [edges], width)
    results = {}
    for s in range(1 << len(edges) * width):
        values = tuple(frozenset(m[t] for (eq,), found in models.items() if eq & s == s for m in found) for t in times)
        if all(value and all(value & c for c in consistency) for value in values):
            results[s] = values
    return {s: results[s] for s in maximal(results, optimum)}


def chosen(eq_sets: Iterable[int], width: int, order: Iterable[int]) -> int:
    """The EQ set that keeps, atom by atom in this order and edge by edge, every agreement that one of those left has."""
    left = set(eq_sets)
    edges = range(max(left).bit_length() // width + 1)
    for bit in [edge * width + atom for atom in order for edge in edges]:
        left = {s for s in left if s >> bit & 1} or left
    (one,) = left
    return one


def _admitted(bits: int, result: Callable[[int], Belief], consistency: Sequence[Belief], optimum: str) -> dict[int, Belief]:
    results = {s: result(s) for s in range(1 << bits)}
    admitted = {s: found for s, found in results.items() if found and all(found & c for c in consistency)}
    return {s: admitted[s] for s in maximal(admitted, optimum)}
