"""Commands about the session itself: options, help, the system."""

from __future__ import annotations

from dataclasses import asdict

from equibel.errors import OptionError
from equibel.formula import is_atom_name
from equibel.options import check_choice, check_count, check_seconds, wrong_option
from equibel.shell.arguments import COMMAND_LINE, OPTION, OPTIONS, SWITCH, TOPIC, VALUE
from equibel.shell.command_context import Context
from equibel.shell.command_registry import command
from equibel.shell.help import about
from equibel.shell.reply import Cell, Reply, Table
from equibel.shell.session import choice_text
from equibel.workspace import SetEager

GROUP = "session"


@command(
    ("option", OPTION, True),
    ("value", VALUE, True),
    group=GROUP,
    name="set",
    examples=("set", "set time_limit 60", "set jobs 4", "set optimum cardinality", "set choice [q, p]", "set verbose on"),
)
def _set(at: Context, option: str | None, value: str | list[str] | None) -> Reply:
    """Show the options, or set an option.

    optimum (inclusion, cardinality) is how operators compare sets of agreements, and method (semantic, syntactic) how they
    compute.  merging (projection, consensus) is the method of merge.  choice is for revise, contract, merge and extrapolate:
    off gives the disjunction of all alternatives, on chooses one alternative, and a list of atoms such as [q, p] sets on
    which atoms agreement is preferred.  time_limit is in seconds, or off.  jobs is the number of processes.  eager on
    computes results as soon as they are stale.  pager off prints long output without a pager.  verbose on prints the
    statistics of each command: the number of problems, groups, EQ sets and solver calls, and the seconds of each method.
    """
    if option is not None and value is not None:
        _change(at, option, value)
    values = asdict(at.session.options) | {"eager": at.workspace.state.eager}
    rows = tuple((Cell(name, "name"), Cell(_shown(values[name]))) for name in OPTIONS if option in (None, name))
    return Reply((Table(("option", "value"), rows),))


def _shown(value: object) -> str:
    if value is None:
        return "off"
    if isinstance(value, list):
        return choice_text(value)
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _change(at: Context, option: str, value: str | list[str]) -> None:
    options = at.session.options
    if option == "choice":
        if isinstance(value, str) and value not in SWITCH and not is_atom_name(value):
            raise wrong_option(option, value, "on, off, or atoms such as [q, p]")
        options.choice = value if isinstance(value, list) else value == "on" if value in SWITCH else [value]
        return
    if isinstance(value, list):
        value = ", ".join(value)
    if option == "time_limit":
        options.time_limit = None if value == "off" else check_seconds(option, _number(value))
    elif option == "jobs":
        jobs = check_count(option, _number(value), 1)
        if jobs > 1000:
            raise OptionError("jobs is too large; expected at most 1000", option=option, value=jobs, expected="at most 1000")
        at.session.set_jobs(jobs)
    else:
        chosen = check_choice(option, value, OPTIONS[option])
        if option == "eager":
            at.apply(SetEager(chosen == "on"))
        else:
            setattr(options, option, chosen == "on" if OPTIONS[option] == SWITCH else chosen)


def _number(value: str) -> object:
    try:
        return int(value) if value.isdigit() and len(value) < 10 else float(value)
    except ValueError:
        return value


@command(("command", COMMAND_LINE), group=GROUP, examples=("shell ls", "!ls *.bcf"))
def shell(at: Context, line: str) -> Reply:
    """Run a command of the operating system; `!` does the same.

    The whole line is passed on.
    """
    return Reply(system=line)


@command(("topic", TOPIC, True), group=GROUP, name="help", examples=("help", "help derive", "help notation"))
def _help(at: Context, topic: str | None) -> Reply:
    """List the commands, or explain one of them; `?` does the same.

    `help notation` explains how formulas are written.
    """
    return about(topic)


@command(group=GROUP, name="quit", aliases=("exit", "bye"), examples=("quit",))
def _quit(at: Context) -> Reply:
    """Quit the shell; Ctrl-D does the same."""
    return Reply(quit=True)
