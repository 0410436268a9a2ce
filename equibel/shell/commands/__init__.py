"""The commands, by what they are about; importing this package fills the table of `equibel.shell.registry`."""

from equibel.shell.commands import beliefs, files, graphs, history, network, operators, questions, results, session

__all__ = ["beliefs", "files", "graphs", "history", "network", "operators", "questions", "results", "session"]
