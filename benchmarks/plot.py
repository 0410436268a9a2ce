"""Growth curves: the time of every solver over the length of a path whose ends contradict one another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import scenarios
from benchmarks.cases import Case
from benchmarks.measure import OURS, measure
from benchmarks.rivals import RIVALS

ATOMS = 3
LENGTHS = (4, 6, 8, 10, 14, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)

Curve = list[tuple[int, float]]  # nodes and seconds

_STYLES = {  # color, marker, and where the label is, in points above the last time
    OURS: ("#0b6e4f", "o", -14),
    "clingo domRec": ("#c44900", "s", 3),
    "PySAT LBX": ("#3d5a98", "^", -12),
    "asprin 3": ("#8a6d9b", "D", -4),
}


def curves(limit: float, longest: int, announce: Callable[[str], None]) -> dict[str, Curve]:
    """Measure each solver on longer and longer paths, until one takes more than ``limit`` seconds."""
    found: dict[str, Curve] = {}
    for solver in [OURS, *RIVALS]:
        found[solver] = []
        for n in LENGTHS:
            if n > longest:
                break
            announce(f"curve: {solver}, {n:,} nodes")
            seconds = measure(solver, Case(str(n), partial(scenarios.path_conflict, n, ATOMS)), limit).seconds
            if seconds is None:
                break
            found[solver].append((n, seconds))
    return found


def draw(found: dict[str, Curve], limit: float, target: Path) -> None:
    """Draw the curves, both axes logarithmic; an arrow says that the next length went over the limit.

    The suffix of ``target`` chooses the format.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.8), layout="constrained")
    axes = figure.add_subplot(xscale="log", yscale="log")
    longest = max((n for curve in found.values() for n, _ in curve), default=1)
    for solver, curve in found.items():
        if not curve:
            continue
        color, marker, above = _STYLES[solver]
        x, y = zip(*curve, strict=True)
        axes.plot(x, y, color=color, marker=marker, markersize=5, linewidth=2.2 if solver == OURS else 1.4)
        axes.annotate(solver, (x[-1], y[-1]), xytext=(8, above), textcoords="offset points", color=color, fontweight="bold")
        if x[-1] < longest:
            next_length = LENGTHS[LENGTHS.index(x[-1]) + 1]
            arrow = {"arrowstyle": "->", "color": color, "linestyle": ":"}
            axes.annotate("", (next_length, limit), (x[-1], y[-1]), arrowprops=arrow)
    axes.axhline(limit, color="#777777", linewidth=0.8, linestyle="--")
    axes.annotate(
        f"limit {limit:g} s", (1, limit), xycoords=("axes fraction", "data"), xytext=(-4, 3), textcoords="offset points",
        color="#555555", ha="right", va="bottom", fontsize=9,
    )  # fmt: skip
    axes.set_title(f"A path whose ends contradict one another in {ATOMS} atoms", loc="left", fontsize=11)
    axes.set_xlabel("nodes n; the path has (n − 1)³ maximal EQ sets")
    axes.set_ylabel("seconds")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.margins(x=0.15)
    axes.grid(which="major", color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(target, dpi=150)
