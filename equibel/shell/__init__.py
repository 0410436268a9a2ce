"""The interactive shell: commands that people type, and scripts of them.

Pure functions do most of it: `parse` turns text into commands, `complete` says what can be typed next, `execute` carries a
command out and returns a `Reply`, which `plain` turns into text.  One table, in `equibel.shell.command_registry`, says what
the commands are.

>>> from equibel.shell import Context, Session, complete, execute, parse, plain
>>> session = Session()
>>> for call in parse("add_edges [(1, 2), (2, 3)]; add_formula 1 p & q; global"):
...     print(plain(execute(Context(session), call)), end="")
global of g:
  1  p & q
* 2  p & q
* 3  p & q
>>> [candidate.text for candidate in complete("entails 2 ", session)]
['p', 'q']

`run_text` and `run_stream` execute scripts; `equibel.shell.terminal` is the shell on a terminal.
"""

from equibel.shell import commands  # noqa: F401 - its modules fill the table of commands
from equibel.shell.command_context import Context
from equibel.shell.command_registry import parse
from equibel.shell.lines import run_stream, run_text
from equibel.shell.rendering import plain
from equibel.shell.reply import Reply
from equibel.shell.scanner import CommandError
from equibel.shell.session import Session
from equibel.shell.statement_execution import execute
from equibel.shell.tab_completion import complete

__all__ = [
    "CommandError",
    "Context",
    "Reply",
    "Session",
    "complete",
    "execute",
    "parse",
    "plain",
    "run_stream",
    "run_text",
]
