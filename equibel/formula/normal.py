"""Syntactic steps of simplification: negation normal form, unit propagation, independent parts; in linear time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from equibel.formula.build import FoldingBuilder, assign
from equibel.formula.postfix import AND, FALSE_KIND, IMPLIES, NOT, OR, TRUE_KIND
from equibel.formula.syntax import FALSE, TRUE, Formula, conjunction, disjunction, operands

_DUAL = {AND: OR, OR: AND, TRUE_KIND: FALSE_KIND, FALSE_KIND: TRUE_KIND}


def negation_normal(formula: Formula, spend: Callable[[int], None]) -> Formula:
    """The formula with negations only before atoms, ``=`` and ``^``, and without ``->`` and constants.

    ``spend`` is called with the number of steps.

    >>> from equibel.formula import parse
    >>> str(negation_normal(parse("~(p & (q -> r))"), spend=lambda steps: None))
    '~p | (q & ~r)'
    """
    # In reverse order, each connective is before its operands, and determines which of them are negated.
    code = formula.code
    negated = [False] * len(code)
    signs = [False]
    for position in range(len(code) - 1, -1, -1):
        token = code[position]
        sign = negated[position] = signs.pop()
        spend(1)
        if isinstance(token, str):
            continue
        match token.kind:
            case "and" | "or":
                signs += [sign] * token.arity
            case "not":
                signs.append(not sign)
            case "implies":
                signs += (not sign, sign)
            case _:
                signs += [False] * token.arity
    builder = FoldingBuilder()
    for token, sign in zip(code, negated, strict=True):
        spend(1)
        if isinstance(token, str):
            builder.atom(token)
        elif token.kind == NOT:
            continue
        else:
            kind = OR if token.kind == IMPLIES else token.kind
            if kind in _DUAL:
                builder.apply(_DUAL[kind] if sign else kind, token.arity)
                continue
            builder.apply(kind, token.arity)
        if sign:
            builder.apply(NOT, 1)
    return builder.formula()


def as_literal(formula: Formula) -> tuple[str, bool] | None:
    """The atom and the truth value of a literal; None for other formulas."""
    code = formula.code
    name = code[0]
    if not isinstance(name, str) or len(code) > 2:
        return None
    return name, len(code) == 1


def independent_parts(formula: Formula, spend: Callable[[int], None]) -> list[Formula]:
    """Parts without common atoms whose conjunction (for a disjunction: whose disjunction) is equivalent to the formula.

    For a conjunction, literals come first.  Their values are propagated to the other conjuncts (unit propagation), which
    follow in groups.  If the propagation finds a contradiction, the only part is ``False``.  A disjunction is handled in
    the same way, with negated values.  ``spend`` is called with the number of steps.
    """
    kind = formula.kind
    join, absorbing, neutral = (conjunction, FALSE, TRUE) if kind == AND else (disjunction, TRUE, FALSE)
    values: dict[str, bool] = {}
    literals: list[Formula] = []
    waiting: dict[int, Formula] = {}  # the parts without atoms of known value, by number
    users: dict[str, list[int]] = {}
    agenda = deque(enumerate(dict.fromkeys(operands(formula))))
    total = len(agenda)
    while agenda:
        number, part = agenda.popleft()
        spend(2 + len(part) // 4)
        if not values.keys().isdisjoint(part.atoms()):
            part = assign(part, values)
        known = as_literal(part)
        if known is not None:
            name, value = known
            literals.append(part)
            values[name] = value == (kind == AND)  # in a disjunction, the other parts matter when this one is false
            agenda.extend((user, waiting.pop(user)) for user in users.pop(name, ()) if user in waiting)
        elif part == absorbing:
            return [absorbing]
        elif part.kind == kind:
            below = operands(part)
            agenda.extend(enumerate(below, total))
            total += len(below)
        elif part != neutral:
            waiting[number] = part
            for name in part.atoms():
                users.setdefault(name, []).append(number)
    return literals + [join(waiting[i] for i in group) for group in _connected(waiting, users, spend)]


def _connected(
    parts: Mapping[int, Formula], users: Mapping[str, list[int]], spend: Callable[[int], None]
) -> Iterator[list[int]]:
    """The numbers of the parts, grouped by shared atoms."""
    left = dict.fromkeys(sorted(parts))
    seen: set[str] = set()
    while left:
        group = [left.popitem()[0]]
        for number in group:  # the list grows during the loop
            spend(1 + len(parts[number]) // 4)
            for name in parts[number].atoms() - seen:
                seen.add(name)
                for other in users[name]:
                    if other in left:
                        del left[other]
                        group.append(other)
        yield sorted(group)
