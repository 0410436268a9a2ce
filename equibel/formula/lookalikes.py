"""Notes about atoms with the name of a constant of other notations: ``true``, ``F``, ``1``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from equibel.formula.syntax import Formula, sorted_atoms

_TRUTH_VALUES = re.compile(r"(?i:true|false)|[TF]")
_SUSPECT = re.compile(rf"(?<![A-Za-z0-9_])(?:{_TRUTH_VALUES.pattern})(?![A-Za-z0-9_])")


def constants_note(atoms: Iterable[str]) -> str:
    """The note about atoms that are truth values in other notations; ``""`` when there are none.

    >>> constants_note({"p", "false"})
    "'false' is read as an atom; the constants are True and False"
    >>> constants_note({"p", "true", "T"})
    "'T' and 'true' are read as atoms; the constants are True and False"
    """
    return _read_as_atoms(name for name in atoms if _TRUTH_VALUES.fullmatch(name))


def numbers_note(atoms: Collection[str], others: Iterable[str] = ()) -> str:
    """The note about the atoms 0 and 1, if the other atoms are not numbers; ``""`` when there are none.

    Numbers are valid atoms, so only front ends give this note.  When all atoms are numbers, or there are numbers other than
    0 and 1, these are not truth values.  The ``others`` are further known atoms; there is no note about them.

    >>> numbers_note({"p", "0"})
    "'0' is read as an atom; the constants are True and False"
    >>> numbers_note({"p", "1", "2"}), numbers_note({"0"}), numbers_note({"p"})
    ('', '', '')
    """
    known = {*atoms, *others}
    numbers = {name for name in known if name.isdigit()}
    return _read_as_atoms(numbers.intersection(atoms) if numbers <= {"0", "1"} and len(numbers) < len(known) else ())


def atom_notes(formulas: Iterable[Formula], others: Callable[[], Iterable[str]] = tuple) -> list[str]:
    r"""The notes about atoms of formulas with the name of a constant; ``others`` returns further known atoms.

    >>> from equibel.formula.parsing import parse
    >>> print(*atom_notes([parse("q -> false"), parse("1")]), sep="\n")
    'false' is read as an atom; the constants are True and False
    '1' is read as an atom; the constants are True and False
    """
    atoms = {name for formula in formulas for name in formula.atoms()}
    known = others() if {"0", "1"} & atoms else ()
    return [sentence for sentence in (constants_note(atoms), numbers_note(atoms, known)) if sentence]


def may_have_constants(text: str) -> bool:
    """Whether `constants_note` can have a note about the atoms of a formula; a quick check for long texts."""
    return any(found.group() not in ("True", "False") for found in _SUSPECT.finditer(text))


def _read_as_atoms(names: Iterable[str]) -> str:
    found = [f"'{name}'" for name in sorted_atoms(set(names))]
    if not found:
        return ""
    *first, last = found
    words = f"{', '.join(first)} and {last} are read as atoms" if first else f"{last} is read as an atom"
    return f"{words}; the constants are True and False"
