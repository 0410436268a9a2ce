"""Graphs to start from: the generators of networkx, returning scenarios.

Nodes believe nothing, or what ``formulas`` says, a mapping as for `EquibelGraph.set_formulas`.  Any other generator of
networkx serves as well: ``EquibelGraph(nx.karate_club_graph(), formulas={0: "p"})``.  Random graphs are drawn by networkx
from ``seed``: an int (the same graph each time), a `random.Random`, or ``None``.  All raise `OptionError` when an argument
is out of range, or when the graph would have more than five million nodes and edges, and `UnknownNodeError` when
``formulas`` names a node that it does not have.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import networkx as nx

from equibel.equibel_graph import EquibelGraph
from equibel.errors import OptionError
from equibel.graph import FormulasOf
from equibel.options import check_count, wrong_option
from equibel.plain import as_float, as_integer, show

MAX_SIZE = 5_000_000  # nodes and edges; a graph of more would fill the memory
MAX_PAIRED = 4000  # nodes; up to here a generator may look at every pair

Seed = int | random.Random | None


def path_graph(n: int | Iterable[Hashable], *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """The path ``0 — 1 — … — n-1``, or the path through the given nodes.

    >>> path_graph(4).edges, path_graph(["a", "b", "c"]).edges
    (EdgeView([(0, 1), (1, 2), (2, 3)]), EdgeView([('a', 'b'), ('b', 'c')]))
    >>> path_graph(3, formulas={0: "p & q", 2: "~p"}).formulas(0)
    {p & q}
    """
    size, nodes = _nodes(n)
    return _generate(nx.path_graph, nodes, size=2 * size, formulas=formulas)


def cycle_graph(n: int | Iterable[Hashable], *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """The cycle through the nodes ``0 … n-1``, or through the given nodes.

    >>> cycle_graph(3).edges
    EdgeView([(0, 1), (0, 2), (1, 2)])
    """
    size, nodes = _nodes(n)
    return _generate(nx.cycle_graph, nodes, size=2 * size, formulas=formulas)


def star_graph(n: int | Iterable[Hashable], *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """The star with centre 0 and ``n`` leaves ``1 … n``; of the given nodes, the first is the centre.

    >>> star_graph(3).edges
    EdgeView([(0, 1), (0, 2), (0, 3)])
    """
    size, nodes = _nodes(n)
    return _generate(nx.star_graph, nodes, size=2 * size, formulas=formulas)


def complete_graph(n: int | Iterable[Hashable], *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """All edges among the nodes ``0 … n-1``, or among the given nodes.

    >>> complete_graph(5).number_of_edges()
    10
    """
    size, nodes = _nodes(n)
    return _generate(nx.complete_graph, nodes, size=size * (size + 1) // 2, formulas=formulas)


def petersen_graph(*, formulas: FormulasOf | None = None) -> EquibelGraph:
    """Petersen's graph: ten nodes, each with three neighbours.

    >>> petersen_graph().number_of_edges()
    15
    """
    return _generate(nx.petersen_graph, size=25, formulas=formulas)


def grid_2d_graph(m: int, n: int, *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """The grid of ``m`` rows and ``n`` columns, its nodes numbered row by row from 0.

    networkx names the nodes of a grid by pairs, which not every file can hold; ``EquibelGraph(nx.grid_2d_graph(m, n))``
    has them.

    >>> grid_2d_graph(2, 2).edges
    EdgeView([(0, 2), (0, 1), (1, 3), (2, 3)])
    """
    m, n = _count("m", m), _count("n", n)
    size = 3 * m * n
    return _generate(_numbered_grid, m, n, size=size, formulas=formulas)


def balanced_tree(r: int, h: int, *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """The tree of height ``h`` in which every inner node has ``r`` children; node 0 is the root.

    >>> balanced_tree(2, 2).edges
    EdgeView([(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)])
    """
    h, r = _count("h", h), _count("r", r, 1)
    size = 2 * (h + r ** min(h, 64))  # 2 ** 64 leaves are too many already
    return _generate(nx.balanced_tree, r, h, size=size, formulas=formulas)


def random_labeled_tree(n: int, seed: Seed = None, *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """A tree drawn uniformly among all trees with the nodes ``0 … n-1``.

    >>> random_labeled_tree(10, seed=1).number_of_edges()
    9
    """
    n = _count("n", n, 1)
    return _generate(nx.random_labeled_tree, n, seed=seed, size=2 * n, formulas=formulas)


def erdos_renyi_graph(
    n: int, p: float, seed: Seed = None, directed: bool = False, *, formulas: FormulasOf | None = None
) -> EquibelGraph:
    """``n`` nodes, each pair of which is joined with probability ``p``.

    Edges of a scenario have no direction, so ``directed`` must be false.  Drawn by ``networkx.erdos_renyi_graph``, and
    above 4000 nodes by ``networkx.fast_gnp_random_graph``, whose time is linear in the size of the graph.

    >>> erdos_renyi_graph(10, 1).number_of_edges()
    45
    """
    _undirected(directed)
    n, p = _count("n", n), _number("p", p, 0, 1)
    size = n + int(p * n * n / 2)
    generator = nx.erdos_renyi_graph if n <= MAX_PAIRED else nx.fast_gnp_random_graph
    return _generate(generator, n, p, seed=seed, size=size, formulas=formulas)


def gnm_random_graph(
    n: int, m: int, seed: Seed = None, directed: bool = False, *, formulas: FormulasOf | None = None
) -> EquibelGraph:
    """``n`` nodes and ``m`` edges, drawn uniformly among all such graphs; every edge there can be if ``m`` is more.

    Edges of a scenario have no direction, so ``directed`` must be false.

    >>> gnm_random_graph(10, 12, seed=1).number_of_edges()
    12
    """
    _undirected(directed)
    n, m = _count("n", n), _count("m", m)
    size = n + min(m, n * n // 2)
    return _generate(nx.gnm_random_graph, n, m, seed=seed, size=size, formulas=formulas)


def waxman_graph(
    n: int,
    alpha: float = 0.4,
    beta: float = 0.1,
    L: float | None = None,  # noqa: N803 - the published name
    domain: tuple[float, float, float, float] = (0, 0, 1, 1),
    seed: Seed = None,
    *,
    formulas: FormulasOf | None = None,
) -> EquibelGraph:
    """Random points of a rectangle, joined when d apart with probability ``alpha * exp(-d / (beta * L))`` [1]_.

    Parameters
    ----------
    n : int
        Number of nodes, at most 4000: the time is quadratic.
    alpha, beta : float
        As in the 2016 package.  networkx exchanged the two names in its version 2.
    L : float, optional
        By default the greatest distance between two points.  When it is given, the distances are not those of the
        points but drawn uniformly between 0 and ``L``.
    domain : (float, float, float, float)
        The rectangle: least x, least y, greatest x, greatest y.
    seed : int or random.Random, optional
    formulas : mapping, optional
        What nodes believe.

    Returns
    -------
    EquibelGraph
        With the nodes ``0 … n-1``.  Their points are not kept: as node attributes not every file could hold them.

    References
    ----------
    .. [1] B. M. Waxman: Routing of multipoint connections. IEEE J. Selected Areas in Communications 6(9), 1988.

    Examples
    --------
    >>> G = waxman_graph(10, seed=1)
    >>> len(G), G.nodes[0]
    (10, {})
    """
    n = _count("n", n, most=MAX_PAIRED)
    alpha, beta = _number("alpha", alpha), _number("beta", beta)
    # Of fewer than two points there is no greatest distance, nor an edge to draw.
    greatest = 1 if L is None and n < 2 else L
    if greatest is not None:
        greatest = _number("L", greatest)
    if isinstance(domain, tuple | list):
        domain = tuple(_number("domain", end) for end in domain)  # type: ignore[assignment]
    return _generate(_waxman, n, alpha, beta, greatest, domain, seed=seed, size=n, formulas=formulas)


def watts_strogatz_graph(n: int, k: int, p: float, seed: Seed = None, *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """A small world: a ring in which each node knows its ``k`` nearest, each edge moved with probability ``p``.

    >>> watts_strogatz_graph(10, 4, 0.3, seed=1).number_of_edges()
    20
    """
    n, k, p = _count("n", n), _count("k", k), _number("p", p, 0, 1)
    return _generate(nx.watts_strogatz_graph, n, k, p, seed=seed, size=n * (1 + k), formulas=formulas)


def connected_watts_strogatz_graph(
    n: int = 10, k: int = 4, p: float = 0.5, tries: int = 100, seed: Seed = None, *, formulas: FormulasOf | None = None
) -> EquibelGraph:
    """A connected small world: the first connected one of at most ``tries`` drawn as by `watts_strogatz_graph`.

    ``k`` must be at least 2.  Raises `OptionError` also when none is connected.

    >>> connected_watts_strogatz_graph(seed=1).number_of_edges()
    20
    """
    n, k, p = _count("n", n, 1), _count("k", k, 2), _number("p", p, 0, 1)
    tries = check_count("tries", tries, 1)
    return _generate(nx.connected_watts_strogatz_graph, n, k, p, tries, seed=seed, size=n * (1 + k), formulas=formulas)


def barabasi_albert_graph(n: int, m: int, seed: Seed = None, *, formulas: FormulasOf | None = None) -> EquibelGraph:
    """A scale-free graph: node after node joins ``m`` earlier ones, the more popular the likelier; ``m`` < ``n``.

    >>> barabasi_albert_graph(10, 2, seed=1).number_of_edges()
    16
    """
    n, m = _count("n", n), _count("m", m, 1)
    return _generate(nx.barabasi_albert_graph, n, m, seed=seed, size=n * (1 + m), formulas=formulas)


def _numbered_grid(m: int, n: int) -> Any:
    return nx.convert_node_labels_to_integers(nx.grid_2d_graph(m, n))


def _waxman(n: int, alpha: float, beta: float, greatest: float | None, domain: Any, seed: Seed) -> Any:
    graph = nx.waxman_graph(n, beta=alpha, alpha=beta, L=greatest, domain=domain, seed=seed)
    for attributes in graph.nodes.values():
        del attributes["pos"]
    return graph


def _generate(
    generator: Callable[..., Any], *args: Any, size: int, formulas: FormulasOf | None, **options: Any
) -> EquibelGraph:
    """The scenario made by a generator of networkx; ``size`` is an upper estimate of its nodes and edges."""
    if size > MAX_SIZE:
        raise OptionError(
            f"the graph would have too many nodes and edges; expected at most {MAX_SIZE}",
            option="size",
            value=size,
            expected=f"at most {MAX_SIZE}",
        )
    number = as_integer(options.get("seed"))
    if number is not None:
        options["seed"] = number
    try:
        graph = EquibelGraph(generator(*args, **options))
    except (nx.NetworkXException, TypeError, ValueError, ArithmeticError) as error:
        problem = f"no such graph can be made: {error}"
        raise OptionError(problem, option="arguments", value=args, expected=str(error)) from None
    if formulas is not None:
        graph.set_formulas(formulas)
    return graph


def _nodes(n: object) -> tuple[int, int | list[Hashable]]:
    """The number of nodes, and the argument for networkx: the same number, or the nodes."""
    if isinstance(n, Iterable) and not isinstance(n, str | bytes):
        nodes = list(itertools.islice(n, MAX_SIZE + 1))  # an endless iterator is too large as well
        return len(nodes), nodes
    count = as_integer(n)
    if count is not None and count >= 0:
        return count, count
    raise wrong_option("n", n, "an integer of at least 0, or a list of nodes")


def _count(option: str, value: object, least: int = 0, most: int = MAX_SIZE) -> int:
    count = as_integer(value)
    if count is not None and count > most:
        expected = f"an integer of at most {most}"
        raise OptionError(f"{option} is too large; expected {expected}", option=option, value=count, expected=expected)
    return check_count(option, value, least)


def _number(option: str, value: object, least: float = float("-inf"), most: float = float("inf")) -> float:
    number = as_float(value)
    if number is not None and least <= number <= most:  # false for NaN
        return number
    expected = "a number" if least == -most == float("-inf") else f"a number between {least} and {most}"
    raise wrong_option(option, value, expected)


def _undirected(directed: object) -> None:
    if directed:
        expected = "False: the edges of a scenario have no direction"
        raise OptionError(
            f"directed is {show(directed)}; expected {expected}", option="directed", value=directed, expected=expected
        )
