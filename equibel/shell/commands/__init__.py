"""The modules of commands, by topic: importing this package fills the table of `equibel.shell.command_registry`."""

from equibel.shell.commands import (
    belief_commands,
    file_commands,
    graph_commands,
    history_commands,
    network_commands,
    operator_commands,
    question_commands,
    result_commands,
    session_commands,
)

__all__ = [
    "belief_commands",
    "file_commands",
    "graph_commands",
    "history_commands",
    "network_commands",
    "operator_commands",
    "question_commands",
    "result_commands",
    "session_commands",
]
