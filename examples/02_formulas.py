"""Formulas: reading, writing, simplifying.

Connectives from the tightest to the loosest: ``~`` not, ``&`` and, ``|`` or, ``^`` exclusive or, ``->`` implies,
``=`` if and only if.  Formulas are sympy objects for you; inside, and for large ones, they are values of
`equibel.formula.Formula`.

Prints::

    Implies(p & ~q, r)
    (p & ~q) -> r
    (p ∧ ¬q) → r
    (p \\wedge \\neg q) \\rightarrow r
    p | q
    line 1, column 7: the formula ends too early; expected an atom, a negation or an opening parenthesis
      p -> (
            ^
"""

import equibel as eb
from equibel import formula as fm

print(eb.parse_formula("p & ~q -> r"))  # a sympy object

f = fm.parse("p & !q => r")  # other spellings are understood
print(fm.to_text(f))  # what `parse` reads back
print(fm.to_unicode(f))
print(fm.to_latex(f))

print(fm.simplify(fm.parse("(p & q) | (p & ~q) | (~p & q)")))

try:
    fm.parse("p -> (")
except eb.FormulaSyntaxError as error:
    print(error)
