"""The command line: ``equibel solve``, ``run``, ``query``, ``compare``, ``convert``, ``serve``, the classical operators.

Results go to standard output; messages go to standard error and begin with ``equibel:``.  The exit code is 0 when the
command was carried out, 1 when it failed, 2 when its arguments are wrong, 130 when Ctrl-C stopped it, and 141 when the
reader of a pipe ended before everything was written.

Only click is imported here.  Each command imports what else it needs, such as the solver, when it runs, so that
``equibel --help`` answers at once.
"""

from equibel.cli.command_line import equibel, main, shell_main

__all__ = ["equibel", "main", "shell_main"]
