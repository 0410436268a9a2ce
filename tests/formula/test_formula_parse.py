"""Reading formulas: the grammar, its spellings, and what is said about text that does not fit."""

import re
import threading

import oracle
import pytest
import strategies
from formula_values import meaning, place_of_error
from hypothesis import given
from hypothesis import strategies as st

from equibel.errors import EquibelError, FormulaSyntaxError, FormulaTooLargeError, NotAFormulaError
from equibel.formula import Formula, parse
from equibel.formula.hints import ATOMS, DIMACS
from equibel.formula.parsing import MAX_TEXT
from equibel.formula.postfix import connective

NOT, AND, OR, XOR = (connective(*c) for c in [("not", 1), ("and", 2), ("or", 2), ("xor", 2)])
IMPLIES, IFF, TRUE, FALSE = (connective(*c) for c in [("implies", 2), ("iff", 2), ("true", 0), ("false", 0)])

BLANK = "this is the character {}; write a space, or nothing"

CODES = [
    ("p", ["p"]),
    ("  p\n", ["p"]),
    ("((p))", ["p"]),
    ("~p", ["p", NOT]),
    ("~~p", ["p", NOT, NOT]),
    ("p & q", ["p", "q", AND]),
    ("p & q & r", ["p", "q", "r", connective("and", 3)]),
    ("p & (q & r)", ["p", "q", "r", connective("and", 3)]),
    ("p | (q | r) | s", ["p", "q", "r", "s", connective("or", 4)]),
    ("(p|q | ~ r)&(~p)", ["p", "q", "r", NOT, connective("or", 3), "p", NOT, AND]),
    ("~( ~p& q\t)", ["p", NOT, "q", AND, NOT]),
    ("(p | True) & (Truer | 12)", ["p", TRUE, OR, "Truer", "12", OR, AND]),
    ("(p | q) | (r & s) | (p & q & r)", ["p", "q", "r", "s", AND, "p", "q", "r", connective("and", 3), connective("or", 4)]),
    ("(p ^ q) ^ r", ["p", "q", "r", connective("xor", 3)]),
    ("p -> q -> r", ["p", "q", "r", IMPLIES, IMPLIES]),
    ("(p -> q) -> r", ["p", "q", IMPLIES, "r", IMPLIES]),
    ("p = q = r", ["p", "q", "r", IFF, IFF]),
    ("(p = q) = r", ["p", "q", IFF, "r", IFF]),
    ("~p & q", ["p", NOT, "q", AND]),
    ("p & q | r", ["p", "q", AND, "r", OR]),
    ("p | q & r", ["p", "q", "r", AND, OR]),
    ("p ^ q | r", ["p", "q", "r", OR, XOR]),
    ("p -> q ^ r", ["p", "q", "r", XOR, IMPLIES]),
    ("p = q -> r", ["p", "q", "r", IMPLIES, IFF]),
    ("p -> q = r", ["p", "q", IMPLIES, "r", IFF]),
    ("~(p | q)", ["p", "q", OR, NOT]),
    ("p&!q=>r", ["p", "q", NOT, AND, "r", IMPLIES]),
    ("True & ~False", [TRUE, FALSE, NOT, AND]),
    ("⊤|⊥", [TRUE, FALSE, OR]),
    ("Truer -> False_ = true", ["Truer", "False_", IMPLIES, "true", IFF]),
    ("True1 & FalseFalse", ["True1", "FalseFalse", AND]),
    ("1 & 007", ["1", "007", AND]),
    ("_ | __a1", ["_", "__a1", OR]),
    ("S ^ I", ["S", "I", XOR]),
]

SPELLINGS = [
    ("~p", ["!p", "¬p", "¬ p", "~\tp"]),
    ("p & q", ["p∧q", "p\r\n&\r\nq"]),
    ("p | q", ["p∨q"]),
    ("p ^ q", ["p⊕q"]),
    ("p -> q", ["p=>q", "p→q"]),
    ("p = q", ["p<->q", "p<=>q", "p≡q", "p↔q"]),
]

OPERAND = ["an atom", "a negation", "an opening parenthesis"]
AT_END = ["a connective such as & or ->", "the end of the formula"]
INSIDE = ["a connective such as & or ->", "a closing parenthesis"]

ERRORS = [
    ("", 1, 1, "the text is empty", ["a formula"]),
    (" \n\t ", 1, 1, "the text is empty", ["a formula"]),
    ("p &", 1, 4, "the formula ends too early", OPERAND),
    ("p &\n\n", 1, 4, "the formula ends too early", OPERAND),
    ("~", 1, 2, "the formula ends too early", OPERAND),
    ("(", 1, 2, "the formula ends too early", OPERAND),
    ("(p", 1, 3, "the formula ends too early (the '(' at column 1 is not closed)", INSIDE),
    ("(p &\n (q | (r)", 2, 10, "the formula ends too early (the '(' at column 2 is not closed)", INSIDE),
    ("p & (q r", 1, 8, "unexpected 'r' (the '(' at column 5 is not closed)", INSIDE),
    ("(p | q r)", 1, 8, "unexpected 'r' (the '(' at column 1 is not closed)", INSIDE),
    ("p & (q | )", 1, 10, "unexpected ')'", OPERAND),
    ("p (q | r)", 1, 3, "unexpected '('", AT_END),
    ("p)", 1, 2, "unexpected ')' (there is no matching '(')", AT_END),
    (")", 1, 1, "unexpected ')' (there is no matching '(')", OPERAND),
    ("()", 1, 2, "unexpected ')'", OPERAND),
    ("(p & )", 1, 6, "unexpected ')'", OPERAND),
    ("p q", 1, 3, "unexpected 'q'", AT_END),
    ("p True", 1, 3, "unexpected 'True'", AT_END),
    ("p ~ q", 1, 3, "unexpected '~'", AT_END),
    ("p (q)", 1, 3, "unexpected '('", AT_END),
    ("& p", 1, 1, "unexpected '&'", OPERAND),
    ("(p &\n\n q r", 3, 4, "unexpected 'r' (the '(' at column 1, 2 lines above, is not closed)", INSIDE),
    ("p & & q", 1, 5, "unexpected '&'", OPERAND),
    ("p ->=> q", 1, 5, "unexpected '=>'", OPERAND),
    ("p - q", 1, 3, "unexpected '-'", AT_END),
    ("*(p q)", 1, 1, "unexpected '*'", OPERAND),
    ("p <- q", 1, 3, "unexpected character '<' (write q -> p for 'p <- q')", AT_END),
    ("p\r\n& & q", 2, 3, "unexpected '&'", OPERAND),
    ("p\n\t$ q", 2, 2, "unexpected character '$'", AT_END),
    ("p &\n\n  q r", 3, 5, "unexpected 'r'", AT_END),
    ("p, q", 1, 2, "unexpected character ','", AT_END),
    ("p & 'q'", 1, 5, 'unexpected character "\'"', OPERAND),
    ("p.", 1, 2, "unexpected character '.'", AT_END),
    ("p \x00", 1, 3, "unexpected character '\\x00'", AT_END),
    ("\ud800", 1, 1, "unexpected character '\\ud800'", OPERAND),
    ("p\u2028q", 1, 2, f"unexpected character '\\u2028' ({BLANK.format('line separator')})", AT_END),
    ("p & \xa0q", 1, 5, f"unexpected character '\\xa0' ({BLANK.format('no-break space')})", OPERAND),
    ("p & ٣", 1, 5, "unexpected character '٣'", OPERAND),
    ("1a", 1, 2, "'1a' is not an atom: an atom that begins with a digit has only digits", AT_END),
    ("p & 12_b", 1, 7, "'12_b' is not an atom: an atom that begins with a digit has only digits", AT_END),
    ("1True", 1, 2, "'1True' is not an atom: an atom that begins with a digit has only digits", AT_END),
]

HINTS = [
    ("p || q", 4, "write | for '||'"),
    ("p && q", 4, "write & for '&&'"),
    ("p == q", 4, "write = for '=='"),
    ("p ==> q", 4, "write -> for '==>'"),
    ("p --> q", 3, "write -> for '-->'"),
    ("p != q", 3, "write ^ for '!='"),
    ("p /\\ q", 3, "write & for '/\\'"),
    ("p \\/ q", 3, "write | for '\\/'"),
    ("p * q", 3, "write & for '*'"),
    ("p + q", 3, "write | for '+'"),
    ("-p", 1, "write ~ for '-'"),
    ("p & -q", 5, "write ~ for '-'"),
    ("p and q", 3, "write & for 'and'"),
    ("(p OR q)", 4, "write | for 'OR'"),
    ("p implies q", 3, "write -> for 'implies'"),
    ("not p", 5, "write ~ for 'not'"),
    ("p & not  (q | r)", 10, "write ~ for 'not'"),
    ("é", 1, ATOMS),
    ("pé", 2, ATOMS),
    ("p & front-door", 10, ATOMS),
    ("“p” & q", 1, ATOMS),
    ("p’ & q", 2, ATOMS),
    ("ｐ & q", 1, ATOMS),
    ("p >> q", 3, "write -> for '>>'"),
    ("p ===> q", 4, "write -> for '===>'"),
    ("p ~> q", 3, "write -> for '~>'"),
    ("p ⟹ q", 3, "write -> for '⟹'"),
    ("p <==> q", 3, "write = for '<==>'"),
    ("p ⟺ q", 3, "write = for '⟺'"),
    ("p <> q", 3, "write ^ for '<>'"),
    ("p =/= q", 4, "write ^ for '=/='"),
    ("p <-- q", 3, "write q -> p for 'p <-- q'"),
    ("p <= q", 3, "write q -> p for 'p <= q'"),
    ("p ← q", 3, "write q -> p for 'p ← q'"),
    ("p &&~q", 4, "write & for '&&'"),
    ("p –> q", 3, "write -> for '–>'"),
    ("p <–> q", 3, "write <-> for '<–>'"),
    ("–p", 1, "write ~ for '–'"),
    ("p & −q", 5, "write ~ for '−'"),
    ("p — q", 3, "'—' is a dash; write -> for an implication, ~ for a negation"),
    ("p–q", 2, "'–' is a dash; write -> for an implication, ~ for a negation"),
    ("p ＆ q", 3, "write & for '＆'"),
    ("p ｜ q", 3, "write | for '｜'"),
    ("（p & q)", 1, "write ( for '（'"),
    ("～p", 1, "write ~ for '～'"),
    ("p ＝ q", 3, "write = for '＝'"),
    ("p · q", 3, "write & for '·'"),
    ("[p & q]", 1, "write ( for '['"),
    ("(p & q]", 7, "write ) for ']'"),
    ("p \\land \\neg q", 3, "write & for '\\land'"),
    ("\\neg q", 1, "write ~ for '\\neg'"),
    ("p -> #false", 6, "write False for '#false'"),
    ("p nand q", 3, "write ~(p & q) for 'p nand q'"),
    ("if p then q", 4, "write p -> q for 'if p then q'"),
    ("forall x", 8, "formulas are propositional, without quantifiers"),
    ("∃x", 1, "formulas are propositional, without quantifiers"),
    ("P(x)", 2, "an atom has no arguments; write a connective before '('"),
    ("p\u200b & q", 2, BLANK.format("zero width space")),
    ("p cnf 2 1", 3, DIMACS),
    ("c comment\np cnf 2 1\n1 -2 0\n", 3, DIMACS),
    ("1 -2 0", 3, DIMACS),
    ("-1 0", 1, DIMACS),
    ("p ->> q", 5, "write -> for '->>'"),
    ("p -> > q", 6, ""),
    ("p (q)", 3, ""),
    ("p - q", 3, ""),
    ("p andy", 3, ""),
    ("or $", 4, ""),
    ("p & ", 4, ""),
]


@pytest.mark.parametrize(("text", "column", "hint"), HINTS)
def test_hints(text, column, hint):
    """Connectives of other languages, and names that are no atoms, are answered by what to write."""
    with pytest.raises(FormulaSyntaxError) as caught:
        parse(text)
    error = caught.value
    assert error.column == column
    assert error.problem.partition(" (")[2] == (hint and hint + ")")
    assert f"line 1, column {column}: {error.problem}; expected " in str(error)


@pytest.mark.parametrize("text", ["and & or", "~not", "iff -> implies"])
def test_words_of_other_languages_are_atoms(text):
    """A word that is a connective elsewhere is an atom here."""
    assert parse(text).atoms() == set(re.findall(r"[a-z]+", text))


@pytest.mark.parametrize(("text", "code"), CODES)
def test_structure(text, code):
    """Binding, association and flattening are those of the grammar."""
    assert parse(text) == Formula(tuple(code))


@pytest.mark.parametrize(("text", "others"), SPELLINGS)
def test_spellings(text, others):
    """Every spelling of a connective means the same."""
    assert {parse(other) for other in others} == {parse(text)}


@pytest.mark.parametrize("name", ["S", "I", "E", "N", "Q", "O", "C", "pi", "lambda", "None", "print", "__import__", "oo"])
def test_names(name):
    """Every identifier is an atom, whatever it means to Python or sympy."""
    assert parse(name).atoms() == {name}


@pytest.mark.parametrize("alphabet", strategies.ALPHABETS)
@given(data=st.data())
def test_meaning(alphabet, data):
    """A formula has the models that a second reader, written apart, finds."""
    text = data.draw(strategies.formulas(alphabet))
    rows = meaning(parse(text), alphabet)
    assert {a for a in range(1 << len(alphabet)) if rows >> a & 1} == oracle.belief(text, alphabet)


@pytest.mark.parametrize(("text", "line", "column", "problem", "expected"), ERRORS)
def test_errors(text, line, column, problem, expected):
    """An error says where the text stops being a formula, what is wrong there, and what was expected."""
    with pytest.raises(FormulaSyntaxError) as caught:
        parse(text)
    error = caught.value
    assert (error.line, error.column, error.problem, error.expected) == (line, column, problem, expected)
    assert error.text == text


def test_message():
    """The message shows the line with a caret under the column, and words for what was expected."""
    with pytest.raises(FormulaSyntaxError) as caught:
        parse("p &\n\tq & (r\r\n")
    assert str(caught.value) == (
        "line 2, column 8: the formula ends too early (the '(' at column 6 is not closed); "
        "expected a connective such as & or -> or a closing parenthesis\n"
        "   q & (r \n"
        "         ^"
    )


def test_message_of_long_line():
    """Of a long line, the part around the column is shown, as much as fits on a narrow terminal."""
    with pytest.raises(FormulaSyntaxError) as caught:
        parse("x" * 1000 + " y" + " & z" * 1000)
    _, window, caret = str(caught.value).splitlines()
    assert len(window) < 60
    assert window[caret.index("^")] == "y"


@pytest.mark.parametrize("text", ["p \ud800", "p \x1b[31m", "p \x00", "p \x85"])
def test_message_is_printable(text):
    """A message can be encoded and carries no control characters, whatever the text."""
    with pytest.raises(FormulaSyntaxError) as caught:
        parse(text)
    message = str(caught.value)
    assert message.encode()
    assert all(c.isprintable() for c in message.replace("\n", ""))


@given(st.one_of(st.text(), st.text("pq1 ()~&|^-=><True\n\t*+"), st.text(st.characters(codec=None), max_size=5)))
def test_any_text(text):
    """Any text is a formula or a syntax error that points into it."""
    line, column = place_of_error(parse, text) or (1, 1)
    lines = text.split("\n")
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1


@given(strategies.formulas(["p", "q", "1"]), st.integers(0, 100), st.sampled_from(["$", "∀", "'", "\x01"]))
def test_error_column(text, position, intruder):
    """A character that belongs to no formula is pointed at, unless something else is wrong before it."""
    position = min(position, len(text))
    with pytest.raises(FormulaSyntaxError) as caught:
        parse(text[:position] + intruder + text[position:])
    assert caught.value.column <= position + 1
    if text[:position].strip() == "" or caught.value.column == position + 1:
        assert repr(intruder) in caught.value.problem


@pytest.mark.parametrize("value", [None, 1, b"p", ["p"], object()])
def test_not_text(value):
    """What is no text is refused."""
    with pytest.raises(NotAFormulaError, match=f"type {type(value).__name__}") as caught:
        parse(value)
    assert caught.value.value is value


def test_too_long():
    """A text beyond the bound is refused without being read."""
    with pytest.raises(FormulaTooLargeError) as caught:
        parse("(" * (MAX_TEXT + 1))
    assert (caught.value.bound, caught.value.value) == (MAX_TEXT, MAX_TEXT + 1)


def test_threads():
    """Threads that read at the same time do not disturb each other."""
    wrong = []

    def read(name):
        texts = [" & ".join(f"({name} | {name}{i}_{k})" for i in range(200)) for k in range(5)]
        wrong.extend(name for text in texts if str(parse(text)) != text)

    threads = [threading.Thread(target=read, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_reading_goes_on_after_an_error():
    """An error leaves nothing behind for the next text."""
    with pytest.raises(EquibelError):
        parse("p & q & (r")
    assert parse("s").code == ("s",)


def test_what_has_been_read_is_not_read_again():
    """Short texts that come again cost nothing; errors are not kept, and neither are long texts."""
    assert parse("p1 & (q1 -> ~r1)") is parse("p1 & (q1 -> ~r1)")
    for _ in range(2):
        with pytest.raises(FormulaSyntaxError):
            parse("p1 & (q1 -> ~r1))")
    long = " | ".join(f"x{i}" for i in range(3000))
    assert parse(long) == parse(long)
    assert parse(long) is not parse(long)
