"""Formulas and atoms as text in attributes of nodes and graphs, with a cache.

The formulas of a node are stored as one plain text, ``p & q; ~r``, which every reader, writer and algorithm of networkx can
handle.  The declared atoms are one text, too: ``p q r``.  The formulas of a text are cached, so that it is parsed once.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Symbol

from equibel.errors import FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
from equibel.formula import Formula, as_formula, atom, conjunction, parse, to_sympy, to_text
from equibel.plain import as_text

FORMULAS = "formulas"  # of a node
ATOMS = "atoms"  # of the graph
SEPARATOR = ";"
#: The errors of a value that is not a formula.
FORMULA_ERRORS = (FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError)
MEMO_SIZE = 16_000_000  # characters, of each of the two generations
_ENTRY = 100  # characters that are added to the length of the text for each entry


@dataclass(frozen=True, eq=False)
class Beliefs:
    """The formulas of one node, in the order of insertion, without duplicates."""

    formulas: tuple[Formula, ...] = ()

    @functools.cached_property
    def conjunction(self) -> Formula:
        """Their conjunction; ``True`` when there are none."""
        return conjunction(self.formulas)

    @functools.cached_property
    def text(self) -> str:
        """The text to store for them; empty when there are none."""
        return f"{SEPARATOR} ".join(map(to_text, self.formulas))


class _Memo:
    """A cache of the beliefs of the texts, or of the formulas, that were used most recently.

    It has two generations.  When the young one is full, it becomes the old one, and the old one is dropped.  A text that is
    found in the old one becomes young again.  Races between threads do no harm: at worst, a text is parsed twice.
    """

    def __init__(self) -> None:
        self._young: dict[Hashable, tuple[Beliefs, int]] = {}
        self._old: dict[Hashable, tuple[Beliefs, int]] = {}
        self._room = MEMO_SIZE

    def get(self, key: Hashable) -> Beliefs | None:
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is None:
                return None
            self.put(key, *found)
        return found[0]

    def put(self, key: Hashable, beliefs: Beliefs, size: int) -> None:
        """Remember the beliefs; ``size`` is the length of their text."""
        if key in self._young:
            return
        self._room -= size + _ENTRY
        if self._room < 0:
            self._old, self._young = self._young, {}
            self._room = MEMO_SIZE
        self._young[key] = beliefs, size


_memo = _Memo()
_written = _Memo()
_NONE = Beliefs()


def read_beliefs(stored: object) -> Beliefs:
    """The formulas of a node attribute.

    Parameters
    ----------
    stored : object
        A text of formulas separated by ``;``, a collection of texts or sympy objects, or one such object; ``None`` means
        no formulas.

    Raises
    ------
    FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
        When a part is not a formula.

    Examples
    --------
    >>> [str(f) for f in read_beliefs("p&q; ~r").formulas]
    ['p & q', '~r']
    """
    if isinstance(stored, str):
        stored = as_text(stored)
        beliefs = _memo.get(stored)
        if beliefs is None:
            beliefs = _collected(parse(part) for part in stored.split(SEPARATOR) if part.strip())
            _memo.put(stored, beliefs, len(stored))
        return beliefs
    return _NONE if stored is None else _collected(as_formulas(stored))


def write_beliefs(formulas: Iterable[Formula]) -> str:
    """The text to store for some formulas; empty when there are none."""
    unique = tuple(dict.fromkeys(formulas))
    beliefs = _written.get(unique)
    if beliefs is None:
        beliefs = _collected(unique)
        _written.put(unique, beliefs, len(beliefs.text))
    _memo.put(beliefs.text, beliefs, len(beliefs.text))
    return beliefs.text


def texts_of(values: Iterable[Any]) -> list[str]:
    """The texts to store for some values, each one or several formulas.

    Many nodes can have the same text or the same object, which is looked at once.

    >>> texts_of(["p&q", "~r"])
    ['p & q', '~r']
    """
    known: dict[object, str] = {}
    texts = []
    for value in values:
        key = value if value.__class__ is str else id(value)
        text = known.get(key)
        if text is None:
            text = known[key] = write_beliefs(as_formulas(value))
        texts.append(text)
    return texts


def extend_beliefs(stored: object, formula: Formula) -> str:
    """The text to store when ``formula`` is added to a stored attribute; the existing text is kept."""
    before = read_beliefs(stored)
    if not before.formulas or not isinstance(stored, str):
        return write_beliefs((*before.formulas, formula))
    if formula in before.formulas:
        return as_text(stored)
    text = f"{as_text(stored)}{SEPARATOR} {to_text(formula)}"
    _memo.put(text, Beliefs((*before.formulas, formula)), len(text))
    return text


def as_formulas(value: object) -> list[Formula]:
    """Convert one formula, or a collection of formulas, to a list; a set is sorted alphabetically."""
    if isinstance(value, set | frozenset):
        return sorted(map(as_formula, value), key=to_text)
    if isinstance(value, str | Formula) or not isinstance(value, Iterable):
        return [as_formula(value)]
    return [as_formula(item) for item in value]


def read_atoms(names: Iterable[str | Symbol]) -> list[str]:
    """The names of the atoms in a collection of names and symbols, or in a text separated by spaces.

    Raises `NotAFormulaError` when one of them is not an atom.
    """
    if isinstance(names, str):
        names = as_text(names).split()
    elif not isinstance(names, Iterable):
        raise NotAFormulaError(f"expected a collection of atoms, not a value of type {type(names).__name__}", value=names)
    found: list[str] = []
    for name in names:
        formula = atom(name) if isinstance(name, str) else as_formula(name)
        if formula.kind != "atom":
            raise NotAFormulaError(f"{str(formula)!r} is not an atom; expected a single name", value=name)
        found.extend(formula.atoms())
    return found


def _collected(formulas: Iterable[Formula]) -> Beliefs:
    unique = tuple(dict.fromkeys(formulas))
    return Beliefs(unique) if unique else _NONE


def same_formula(held: Formula, unwanted: Formula) -> bool:
    """Whether two formulas give the same sympy object; this decides which formula is removed."""
    if held == unwanted:
        return True
    try:
        return bool(to_sympy(held) == to_sympy(unwanted))
    except FormulaTooLargeError:  # there is no sympy object, so the syntax decides
        return False
