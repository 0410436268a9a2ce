"""Binary decision diagrams (BDDs): a canonical form of propositional functions, with bounded work.

A diagram tests atoms in a fixed order and shares equal parts.  So two functions are equal exactly when they are the same
integer: `FALSE` is 0, `TRUE` is 1, and ``f ^ 1`` is the negation of ``f`` (complement edges).  A function is a greater
integer than the functions of which it is built.  So a loop over the integers in ascending order visits a diagram bottom-up,
without recursion, for any number of atoms.

Diagrams can become exponentially large.  So each diagram has a `StepBudget`, and raises `OverBudget` when it is used up.

Reference: Brace, Rudell and Bryant, *Efficient implementation of a BDD package* (DAC 1990).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from equibel.formula.budget import OverBudget, StepBudget
from equibel.formula.postfix import TRUE_KIND
from equibel.formula.syntax import Formula, truth_columns

FALSE, TRUE = 0, 1
_INTERVAL = 500  # steps that are reported to the budget together
_SHIFT = 32  # two functions packed in one integer are a cheaper dictionary key than a tuple


class Bdd:
    """Functions of the atoms ``order``, tested in that order.

    The lists ``level``, ``low`` and ``high`` are indexed by function.  ``level`` is the position of the first atom tested
    (``len(order)`` for constants); ``low`` and ``high`` are the functions that remain when this atom is false or true.

    >>> bdd = Bdd(["p", "q"])
    >>> p, q = bdd.var("p"), bdd.var("q")
    >>> bdd.disjoin(p, q) == bdd.negate(bdd.conjoin(bdd.negate(p), bdd.negate(q)))
    True
    """

    def __init__(self, order: Sequence[str], budget: StepBudget | None = None) -> None:
        self.order = list(order)
        self.budget = budget or StepBudget()
        self.level = [len(self.order)] * 2
        self.low = [FALSE, TRUE]
        self.high = [FALSE, TRUE]
        self._position = {name: i for i, name in enumerate(self.order)}
        self._unique: list[dict[int, int]] = [{} for _ in self.order]
        self._conjunctions: dict[int, int] = {}
        self._countdown = _INTERVAL

    # -- building

    def var(self, name: str) -> int:
        """The function that is true when the atom ``name`` is true."""
        return self.node(self._position[name], FALSE, TRUE)

    def node(self, level: int, low: int, high: int) -> int:
        """The function that is ``low`` when atom number ``level`` is false, and ``high`` when it is true."""
        if low == high:
            return low
        sign = low & 1  # of f and ~f, the function that is false under the all-false assignment is stored
        unique = self._unique[level]
        key = (low ^ sign) << _SHIFT | (high ^ sign)
        found = unique.get(key)
        if found is None:
            found = len(self.level)
            if found > 2 * self.budget.max_nodes:
                raise OverBudget
            unique[key] = found
            self.level += (level, level)
            self.low += (low ^ sign, low ^ sign ^ 1)
            self.high += (high ^ sign, high ^ sign ^ 1)
        return found ^ sign

    def cube(self, values: Mapping[str, bool]) -> int:
        """The function that is true when the atoms have these values."""
        result = TRUE
        for level, value in sorted(((self._position[name], value) for name, value in values.items()), reverse=True):
            result = self.node(level, FALSE, result) if value else self.node(level, result, FALSE)
        return result

    def spend(self, steps: int) -> None:
        """Count steps; they are reported to the budget in larger numbers."""
        self._countdown -= steps
        if self._countdown < 0:
            self.budget.spend(_INTERVAL - self._countdown)
            self._countdown = _INTERVAL

    def negate(self, f: int) -> int:
        """``~f``."""
        return f ^ 1

    def conjoin(self, f: int, g: int) -> int:
        """``f & g``.  Time and size are at most the product of the sizes."""
        if f > g:
            f, g = g, f
        if f <= TRUE:
            return g if f else FALSE
        level, low, high, results = self.level, self.low, self.high, self._conjunctions
        found = results.get(f << _SHIFT | g)
        if found is not None:
            return found
        # Pairs of functions to conjoin; or a key and ~level: then the last two results are joined by a node for that atom.
        todo = [f, g]
        done: list[int] = []
        while todo:
            g = todo.pop()
            f = todo.pop()
            if g < 0:
                then = done.pop()
                results[f] = done[-1] = self.node(~g, done[-1], then)
                continue
            if f > g:
                f, g = g, f
            if f <= TRUE or f == g:
                done.append(g if f else FALSE)
                continue
            if f ^ g == 1:
                done.append(FALSE)
                continue
            key = f << _SHIFT | g
            result = results.get(key)
            if result is not None:
                done.append(result)
                continue
            i, j = level[f], level[g]
            if i < j:
                todo += (key, ~i, high[f], g, low[f], g)
            elif i > j:
                todo += (key, ~j, f, high[g], f, low[g])
            else:
                todo += (key, ~i, high[f], high[g], low[f], low[g])
            self._countdown -= 1
            if self._countdown < 0:
                self.spend(0)
        return done[0]

    def disjoin(self, f: int, g: int) -> int:
        """``f | g``."""
        return self.conjoin(f ^ 1, g ^ 1) ^ 1

    def xor(self, f: int, g: int) -> int:
        """``f ^ g``."""
        return self.disjoin(self.conjoin(f, g ^ 1), self.conjoin(f ^ 1, g))

    def ite(self, f: int, g: int, h: int) -> int:
        """``(f & g) | (~f & h)``."""
        return self.disjoin(self.conjoin(f, g), self.conjoin(f ^ 1, h))

    def conjoin_all(self, functions: Iterable[int]) -> int:
        """The conjunction of all functions."""
        # Deepest first: then each step changes only the top of the previous result.
        result = TRUE
        for f in sorted(functions, key=self.level.__getitem__, reverse=True):
            result = self.conjoin(result, f)
        return result

    def disjoin_all(self, functions: Iterable[int]) -> int:
        """The disjunction of all functions."""
        return self.conjoin_all(f ^ 1 for f in functions) ^ 1

    def from_formula(self, formula: Formula) -> int:
        """The function of a formula; all its atoms must be in the order."""
        stack: list[int] = []
        for token in formula.code:
            if isinstance(token, str):
                stack.append(self.var(token))
                continue
            kind, arity = token
            values = stack[len(stack) - arity :]
            del stack[len(stack) - arity :]
            self.spend(1 + arity)
            match kind:
                case "not":
                    stack.append(values[0] ^ 1)
                case "and":
                    stack.append(self.conjoin_all(values))
                case "or":
                    stack.append(self.disjoin_all(values))
                case "implies":
                    stack.append(self.disjoin(values[0] ^ 1, values[1]))
                case "iff":
                    stack.append(self.xor(values[0], values[1]) ^ 1)
                case "xor":
                    result = FALSE
                    for f in values:
                        result = self.xor(result, f)
                    stack.append(result)
                case _:
                    stack.append(TRUE if kind == TRUE_KIND else FALSE)
        return stack[0]

    def from_table(self, table: int) -> int:
        """The function of a truth table, in ``2**len(order)`` steps.

        Its value in row ``r`` is bit ``r`` of ``table``; atom i of the order is true in row r when bit i of r is 1.
        """
        functions = [table >> row & 1 for row in range(1 << len(self.order))]
        for level in reversed(range(len(self.order))):
            half = len(functions) // 2
            self.spend(half)
            functions = list(map(self.node, [level] * half, functions[:half], functions[half:]))
        return functions[0]

    # -- transforming

    def rebuild(self, f: int, step: Callable[[int, int, int], int]) -> int:
        """Replace, bottom-up, every node of ``f`` by ``step(level, low, high)`` of its replaced successors."""
        image = {FALSE: FALSE, TRUE: TRUE}
        for g in self.below(f):
            image[g] = step(self.level[g], image[self.low[g]], image[self.high[g]])
        return image[f]

    def restrict(self, f: int, values: Mapping[str, bool]) -> int:
        """``f`` with fixed values for some atoms."""
        fixed = {self._position[name]: value for name, value in values.items()}

        def step(level: int, low: int, high: int) -> int:
            value = fixed.get(level)
            if value is None:
                return self.node(level, low, high)
            return high if value else low

        return self.rebuild(f, step)

    def exists(self, f: int, names: Iterable[str]) -> int:
        """``f`` with the atoms ``names`` forgotten: true when some values of these atoms make ``f`` true."""
        forgotten = {self._position[name] for name in names}

        def step(level: int, low: int, high: int) -> int:
            return self.disjoin(low, high) if level in forgotten else self.node(level, low, high)

        return self.rebuild(f, step)

    def flip(self, f: int, names: Iterable[str]) -> int:
        """``f`` with each of the atoms ``names`` replaced by its negation."""
        flipped = {self._position[name] for name in names}

        def step(level: int, low: int, high: int) -> int:
            return self.node(level, high, low) if level in flipped else self.node(level, low, high)

        return self.rebuild(f, step)

    # -- reading

    def below(self, f: int, known: Container[int] = ()) -> list[int]:
        """``f`` and the functions of which it is built, without constants, in bottom-up order.

        Functions in ``known``, and the functions below them, are left out.
        """
        low, high = self.low, self.high
        seen = {FALSE, TRUE}
        todo = [f]
        while todo:
            g = todo.pop()
            if g not in seen and g not in known:
                seen.add(g)
                todo += (low[g], high[g])
                self.spend(1)
        return sorted(seen)[2:]

    def size(self, f: int) -> int:
        """Number of nodes."""
        return len({g >> 1 for g in self.below(f)})

    def support(self, f: int) -> list[str]:
        """The atoms on which the value of ``f`` depends, in the order of the diagram."""
        return [self.order[level] for level in sorted({self.level[g] for g in self.below(f)})]

    def evaluate(self, f: int, assignment: Mapping[str, bool]) -> bool:
        """Truth value of ``f`` under an assignment of all its atoms."""
        while f > TRUE:
            f = self.high[f] if assignment[self.order[self.level[f]]] else self.low[f]
        return f == TRUE

    def count(self, f: int) -> int:
        """Number of assignments of the atoms of the order that make ``f`` true."""
        # models[g] counts assignments to the atoms from level[g] on; atoms between g and a successor can have both values.
        models = {FALSE: 0, TRUE: 1}
        level = self.level
        for g in self.below(f):
            models[g] = sum(models[h] << (level[h] - level[g] - 1) for h in (self.low[g], self.high[g]))
        return models[f] << level[f]

    def to_table(self, f: int, atoms: Sequence[str]) -> int:
        """The truth table of ``f`` over ``atoms``, which must include its support; the inverse of `from_table`."""
        columns, full = truth_columns(atoms)
        table = {FALSE: 0, TRUE: full}
        for g in self.below(f):
            column = columns[self.order[self.level[g]]]
            table[g] = (table[self.low[g]] & ~column) | (table[self.high[g]] & column)
        return table[f]
