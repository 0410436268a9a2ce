"""The error classes of Equibel.  Exceptions of other libraries are always converted to one of these.

::

    EquibelError
    ├── FormulaSyntaxError (ValueError)      the text is not a formula: .text .line .column .expected
    ├── FormulaTooLargeError (ValueError)    a formula exceeds a size or depth limit: .bound .value
    ├── NotAFormulaError (TypeError)         an object that is neither text nor a propositional formula: .value
    ├── EquibelGraphException                something was not found in the graph
    │   ├── UnknownNodeError (LookupError)   .node
    │   └── UnknownFormulaError (LookupError)  .node .formula
    ├── InconsistentFormulaError             the formulas of a node are inconsistent: .node .formula .formulas
    │   └── ConstraintClashError             integrity constraints cannot be satisfied: .node .formulas .constraints
    ├── OptionError (ValueError)             an invalid value of an option: .option .value .expected
    ├── TimeLimitExceeded (TimeoutError)     .seconds .completed .rounds
    ├── Cancelled                            the computation was cancelled
    ├── ExecutorError                        the executor failed
    ├── FileFormatError (ValueError)         the content of a file is invalid: .path .line .column
    ├── FileAccessError (OSError)            a file cannot be read or written: .path
    ├── WorkspaceError                       the declarations of a workspace are invalid
    │   ├── UnknownNameError (LookupError)   .name .known
    │   ├── NameTakenError                   .name
    │   ├── NameInUseError                   results depend on it: .name .results
    │   ├── CycleError                       .names
    │   ├── VersionConflict                  changed by someone else in the meantime: .name .expected .actual
    │   └── WorkspaceLocked                  another process has the file open: .path .host .pid .user .since
    └── EncodingError                        clingo reported an error in a program: .messages

Three situations have different classes: no answer exists (``InconsistentFormulaError``), the computation was stopped
(``TimeLimitExceeded``, ``Cancelled``), and the input or the environment is wrong (all others).
"""

from __future__ import annotations

import difflib
import sys
import warnings
from collections.abc import Hashable, Iterable
from typing import Any

from equibel.visible import is_visible, visible


class EquibelError(Exception):
    """The base class of all errors of this package; ``str(error)`` is a complete sentence for the user."""

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.__dict__.update(data)

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions cross process boundaries when work runs in a pool; the data must arrive with the message.
        return _rebuild, (type(self), str(self), self.__dict__.copy())


def _rebuild(cls: type[EquibelError], message: str, data: dict[str, Any]) -> EquibelError:
    error = cls.__new__(cls)
    Exception.__init__(error, message)
    error.__dict__.update(data)
    return error


class FormulaSyntaxError(EquibelError, ValueError):
    """A text is not a formula.

    ``line`` and ``column`` count from 1.  They are the position of the first unexpected character.  ``text`` is the whole
    text, and ``expected`` lists in words what is allowed at this position.
    """

    line: int
    column: int
    text: str
    expected: list[str]

    def __init__(self, problem: str, *, text: str, line: int, column: int, expected: Iterable[str] = ()) -> None:
        self.problem = problem
        wanted = list(expected)
        super().__init__(
            _syntax_message(problem, text, line, column, wanted), text=text, line=line, column=column, expected=wanted
        )


def _syntax_message(problem: str, text: str, line: int, column: int, expected: list[str]) -> str:
    source = text.split("\n")[line - 1] if text else ""
    # A long line is shown as a window around the column, which a narrow terminal does not break: the caret stays below it.
    start = max(0, column - 1 - 36)
    # Control characters and lone surrogates could not be printed, and would move the caret.
    window = "".join(c if is_visible(c) else " " if c.isspace() else "\ufffd" for c in source[start : start + 56])
    caret = " " * (column - 1 - start) + "^"
    message = f"line {line}, column {column}: {problem}"
    if expected:
        message += f"; expected {_words(expected)}"
    return f"{message}\n  {window}\n  {caret}"


def _words(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1]


class FormulaTooLargeError(EquibelError, ValueError):
    """A formula exceeds a size or depth limit; ``bound`` is the limit, and ``value`` is the actual size or depth."""

    bound: int
    value: int


class NotAFormulaError(EquibelError, TypeError):
    """``value`` is neither the text of a formula nor a propositional sympy object."""

    value: object


class EquibelGraphException(EquibelError):
    """Something was not found in the graph, or cannot be done with it.  The name is that of the version of 2016."""


class UnknownNodeError(EquibelGraphException, LookupError):
    """The graph has no such ``node``."""

    node: Hashable


class UnknownFormulaError(EquibelGraphException, LookupError):
    """The ``node`` has no such ``formula``."""

    node: Hashable
    formula: str


class InconsistentFormulaError(EquibelError):
    """The ``formula`` of the ``node`` is a contradiction, so the scenario has no model and no operator can be applied.

    When an operator raises it, ``formulas`` is a minimal list of formulas of the node that are inconsistent together.
    """

    node: Hashable
    formula: str
    formulas: list[str]


class ConstraintClashError(InconsistentFormulaError):
    """Integrity constraints contradict one another, or the formulas of a node, so no result can satisfy them.

    The ``formulas`` of the ``node`` and the ``constraints`` are inconsistent together.  Without any one of them they are
    consistent.  ``node`` is ``None`` when the constraints alone are inconsistent; then ``formulas`` is empty.
    """

    constraints: list[str]


class OptionError(EquibelError, ValueError):
    """The ``value`` of the ``option`` is invalid; ``expected`` says which values are valid."""

    option: str
    value: object
    expected: str


class TimeLimitExceeded(EquibelError, TimeoutError):
    """The time limit of ``seconds`` was reached; ``completed`` lists the nodes whose new formulas were already complete.

    In an iteration, ``rounds`` is the number of complete steps, and ``completed`` lists the nodes of the step after them.
    """

    seconds: float
    completed: list[Hashable]
    rounds: int = 0


class Cancelled(EquibelError):
    """The computation was cancelled."""


class ExecutorError(EquibelError):
    """The executor failed, for instance because a worker process was killed."""


class FileFormatError(EquibelError, ValueError):
    """The content of the file at ``path`` is invalid; ``line`` and ``column`` count from 1, and 0 means unknown."""

    path: str
    line: int
    column: int

    def __init__(self, problem: str, *, path: object, line: int = 0, column: int = 0) -> None:
        place = visible(str(path)) + (f", line {line}" if line else "") + (f", column {column}" if line and column else "")
        super().__init__(f"{place}: {problem}", path=str(path), line=line, column=column)


class FileAccessError(EquibelError, OSError):
    """The file at ``path`` cannot be read or written; the message begins with the path, with escapes if necessary."""

    path: str

    def __init__(self, message: str, *, path: str) -> None:
        shown = visible(path)
        super().__init__(message if shown == path else message.replace(path, shown), path=path)


class WorkspaceError(EquibelError):
    """The declarations of a workspace are invalid."""


class UnknownNameError(WorkspaceError, LookupError):
    """The ``name`` was not found in the workspace; ``known`` lists its names."""

    name: str
    known: list[str]


class CycleError(WorkspaceError):
    """The results in ``names`` depend on one another in a cycle."""

    names: list[str]


class NameTakenError(WorkspaceError):
    """The ``name`` already exists in the workspace."""

    name: str


class NameInUseError(WorkspaceError):
    """The ``results`` are derived from ``name``, so it cannot be deleted without them."""

    name: str
    results: list[str]


class VersionConflict(WorkspaceError):
    """The current version is ``actual``, not ``expected``, because someone else made a change; nothing was changed.

    ``name`` is the name of the graph or result, or ``None`` for the whole workspace.  A version is ``None`` when the name
    does not exist, or is expected not to exist.
    """

    name: str | None
    expected: int | None
    actual: int | None


class WorkspaceLocked(WorkspaceError):
    """Another process has the workspace file at ``path`` open: process ``pid`` of ``user`` on ``host``, ``since`` when.

    ``pid`` is 0 and the texts are empty if the other process has the lock but has not written this information yet.
    """

    path: str
    host: str
    pid: int
    user: str
    since: str


class EncodingError(EquibelError):
    """clingo reported an error in a program; ``messages`` are the messages of clingo, with file and line."""

    messages: list[str]


class EquibelWarning(UserWarning):
    """The input is valid, but probably a mistake."""


def warn(message: str, category: type[Warning] = EquibelWarning) -> None:
    """Issue a warning with the location of the caller outside this package."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "equibel":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def suggestion(name: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` with the most similar known name, or ``""``."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
