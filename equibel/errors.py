"""The errors Equibel raises.  Nothing foreign escapes: every other library's error is turned into one of these.

::

    EquibelError
    ├── FormulaSyntaxError (ValueError)      the text is not a formula: .text .line .column .expected
    ├── FormulaTooLargeError (ValueError)    a formula exceeds a size or depth bound: .bound .value
    ├── NotAFormulaError (TypeError)         an object that is neither text nor a propositional formula: .value
    ├── EquibelGraphException                a question about something the graph does not have
    │   ├── UnknownNodeError (LookupError)   .node
    │   └── UnknownFormulaError (LookupError)  .node .formula
    ├── InconsistentFormulaError             a node believes a contradiction: .node .formula .formulas
    │   └── ConstraintClashError             integrity constraints cannot be satisfied: .node .formulas .constraints
    ├── OptionError (ValueError)             an option has no such value: .option .value .expected
    ├── TimeLimitExceeded (TimeoutError)     .seconds .completed .rounds
    ├── Cancelled                            the computation was stopped on request
    ├── ExecutorError                        the executor that was to do the work failed
    ├── FileFormatError (ValueError)         a file's text is not of its format: .path .line .column
    ├── FileAccessError (OSError)            a file cannot be read or written: .path
    ├── WorkspaceError                       a workspace's declarations do not fit together
    │   ├── UnknownNameError (LookupError)   .name .known
    │   ├── NameTakenError                   .name
    │   ├── NameInUseError                   results are derived from it: .name .results
    │   ├── CycleError                       .names
    │   ├── VersionConflict                  it was changed in the meantime: .name .expected .actual
    │   └── WorkspaceLocked                  another process has the file open: .path .host .pid .user .since
    └── EncodingError                        clingo refused a program: .messages

*No answer exists* (``InconsistentFormulaError``) is kept apart from *you asked wrongly* (the rest), and from *there was
not enough time* (``TimeLimitExceeded``, ``Cancelled``).
"""

from __future__ import annotations

import difflib
import sys
import warnings
from collections.abc import Hashable, Iterable
from typing import Any

from equibel.visible import is_visible, visible


class EquibelError(Exception):
    """Root of all errors of this package; ``str(error)`` is a complete sentence for the user."""

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

    ``line`` and ``column`` count from 1 and point at the first character that does not fit; ``text`` is the whole text
    that was read and ``expected`` lists, in words, what could stand there.
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
    """A formula exceeds a size or depth bound; ``bound`` is the limit and ``value`` what was met."""

    bound: int
    value: int


class NotAFormulaError(EquibelError, TypeError):
    """An object that is neither the text of a formula nor a propositional sympy object; see ``value``."""

    value: object


class EquibelGraphException(EquibelError):
    """A question about something the graph does not have (the 2016 package's name)."""


class UnknownNodeError(EquibelGraphException, LookupError):
    """The graph has no such ``node``."""

    node: Hashable


class UnknownFormulaError(EquibelGraphException, LookupError):
    """The ``node`` has no such ``formula``."""

    node: Hashable
    formula: str


class InconsistentFormulaError(EquibelError):
    """The ``node`` believes a contradiction, its ``formula``, so the scenario has no model and no operator applies.

    Where operators raise it, ``formulas`` lists those of its formulas that contradict one another, none too many.
    """

    node: Hashable
    formula: str
    formulas: list[str]


class ConstraintClashError(InconsistentFormulaError):
    """Integrity constraints contradict one another, or what a node believes, so no result can satisfy them.

    ``formulas`` of the ``node`` and ``constraints`` together are contradictory, and without any one of them no longer.
    ``node`` is ``None`` when the constraints clash by themselves; then there are no ``formulas``.
    """

    constraints: list[str]


class OptionError(EquibelError, ValueError):
    """The ``option`` has no such ``value``; ``expected`` says which it has."""

    option: str
    value: object
    expected: str


class TimeLimitExceeded(EquibelError, TimeoutError):
    """The time limit of ``seconds`` was reached; ``completed`` lists the nodes whose answers were complete by then.

    Of an iteration, ``rounds`` steps were complete, and ``completed`` lists nodes of the one after them.
    """

    seconds: float
    completed: list[Hashable]
    rounds: int = 0


class Cancelled(EquibelError):
    """The computation was stopped on request."""


class ExecutorError(EquibelError):
    """The executor that was to do the work failed, for instance because a worker process was killed."""


class FileFormatError(EquibelError, ValueError):
    """The text of the file at ``path`` is not of its format; ``line`` and ``column`` count from 1, 0 when unknown."""

    path: str
    line: int
    column: int

    def __init__(self, problem: str, *, path: object, line: int = 0, column: int = 0) -> None:
        place = visible(str(path)) + (f", line {line}" if line else "") + (f", column {column}" if line and column else "")
        super().__init__(f"{place}: {problem}", path=str(path), line=line, column=column)


class FileAccessError(EquibelError, OSError):
    """The file at ``path`` cannot be read or written; the message begins with the path, as it is shown."""

    path: str

    def __init__(self, message: str, *, path: str) -> None:
        shown = visible(path)
        super().__init__(message if shown == path else message.replace(path, shown), path=path)


class WorkspaceError(EquibelError):
    """The declarations of a workspace do not fit together."""


class UnknownNameError(WorkspaceError, LookupError):
    """A workspace has nothing of that ``name``; ``known`` lists what it has."""

    name: str
    known: list[str]


class CycleError(WorkspaceError):
    """The results in ``names`` are derived from one another in a circle."""

    names: list[str]


class NameTakenError(WorkspaceError):
    """The workspace has something of that ``name`` already."""

    name: str


class NameInUseError(WorkspaceError):
    """The ``results`` are derived from what has this ``name``, so it cannot be deleted alone."""

    name: str
    results: list[str]


class VersionConflict(WorkspaceError):
    """Not the ``expected`` version but the ``actual`` one is there, because somebody changed it; nothing was done.

    ``name`` is that of the graph or result, and ``None`` for the workspace as a whole; a version is ``None`` where
    there is, or should be, nothing of that name.
    """

    name: str | None
    expected: int | None
    actual: int | None


class WorkspaceLocked(WorkspaceError):
    """Another process has the workspace file at ``path`` open: process ``pid`` of ``user`` on ``host``, ``since`` when.

    ``pid`` is 0 and the texts are empty in the moment in which it takes the file, before it has said who it is.
    """

    path: str
    host: str
    pid: int
    user: str
    since: str


class EncodingError(EquibelError):
    """clingo refused a program; ``messages`` holds what it said, with file and line."""

    messages: list[str]


class EquibelWarning(UserWarning):
    """What was asked for was done, but may not be what was meant."""


def warn(message: str, category: type[Warning] = EquibelWarning) -> None:
    """Issue a warning that points at the line outside this package from which it was called."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "equibel":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def suggestion(name: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` for the nearest known name, or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
