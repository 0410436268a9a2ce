"""The error of a command that cannot be read."""

from __future__ import annotations

from equibel.errors import EquibelError


class CommandError(EquibelError):
    """A command cannot be read; ``column`` is the position in its text, from 1, and ``usage`` how it is written."""

    column: int
    usage: str

    def __init__(self, problem: str, *, column: int = 1, usage: str = "") -> None:
        super().__init__(problem, column=column, usage=usage)
