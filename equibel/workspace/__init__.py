"""Workspaces: named graphs and the results derived from them, in TOML files.

A result is declared, never typed in: ``Result(of, operation)`` says from what it is derived and how, and `evaluate`
computes all results in the order in which they depend on one another.  Nothing here prints.
"""

from equibel.workspace.evaluate import evaluate, pick_graph
from equibel.workspace.load import load_workspace, write_workspace
from equibel.workspace.model import Result, Workspace, derivation_order
from equibel.workspace.operation import OPERATORS, Operation, Outcome
from equibel.workspace.toml_reading import parse_workspace
from equibel.workspace.toml_writing import format_workspace

__all__ = [
    "OPERATORS",
    "Operation",
    "Outcome",
    "Result",
    "Workspace",
    "derivation_order",
    "evaluate",
    "format_workspace",
    "load_workspace",
    "parse_workspace",
    "pick_graph",
    "write_workspace",
]
