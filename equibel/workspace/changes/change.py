"""Changes as values that can be carried out, described and stored: their base class, and how their fields are read."""

from __future__ import annotations

import functools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from fractions import Fraction
from typing import Annotated, Any, ClassVar, get_type_hints

from equibel.equibel_graph import EquibelGraph
from equibel.errors import suggestion
from equibel.files.attributes import weight_data
from equibel.formula import Formula, to_text
from equibel.operators import Operation
from equibel.options import wrong_option
from equibel.plain import as_text
from equibel.workspace.state.content import encode
from equibel.workspace.state.draft import Draft

_WIDTH = 60  # characters of a line that a list may fill
_kinds: dict[str, type[Change]] = {}


@dataclass(frozen=True)
class Change(ABC):
    """A change of a workspace, as a value; `Workspace.apply` carries it out.

    The annotation of a field names, besides its type, a function that returns the value to keep, or raises `OptionError`
    for one that cannot be.  So a change checks its fields when it is made; formulas raise `FormulaSyntaxError`,
    `FormulaTooLargeError` or `NotAFormulaError`.  Whether it fits the workspace shows when it is carried out.
    """

    #: What such changes are called in data.
    change: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.change = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()
        _kinds[cls.change] = cls

    def __post_init__(self) -> None:
        for field, read in _readers(self.change).items():
            object.__setattr__(self, field, read(field, getattr(self, field)))

    def apply(self, draft: Draft) -> None:
        """Carry out the change."""
        self._apply(draft)

    def line(self) -> str:
        """The change in words, on one line."""
        return " ".join(self._line().split())

    @abstractmethod
    def _apply(self, draft: Draft) -> None: ...

    @abstractmethod
    def _line(self) -> str: ...

    def data(self) -> dict[str, Any]:
        """The change as JSON data, which `read_change` reads."""
        return {"change": self.change} | {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


@functools.cache
def _readers(change: str) -> dict[str, Callable[[str, Any], Any]]:
    """For each field what checks it, as its annotation says."""
    hints = get_type_hints(_kinds[change], include_extras=True)
    return {each.name: hints[each.name].__metadata__[0] for each in fields(_kinds[change])}


def read_change(data: object) -> Change:
    """The change that JSON data describes, as `Change.data` writes it.

    Raises `OptionError` when the data is not that of a change, and what making the change raises.

    >>> from equibel.workspace import AddNodes
    >>> read_change({"change": "add_nodes", "graph": "g", "nodes": [1, 2]}) == AddNodes("g", [1, 2])
    True
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("change"), str):
        raise wrong_option("change", data, 'an object such as {"change": "add_nodes", "graph": "g", "nodes": [1]}')
    kind = _kinds.get(data["change"])
    if kind is None:
        raise wrong_option("change", data["change"], ", ".join(_kinds), suggestion(data["change"], _kinds))
    names = [each.name for each in fields(kind)]
    for name in data:
        if name not in ("change", *names):
            expected = ", ".join(names)
            raise wrong_option(f"a field of {kind.change}", name, expected, suggestion(str(name), names))
    for each in fields(kind):
        if each.name not in data and each.default is each.default_factory is MISSING:
            raise wrong_option(f"the field {each.name} of {kind.change}", None, "a value")
    return kind(**{name: data[name] for name in names if name in data})


def _plain(value: Any) -> Any:
    match value:
        case Formula():
            return to_text(value)
        case Fraction():
            return weight_data(value)
        case Operation():
            return operation_data(value)
        case EquibelGraph():
            return encode(value)
        case tuple():
            return [_plain(item) for item in value]
        case dict():
            return [[_plain(key), _plain(item)] for key, item in value.items()]
        case _:
            return value


def operation_data(operation: Operation) -> dict[str, Any]:
    """The operator, and the options that are not the default."""
    return {
        each.name: getattr(operation, each.name)
        for each in fields(operation)
        if getattr(operation, each.name) != each.default
    }


def read_operation(data: Any) -> Operation:
    """The operation of `operation_data`; `TypeError` or `OptionError` for other data."""
    return Operation(**data)


def as_name(option: str, value: object) -> str:
    """The value when it can be a name, which any text can; raises `OptionError` otherwise."""
    if isinstance(value, str):
        return as_text(value)
    raise wrong_option(option, value, "a text")


def _flag(option: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise wrong_option(option, value, "true or false")


def _operation(option: str, value: Any) -> Operation:
    if isinstance(value, Operation):
        return value
    try:
        return read_operation(value)
    except TypeError:
        raise wrong_option(option, value, 'an operation such as Operation("global")') from None


Name = Annotated[str, as_name]
Flag = Annotated[bool, _flag]
Operated = Annotated[Operation, _operation]


def listed(items: Iterable[object], what: str) -> str:
    """``node 1``, ``nodes 1, 2, 3``, or ``1000 nodes`` when they would fill too long a line."""
    words = [str(item) for item in items]
    text = ", ".join(words) if len(words) < _WIDTH else ""
    if len(words) == 1:
        return f"{what} {shorten(text)}"
    return f"{what}s {text}" if 0 < len(text) <= _WIDTH else f"{len(words)} {what}s"


def shorten(text: str) -> str:
    """The text, on one line and cut when it is long."""
    text = " ".join(text.split())
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def describe(operation: Operation, of: str) -> str:
    """An operation in words: ``simple of drones, optimum cardinality, fixpoint``."""
    parts = [f"{operation.operator} of {of}"]
    for option, value in operation_data(operation).items():
        if option != "operator":
            parts.append(option if value is True else f"{option} {value}")
    return ", ".join(parts)
