"""``equibel revise``, ``contract``, ``merge`` and ``extrapolate``: the classical operators on formulas.

A formula is given as text, or as ``@FILE``, a file of formulas that are read as their conjunction.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from equibel.cli.operator_options import OPTIMUM, OUTPUT, TIME_LIMIT
from equibel.cli.render import note
from equibel.cli.source import STDIN, read_stdin
from equibel.cli.work_limits import long_work
from equibel.errors import EquibelError, EquibelWarning, FileFormatError, FormulaSyntaxError
from equibel.options import CONSENSUS, PROJECTION

if TYPE_CHECKING:
    from equibel.formula import Formula, FormulaLike

FROM_FILE = "@"
COMMENT = "#"


class _Change(click.Command):
    """A command whose option ``--choice`` may have no value: a value is given by ``--choice=VALUE`` only.

    Otherwise ``--choice`` would take the formula after it for its value.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, ["--choice=" if arg == "--choice" else arg for arg in args[:end]] + args[end:])


def _atoms(ctx: click.Context, parameter: click.Parameter, value: str | None) -> list[str] | None:
    from equibel.formula import is_atom_name

    names = None if value is None else value.replace(",", " ").split()
    for name in names or ():
        if not is_atom_name(name):
            raise click.BadParameter(f"expected atoms, separated by commas, not {name!r}")
    return names


_OPTIONS = (
    OPTIMUM,
    click.option("--entailment", metavar="F", multiple=True, help="A formula that the result must entail; repeatable."),
    click.option(
        "--consistency",
        metavar="F",
        multiple=True,
        help="A formula that the result must be consistent with; may be repeated.",
    ),
    click.option(
        "--choice",
        metavar="[ATOMS]",
        callback=_atoms,
        help="Choose one alternative; --choice=q,p prefers agreement on q, then on p, then on the other atoms.",
    ),
    click.option("--all", "every", is_flag=True, help="List all alternatives, the chosen one first."),
    OUTPUT,
    TIME_LIMIT,
)
Command = Callable[..., None]


def _command(name: str, short_help: str, examples: str) -> Callable[[Command], click.Command]:
    def decorate(function: Command) -> click.Command:
        for option in reversed(_OPTIONS):
            function = option(function)
        epilog = "\b\nExamples:\n" + "\n".join(f"  equibel {name} {line}" for line in examples.splitlines())
        return click.command(name, cls=_Change, short_help=short_help, epilog=epilog)(function)

    return decorate


@_command(
    "revise",
    "Revise beliefs by new information.",
    """\
"p & q" "~q"
"p & q" "~p | ~q" --optimum cardinality
"p & q" "~p | ~q" --choice=q
@beliefs.txt "~q" --entailment "p | q" --all""",
)
@click.argument("beliefs", metavar="K")
@click.argument("alpha")
def revise(beliefs: str, alpha: str, **options: Any) -> None:
    """Print the revision of K by ALPHA: it entails ALPHA, and keeps as much of K as possible.

    K and ALPHA are formulas; "@FILE" reads a file with one formula a line, "-" standard input.
    """
    read = _Reader()
    _change("revise", [read(beliefs), read(alpha)], {}, read, **options)


@_command(
    "contract",
    "Give up beliefs.",
    """\
"p & q" "q"
"p & q & r" "p" "q"
"p & q" "p & q" --all
@beliefs.txt "q" --consistency "~p" """.rstrip(),
)
@click.argument("beliefs", metavar="K")
@click.argument("alphas", metavar="ALPHA...", nargs=-1, required=True)
def contract(beliefs: str, alphas: tuple[str, ...], **options: Any) -> None:
    """Print the contraction of K by ALPHA: it entails none of the formulas ALPHA, and keeps as much of K as possible.

    K and ALPHA are formulas; "@FILE" reads a file with one formula a line, "-" standard input. Several ALPHA are
    contracted at the same time, so that none of them is entailed; a file is one ALPHA, the conjunction of its formulas.
    """
    read = _Reader()
    unwanted = [read(alpha) for alpha in alphas]
    _change("contract", [read(beliefs), unwanted], {}, read, **options)


@_command(
    "merge",
    "Merge the beliefs of several sources.",
    """\
"p & q" "~p & q" "p"
"a & b" "~a & ~b" "~a & ~b" --constraint "a | b" --optimum cardinality
"p & ~r" "p & r & s" --consensus
@ann.txt @bob.txt --constraint "~p | ~q" --choice""",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--constraint", metavar="F", help="A formula that the result must entail; the sources may contradict it.")
@click.option("--projection", is_flag=True, help="Merge by projection: the sources around the constraint; the default.")
@click.option("--consensus", is_flag=True, help="Merge by consensus: all sources compared with one another.")
def merge(sources: tuple[str, ...], constraint: str | None, projection: bool, consensus: bool, **options: Any) -> None:
    """Print the result of merging the sources, which may contradict one another.

    Each SOURCE is a formula; "@FILE" reads a file with one formula a line, which together are one source, "-" standard
    input.
    """
    if projection and consensus:
        raise click.UsageError("--projection and --consensus exclude each other")
    read = _Reader()
    method = CONSENSUS if consensus else PROJECTION
    arguments = [[read(source) for source in sources], None if constraint is None else read(constraint), method]
    _change("merge", arguments, {"method": method}, read, **options)


@_command(
    "extrapolate",
    "Complete observations over time.",
    """\
"p & q" "True" "~p | ~q"
"p & q" "True" "~p | ~q" --choice
"switch & bulb" "~light" --entailment "light = (switch & bulb)" """.rstrip(),
)
@click.argument("observations", metavar="OBSERVATION...", nargs=-1, required=True)
def extrapolate(observations: tuple[str, ...], **options: Any) -> None:
    """Print what was the case at every time point, if the world changed as little as possible.

    Each OBSERVATION, the earliest first, is a formula, "True" where nothing was observed; "@FILE" reads a file with one
    formula a line, "-" standard input.
    """
    read = _Reader()
    _change("extrapolate", [[read(observation) for observation in observations]], {}, read, **options)


def _change(
    name: str,
    arguments: list[Any],
    heading: dict[str, str],
    read: _Reader,
    *,
    optimum: str,
    entailment: tuple[str, ...],
    consistency: tuple[str, ...],
    choice: list[str] | None,
    every: bool,
    output: str,
    time_limit: float | None,
) -> None:
    """Carry out a change and print its result, or its alternatives one by one; ``heading`` goes into the JSON object."""
    options: dict[str, Any] = {
        "optimum": optimum,
        "simplify": True,
        "entailment": [formula for text in entailment for formula in read(text)],
        "consistency": [formula for text in consistency for formula in read(text)],
        "choice": every if choice is None else choice or True,
        "time_limit": time_limit,
    }
    began = time.monotonic()
    with long_work(name) as progress:
        found = _results(name, every, arguments, {**options, "progress": progress})
        if output == "text":
            for number, result in enumerate(found):
                _show(result, apart=number > 0)
            return
        results = list(found)
    seconds = round(time.monotonic() - began, 3)
    key = "formulas" if isinstance(results[0], list) else "formula"
    answer = {"alternatives": results} if every else {key: results[0]}
    click.echo(json.dumps({"operator": name, **heading, "optimum": optimum, "seconds": seconds, **answer}))


def _results(name: str, every: bool, arguments: list[Any], options: dict[str, Any]) -> Iterator[str | list[str]]:
    """The result, or all alternatives, as text."""
    from equibel.formula import atom_notes
    from equibel.operators import CLASSICAL

    operator = CLASSICAL[name]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", EquibelWarning)
        found = operator.alternatives(*arguments, **options) if every else iter([operator.formulas(*arguments, **options)])
    for sentence in (*(str(warning.message) for warning in caught), *atom_notes(_formulas([arguments, *options.values()]))):
        note(sentence)
    return (list(map(str, result)) if isinstance(result, list) else str(result) for result in found)


def _formulas(values: list[Any]) -> Iterator[Formula]:
    """The formulas among some values, which may be lists of formulas."""
    from equibel.formula import Formula

    for value in values:
        if isinstance(value, list):
            yield from _formulas(value)
        elif isinstance(value, Formula):
            yield value


def _show(result: str | list[str], *, apart: bool) -> None:
    """Print a formula; or one for every time point, with an empty line between several histories."""
    if isinstance(result, str):
        click.echo(result)
        return
    if apart:
        click.echo()
    width = len(str(len(result)))
    for point, formula in enumerate(result, 1):
        click.echo(f"{point:>{width}}  {formula}")


class _Reader:
    """Reads arguments as lists of formulas; standard input can be read once."""

    def __init__(self) -> None:
        self._stdin_read = False

    def __call__(self, argument: str) -> list[FormulaLike]:
        """The formula of an argument, or the formulas in its file."""
        from equibel.files.text import read_text
        from equibel.formula import parse

        if argument in ("-", FROM_FILE + "-"):
            return _lines(self._read_stdin(), STDIN)
        if argument.startswith(FROM_FILE):
            path = argument.removeprefix(FROM_FILE)
            return _lines(read_text(path), path)
        try:
            return [parse(argument)]
        except EquibelError:
            return [argument]  # the operator says in which formula the error is

    def _read_stdin(self) -> str:
        if self._stdin_read:
            raise click.UsageError("standard input can be read only once; expected one - among the formulas")
        self._stdin_read = True
        return read_stdin()


def _lines(text: str, path: str) -> list[FormulaLike]:
    """The formulas in a text, one a line; empty lines and those that begin with ``#`` are skipped."""
    from equibel.formula import is_dimacs, parse
    from equibel.formula.hints import DIMACS

    found: list[FormulaLike] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(COMMENT):
            continue
        try:
            found.append(parse(line))
        except FormulaSyntaxError as error:
            if is_dimacs(text):
                raise FileFormatError(DIMACS, path=path, line=number) from error
            _, _, problem = str(error).partition(": ")  # after "line 1, column 5"
            raise FileFormatError(problem, path=path, line=number, column=error.column) from error
    if not found:
        note(f"{path} has no formulas, and is read as True; expected one formula a line")
    return found
