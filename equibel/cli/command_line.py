"""The program ``equibel``: its commands, its exit codes, and what it does with errors."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from equibel._version import __version__
from equibel.cli.belief_change_commands import contract, extrapolate, merge, revise
from equibel.cli.compare_command import compare
from equibel.cli.convert_command import convert
from equibel.cli.query_command import query
from equibel.cli.render import message
from equibel.cli.run_command import run
from equibel.cli.serve_command import serve
from equibel.cli.shell_command import run_commands, shell
from equibel.cli.solve_command import solve
from equibel.cli.streams import abandon_output, prepare, reader_has_ended
from equibel.cli.work_limits import handle_signals
from equibel.errors import EquibelError

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
READER_HAS_ENDED = 128 + getattr(signal, "SIGPIPE", 13)


class _FrontEnd(click.Group):
    """A group of commands that ends with a message and an exit code, never with a traceback."""

    def main(self, args: Any = None, prog_name: str | None = None, *rest: Any, **extra: Any) -> NoReturn:
        extra["standalone_mode"] = False
        code = self._main(args, prog_name or "equibel", **extra)
        # After Ctrl-C in the text of an exec(), as of a dataclass, python -m ends by SIGINT whatever the exit code is; the
        # next exec() makes it forget that.
        exec("")
        sys.exit(code)

    def _main(self, args: Any, prog_name: str, **extra: Any) -> int:
        try:
            code = super().main(args, prog_name, **extra)
            return code if isinstance(code, int) else 0
        except click.UsageError as error:
            message(_usage(error))
            return WRONG_USAGE
        except click.ClickException as error:
            message(error.format_message())
        except EquibelError as error:
            message(str(error))
        except (click.Abort, KeyboardInterrupt):
            message("interrupted")
            return INTERRUPTED
        except MemoryError:
            message("not enough memory")
        except OSError as error:
            abandon_output()
            message(f"the output cannot be written: {error.strerror or error}")
        except Exception as error:  # users get one line; developers call the library
            message(f"internal error, please report it: {type(error).__name__}: {error}")
        return FAILED

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        with _to_a_reader():  # which shows help
            return super().make_context(*arguments, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _to_a_reader():
                return super().invoke(ctx)
        except KeyboardInterrupt:  # here, because click would print an empty line first
            message("interrupted")
            return ctx.exit(INTERRUPTED)


@contextmanager
def _to_a_reader() -> Iterator[None]:
    """When the reader of a pipe has ended, exit as other programs after SIGPIPE: without a message, with code 141."""
    try:
        yield
    except BrokenPipeError:  # here, because click would make it another failure
        if not reader_has_ended():
            raise
        abandon_output()
        raise click.exceptions.Exit(READER_HAS_ENDED) from None


def _usage(error: click.UsageError) -> str:
    """The error in one line, with a hint to the help of the command."""
    said = " ".join(error.format_message().split()).removesuffix(".")
    command = error.ctx.command_path if error.ctx is not None else "equibel"
    return f"{said}; see '{command} --help'"


@click.group(
    cls=_FrontEnd,
    no_args_is_help=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  equibel run examples/quickstart.toml
  equibel solve examples/chain.json --operator simple --fixpoint
  equibel solve network.bcf --operator global --output json
  equibel query examples/quickstart.toml 2 "r" --graph shared
  equibel compare network.bcf --operators global,simple,ring
  equibel convert network.bcf network.json
  equibel revise "p & q" "~q"
  equibel shell work.eqw
  equibel -c "create_path g2 4; add_formula 0 p; global"

'equibel COMMAND --help' explains a command.""",
)
@click.version_option(__version__, message="equibel %(version)s")
@click.option("-c", "--command", "commands", metavar="COMMANDS", help="Execute commands of the shell and exit.")
@click.option("--keep-going", is_flag=True, help="With -c: continue after an error.")
@click.pass_context
def equibel(ctx: click.Context, commands: str | None, keep_going: bool) -> int:
    """Compute belief change in networks of agents.

    A file describes a graph whose nodes are agents, and the formulas that they believe. The commands compute what the agents
    believe after they have shared their beliefs, answer queries about it, and convert files.
    """
    if ctx.invoked_subcommand is None:
        if commands is None:
            click.echo(ctx.get_help(), err=True)
            return WRONG_USAGE
        return run_commands(commands, keep_going)
    if commands is not None or keep_going:
        ctx.fail(f"-c and --keep-going cannot be used together with {ctx.invoked_subcommand}")
    return 0


@click.command(
    "help",
    short_help="Show this help, or that of a command.",
    epilog="\b\nExamples:\n  equibel help\n  equibel help solve",
)
@click.argument("name", metavar="[COMMAND]", required=False)
@click.pass_context
def show_help(ctx: click.Context, name: str | None) -> None:
    """Show the help of equibel, or of a command, as --help does."""
    above = ctx.find_root()
    if name is None:
        click.echo(above.get_help())
        return
    found, explained, _ = equibel.resolve_command(above, [name])
    if explained is not None:
        click.echo(explained.get_help(explained.make_context(found, [], parent=above, resilient_parsing=True)))


for command in (solve, run, query, compare, convert, revise, contract, merge, extrapolate, shell, serve, show_help):
    equibel.add_command(command)


def main() -> NoReturn:
    """Run ``equibel`` with the arguments of the process."""
    prepare()
    handle_signals()
    equibel.main()


def shell_main() -> NoReturn:
    """Run ``equibeli``: the same as ``equibel shell``."""
    prepare()
    handle_signals()
    equibel.main(["shell", *sys.argv[1:]], prog_name="equibel")
