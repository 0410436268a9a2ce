"""The table of operators and the list of papers in the README.

``python -m equibel.operators.documentation`` prints both.
"""

from __future__ import annotations

from equibel.operators.registry import CLASSICAL, OPERATORS, PAPERS


def table() -> str:
    """All operators: their names, how Python calls them, their definitions; in Markdown.

    >>> print(table().splitlines()[3])
    | `simple` | `iterate_simple(G)` | the completion of the star that joins `v` to its neighbours, seen from `v` [3] |
    """
    rows = ["| operator | in Python | what node `v` believes afterwards, or what the result is |", "|---|---|---|"]
    for network in OPERATORS.values():
        call = f"{network.functions[0].__name__}(G)" if network.functions else f'solve(G, "{network.name}")'
        rows.append(_row(network.name, call, network.definition, network.papers))
    for classical in CLASSICAL.values():
        call = f"{classical.name}({classical.arguments})"
        rows.append(_row(classical.name, call, classical.definition, classical.papers))
    return "\n".join(rows)


def papers() -> str:
    """The papers in which operators were defined, as a numbered list in Markdown."""
    return "\n".join(f"{number}. {paper}" for number, paper in enumerate(PAPERS.values(), 1))


def _row(name: str, call: str, definition: str, published: tuple[str, ...]) -> str:
    numbers = ", ".join(str(list(PAPERS).index(key) + 1) for key in published)
    return f"| `{name}` | `{call}` | {definition}{f' [{numbers}]' if numbers else ''} |"


if __name__ == "__main__":
    print(table(), papers(), sep="\n\n")
