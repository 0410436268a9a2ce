"""Formulas: reading, writing, simplifying.

Connectives by precedence, the tightest first: ``~`` not, ``&`` and, ``|`` or, ``^`` exclusive or, ``->`` implies,
``=`` if and only if.  Functions of `equibel` return formulas as sympy objects.  Internally, and for large formulas, use
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

f = fm.parse("p & !q => r")  # other notations are accepted
print(fm.to_text(f))  # the text that `parse` reads
print(fm.to_unicode(f))
print(fm.to_latex(f))

print(fm.simplify(fm.parse("(p & q) | (p & ~q) | (~p & q)")))

try:
    fm.parse("p -> (")
except eb.FormulaSyntaxError as error:
    print(error)
