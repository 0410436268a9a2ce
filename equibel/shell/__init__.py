"""The interactive shell: commands that people type, and scripts of them.

Pure functions do most of it: `parse` turns text into commands, `complete` says what can be typed next, `execute` carries a
command out and returns a `Reply`, which `plain` turns into text.  One table, in `equibel.shell.registry`, says what the
commands are.

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

from equibel.shell.completion import complete
from equibel.shell.context import Context
from equibel.shell.errors import CommandError
from equibel.shell.execution import execute
from equibel.shell.lines import run_stream, run_text
from equibel.shell.registry import parse
from equibel.shell.render import plain
from equibel.shell.reply import Reply
from equibel.shell.session import Session

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
