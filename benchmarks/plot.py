"""Drawing growth curves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.curves import Curve, Curves, Family
from benchmarks.measure import OURS, PATIENCE

SUFFIXES = (".png", ".svg")

_STYLES = {  # color and marker
    OURS: ("#d1495b", "o"),
    "clingo domRec": ("#00798c", "s"),
    "PySAT LBX": ("#3b3b98", "^"),
    "PySAT MCSls": ("#8d99ae", "v"),
    "asprin 3": ("#b8860b", "D"),
}


def draw(drawn: Sequence[tuple[Family, Curves]], limit: float, target: Path) -> None:
    """Draw families of curves side by side; a dotted line says that the limit was met at the next size.

    The suffix of ``target``, one of `SUFFIXES`, chooses the format.
    """
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    with matplotlib.rc_context({"svg.hashsalt": "equibel", "font.size": 9, "axes.titlesize": 10}):
        figure = Figure(figsize=(1 + 3.1 * len(drawn), 3.9), layout="constrained", facecolor="white")
        shown = [name for name in _STYLES if any(curves.get(name, Curve([])).points for _, curves in drawn)]
        for i, (family, curves) in enumerate(drawn):
            axes = figure.add_subplot(1, len(drawn), i + 1)
            _panel(axes, family, curves, limit)
            if not i:
                axes.set_ylabel("computing time")
                axes.annotate(
                    f"limit {limit:g} s", (1, limit), xycoords=("axes fraction", "data"), xytext=(-2, 3),
                    textcoords="offset points", color="#666666", ha="right", va="bottom", fontsize=8,
                )  # fmt: skip
        lines = [Line2D([], [], color=_STYLES[name][0], **_look(name)) for name in shown]
        legend = figure.legend(lines, shown, loc="outside lower center", ncols=len(shown), frameon=False)
        for text in legend.get_texts():
            text.set_fontweight("bold" if text.get_text() == OURS else "normal")
        metadata = {"Date": None} if target.suffix.lower() == ".svg" else {}
        figure.savefig(target, dpi=160, metadata=metadata)


def _panel(axes: Any, family: Family, curves: Curves, limit: float) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    axes.set_yscale("log")
    widely = family.sizes[-1] > 10 * family.sizes[0]
    if widely:
        axes.set_xscale("log")
    else:
        axes.xaxis.set_major_locator(FixedLocator(family.sizes))
    for name, curve in curves.items():
        if not curve.points:
            continue
        color = _STYLES[name][0]
        x, y = zip(*curve.points, strict=True)
        axes.plot(x, y, color=color, zorder=3 if name == OURS else 2, **_look(name))
        if curve.stopped is not None:
            end = limit * PATIENCE if name == OURS else limit
            axes.plot([x[-1], curve.stopped], [y[-1], end], color=color, linewidth=1.1, linestyle=":", zorder=1)
    axes.axhline(limit, color="#888888", linewidth=0.8, linestyle="--", zorder=1)
    axes.set_title(family.title, loc="left")
    axes.set_xlabel(family.unit)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(_spelled))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(which="major", color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _look(name: str) -> dict[str, Any]:
    ours = name == OURS
    return {"marker": _STYLES[name][1], "markersize": 4.5 if ours else 3.5, "linewidth": 2.4 if ours else 1.3}


def _spelled(value: float, _: int) -> str:
    return f"{value:g} s" if value >= 1 else f"{value * 1000:g} ms"
