"""Atoms that are called as constants are elsewhere: ``true``, ``F``, ``1``."""

from __future__ import annotations

import re
from collections.abc import Collection

from equibel.formula.syntax import sorted_atoms

_TRUTH_VALUES = re.compile(r"(?i:true|false)|[TF01]")
_SUSPECT = re.compile(rf"(?<![A-Za-z0-9_])(?:{_TRUTH_VALUES.pattern})(?![A-Za-z0-9_])")


def constants_note(atoms: Collection[str]) -> str:
    """What to say when atoms are called as constants are elsewhere; otherwise ``""``.

    Among names that are numbers, 0 and 1 are nothing special.

    >>> constants_note({"p", "false"})
    "'false' is read as an atom; the constants are True and False"
    >>> constants_note({"p", "1", "T"})
    "'1' and 'T' are read as atoms; the constants are True and False"
    >>> constants_note({"p", "1", "2"}), constants_note({"0"})
    ('', '')
    """
    numbers = {name for name in atoms if name.isdigit()}
    ordinary = numbers if numbers - {"0", "1"} or len(numbers) == len(atoms) else ()
    found = [name for name in atoms if _TRUTH_VALUES.fullmatch(name) and name not in ordinary]
    if not found:
        return ""
    *first, last = [f"'{name}'" for name in sorted_atoms(found)]
    words = f"{', '.join(first)} and {last} are read as atoms" if first else f"{last} is read as an atom"
    return f"{words}; the constants are True and False"


def may_have_constants(text: str) -> bool:
    """Whether `constants_note` may have something to say about the atoms of a formula; quick, for long texts."""
    return any(found.group() not in ("True", "False") for found in _SUSPECT.finditer(text))
