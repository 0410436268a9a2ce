"""``equibel revise``, ``contract``, ``merge`` and ``extrapolate``: arguments, files, options, outputs."""

import json
import re
import shlex
import subprocess

import pytest
from commandline import ENVIRONMENT, PROGRAM, call, outcome
from long_work import planted

import equibel as eb

COMMANDS = {
    "revise": ["p & q", "~p | ~q"],
    "contract": ["p & q", "p & q"],
    "merge": ["p & q", "~p | ~q"],
    "extrapolate": ["p & q", "~p | ~q"],
}
EVERY_COMMAND = pytest.mark.parametrize("command", COMMANDS)


def printed(*arguments, stdin=None):
    """The lines of standard output of a command that succeeds in silence."""
    ran = call(*arguments, stdin=stdin)
    assert (ran.exit_code, ran.stderr) == (0, ""), ran.output
    return ran.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("revise 'p & q' '~q'", ["p & ~q"]),
        ("revise p '~p | q'", ["p & q"]),
        ("revise 'a & b & c & d' '(~a & b & c & d) | (a & ~b & ~c & ~d)' --optimum cardinality", ["b & c & d & ~a"]),
        ("revise 'p & q' '~p | ~q' --entailment 'p | r' --entailment '~r'", ["p & ~q & ~r"]),
        ("revise 'p & q' '~p | ~q' --consistency '~p'", ["q & ~p"]),
        ("revise x10 x2", ["x2 & x10"]),
        ("contract 'p & q' q", ["p"]),
        ("contract 'p & q & r' p q", ["r"]),
        ("contract 'p & q' 'p & q'", ["p | q"]),
        ("merge 'p & q'", ["p & q"]),
        ("merge a b --constraint c", ["a & b & c"]),
        ("merge 'a & b' '~a & ~b' '~a & ~b' --constraint 'a | b'", ["a | b"]),
        ("merge 'a & b' '~a & ~b' '~a & ~b' --constraint 'a | b' --projection --optimum cardinality", None),
        ("merge 'p & ~r' 'p & r & s' --consensus", ["p & s"]),
        ("extrapolate 'p & q' True '~p'", ["1  p & q", "2  q", "3  q & ~p"]),
    ],
)
def test_results(line, answer):
    """The result is printed simplified; what stands in its place is the library's."""
    assert printed(*shlex.split(line)) == (answer or ["(a & ~b) | (b & ~a)"])


@EVERY_COMMAND
def test_alternatives_begin_with_the_chosen_one(command):
    """``--all`` lists what ``--choice`` chooses from; ``--choice=ATOMS`` prefers some atoms."""
    listed = "\n".join(printed(command, *COMMANDS[command], "--all"))
    for order in ("--choice", "--choice=q", "--choice=q,p", "--choice=p q"):
        chosen = "\n".join(printed(command, *COMMANDS[command], order))
        assert chosen in listed
        assert "\n".join(printed(command, *COMMANDS[command], "--all", order)).startswith(chosen)
    assert listed.startswith("\n".join(printed(command, *COMMANDS[command], "--choice")))


def test_choice_takes_no_formula_for_its_value():
    """Wherever ``--choice`` stands, the argument after it is a formula."""
    assert printed("revise", "--choice", "p & q", "~p | ~q") == ["p & ~q"]
    assert printed("merge", "--choice", "p", "~p") == ["p"]
    assert printed("merge", "--choice=p", "--", "p", "~p") == ["p"]


def test_histories_are_apart():
    """An empty line stands between alternative histories, and time points are aligned."""
    assert printed("extrapolate", "p", "True", "~p", "--all")[:4] == ["1  p", "2  p", "3  ~p", ""]
    assert printed("extrapolate", *["p"] * 10)[8:] == [" 9  p", "10  p"]


@EVERY_COMMAND
@pytest.mark.parametrize("options", [[], ["--choice"], ["--all"], ["--optimum", "cardinality"]])
def test_json(command, options):
    """``--output json`` prints one object with the formulas that ``text`` shows."""
    (line,) = printed(command, *COMMANDS[command], "--output", "json", *options)
    answer = json.loads(line)
    assert answer.pop("operator") == command
    assert answer.pop("optimum") == ("cardinality" if "cardinality" in options else "inclusion")
    assert answer.pop("seconds") >= 0
    if command == "merge":
        assert answer.pop("method") == "projection"
    ((key, found),) = answer.items()
    text = [re.sub(r"^\d+  ", "", line) for line in printed(command, *COMMANDS[command], *options) if line]
    if "--all" in options:
        assert key == "alternatives"
        found = [formula for result in found for formula in (result if isinstance(result, list) else [result])]
    else:
        assert key == ("formulas" if command == "extrapolate" else "formula")
        found = found if isinstance(found, list) else [found]
    assert found == text


# Files ----------------------------------------------------------------------------------------------------------------


def test_formulas_from_files(tmp_path, monkeypatch):
    """``@FILE`` is the conjunction of the formulas in a file, one a line, with comments."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "K.txt").write_text("# beliefs\n\np -> q\n  p\n", encoding="utf-8")
    (tmp_path / "new.txt").write_bytes(b"\xef\xbb\xbf~q\r\n")
    (tmp_path / "true").write_text("True\n")
    assert printed("revise", "@K.txt", "@new.txt") == ["p & ~q"]
    assert printed("revise", "@true", "@K.txt") == ["p & q"]
    assert printed("contract", "@K.txt", "@K.txt") == ["p | q"]
    assert printed("merge", "@K.txt", "r", "--constraint", "@new.txt", "--entailment", "@true") == ["p & r & ~q"]
    assert printed("extrapolate", "@K.txt", "@true", "@new.txt") == ["1  p & q", "2  p", "3  p & ~q"]


@pytest.mark.parametrize(("name", "called"), [("@K.txt", "K.txt"), ("-", "standard input")])
def test_a_file_without_formulas_is_noted(tmp_path, monkeypatch, name, called):
    """It says nothing, which is told on standard error: a file may be empty by mistake."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "K.txt").write_text("# nothing\n\n", encoding="utf-8")
    ran = call("revise", name, "q", stdin="\n")
    assert (ran.exit_code, ran.stdout) == (0, "q\n")
    assert ran.stderr == f"equibel: note: {called} has no formulas, and is read as True; expected one formula a line\n"


@pytest.mark.parametrize("name", ["-", "@-"])
def test_formulas_from_standard_input(name):
    """``-`` reads a file of formulas from standard input."""
    assert printed("revise", name, "~q", stdin="p\nq\n") == ["p & ~q"]
    assert printed("merge", "p", name, stdin="q\n# r\ns") == ["p & q & s"]
    assert printed("revise", "p & q", "~p | ~q", "--consistency", name, stdin="~p") == ["q & ~p"]


def test_standard_input_is_read_once():
    """It cannot stand for two formulas."""
    ran = call("revise", "-", "-", stdin="p")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("equibel: standard input can be read only once")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "K.txt: file not found"),
        (b"p\n  q & & r\n", "K.txt, line 2, column 7: unexpected"),
        (b"p\n\xff\n", "K.txt, line 2, column 1: the file is not UTF-8 text"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, monkeypatch, content, message):
    """A file that is missing or holds no formulas fails with the place."""
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / "K.txt").write_bytes(content)
    ran = call("revise", "@K.txt", "p")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"equibel: {message}"), ran.stderr


def test_standard_input_that_holds_no_formulas():
    """It is named in the message."""
    ran = call("revise", "-", "p", stdin="p\nq q\n")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("equibel: standard input, line 2, column 3: ")
    assert ran.stderr.endswith("\n  q q\n    ^\n")
    assert call("revise", "-", "p", stdin=b"\xff").stderr.startswith("equibel: standard input, line 1, column 1: ")


# Failures -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["revise", "p & ~p", "q"], "K believes a contradiction, p & ~p"),
        (["revise", "p", "q & ~q"], "alpha believes a contradiction, q & ~q"),
        (["merge", "p", "q & ~q"], "source 2 believes a contradiction"),
        (["extrapolate", "p", "q & ~q"], "observation 2 believes a contradiction"),
        (["revise", "p", "q", "--entailment", "~q"], "the formula q of alpha contradicts the entailment-"),
        (["contract", "p", "q", "--entailment", "q"], "the formula ~q of the negation of alpha contradicts"),
        (["merge", "p", "--constraint", "q", "--consistency", "~q"], "the formula q of the constraint contradicts"),
        (["revise", "p &", "q"], "line 1, column 4: in K: the formula ends too early"),
        (["merge", "p", "q &"], "line 1, column 4: in source 2: the formula ends too early"),
        (["revise", "p", "q", "--consistency", "q &"], "line 1, column 4: in a consistency-based constraint: "),
    ],
)
def test_failures(arguments, message):
    """What has no answer, or cannot be read, fails with a message that names it."""
    ran = call(*arguments)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"equibel: {message}"), ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["revise", "p"],
        ["revise", "p", "q", "r"],
        ["contract", "p"],
        ["merge"],
        ["merge", "p", "--choice=p & q"],
        ["merge", "p", "--optimum", "weighted"],
        ["merge", "p", "--fusion"],
        ["merge", "p", "--consensus", "--projection"],
        ["extrapolate"],
        ["revise", "p", "q", "--time-limit", "0"],
        ["revise", "p", "q", "--output", "xml"],
    ],
)
def test_wrong_usage(arguments):
    """Arguments that are missing or too many, and options that do not exist, are wrong usage."""
    ran = call(*arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("equibel: ")
    assert ran.stderr.endswith(f"; see 'equibel {arguments[0]} --help'\n")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["revise", "p & q", "~p | ~q", "--choice=zz,q"], "no formula has zz; expected atoms of the formulas"),
        (["merge", "cost", "--choice=cast"], "no formula has cast; expected atoms of the formulas (did you mean 'cost'?)"),
        (["revise", "p", "q", "--entailment", "r -> q", "--choice=r"], None),
        (["contract", "p & q", "p & q", "--choice"], None),
    ],
)
def test_atoms_to_prefer_that_no_formula_has_are_noted(arguments, said):
    """They may be misspelt."""
    ran = call(*arguments)
    assert ran.exit_code == 0
    assert ran.stderr == (f"equibel: note: choice: {said}\n" if said else "")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["revise", "p -> false", "p"], "'false' is read as an atom"),
        (["contract", "p & F", "p"], "'F' is read as an atom"),
        (["merge", "p & true", "q & T"], "'T' and 'true' are read as atoms"),
        (["merge", "p", "q", "--constraint", "1"], "'1' is read as an atom"),
        (["extrapolate", "p", "p -> 0"], "'0' is read as an atom"),
        (["revise", "p", "q", "--entailment", "q -> true", "--all"], "'true' is read as an atom"),
        (["revise", "@K.txt", "p"], "'false' is read as an atom"),
        (["revise", "True & p", "~p | False"], None),
        (["revise", "1 & 2", "~1"], None),
        (["revise", "1", "0"], None),
    ],
)
def test_atoms_called_like_constants_are_noted(tmp_path, monkeypatch, arguments, names):
    """``revise "p -> false" p`` gave ``false & p`` without a word."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "K.txt").write_text("p -> false\n")
    ran = call(*arguments)
    assert ran.exit_code == 0
    assert ran.stderr == (f"equibel: note: {names}; the constants are True and False\n" if names else "")


def test_dimacs_is_named(tmp_path):
    """As an argument, and as a file of formulas, whatever line of it is read first."""
    path = tmp_path / "a.cnf"
    path.write_text("c a comment\np cnf 2 1\n1 -2 0\n")
    for K in (f"@{path}", "p cnf 2 1", "1 -2 0"):
        ran = call("revise", K, "p")
        assert ran.exit_code == 1
        assert "this looks like DIMACS CNF, which is written but not read" in ran.stderr


def test_help_of_revise():
    """It said that what is left of K is printed, which is the result of a contraction."""
    text = " ".join(call("revise", "--help").stdout.split())
    assert "Print the revision of K by ALPHA: it entails ALPHA" in text


def test_contracting_a_tautology_is_noted():
    """It changes nothing, which is told on standard error."""
    for options in ([], ["--all"]):
        ran = call("contract", "p & q", "r | ~r", *options)
        assert (ran.exit_code, ran.stdout) == (0, "p & q\n")
        assert ran.stderr.startswith("equibel: note: alpha is a tautology")


@pytest.mark.parametrize("options", [[], ["--choice"], ["--all"]])
def test_time_limit(options):
    """Work that takes too long ends with an error that names the limit."""
    ran = call("revise", planted(90, 0), planted(90, 1), "--time-limit", "0.3", *options)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("equibel: the time limit of 0.3 s was reached")


def test_alternatives_are_printed_as_they_are_found():
    """Of 2 ** 40 alternatives the first ones are there long before the last."""
    K = " & ".join(f"x{i} & y{i}" for i in range(40))
    alpha = " & ".join(f"(~x{i} | ~y{i})" for i in range(40))
    command = [*PROGRAM, "revise", K, alpha, "--all", "--time-limit", "50"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        lines = [process.stdout.readline() for _ in range(3)]
        process.kill()
    assert len(set(lines)) == 3
    assert eb.parse_formula(lines[0]).has(*eb.parse_formula(K).free_symbols)


# Help -----------------------------------------------------------------------------------------------------------------


@EVERY_COMMAND
def test_examples_in_help_run(command, tmp_path, monkeypatch):
    """The commands that help shows do what they are meant to."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "beliefs.txt").write_text("p\nq\n")
    (tmp_path / "ann.txt").write_text("p\n")
    (tmp_path / "bob.txt").write_text("q\n")
    shown = [line.strip() for line in call(command, "--help").stdout.split("Examples:")[1].splitlines() if line.strip()]
    assert len(shown) >= 3
    for line in shown:
        code, output = outcome(line.strip())
        assert code == 0, (line, output)
        assert not output.startswith("equibel:")
