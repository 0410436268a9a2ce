"""The page docs/COMMANDS.md, made from the table of commands.

``python -m equibel.shell.command_documentation > docs/COMMANDS.md`` writes it.
"""

from __future__ import annotations

from equibel.shell.command_registry import GROUPS, Command, all_commands
from equibel.shell.help import TOPICS

_HEAD = """# Commands of the shell

`equibel shell` (or `equibeli`) starts the shell, `equibel shell FILE` opens a workspace in it, `equibel run FILE.eqb`
executes a script, and `equibel -c "COMMANDS"` executes a few commands. This page has the text of `help`; it is generated
by `python -m equibel.shell.command_documentation`.
"""


def page() -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    parts += [f"```text\n{TOPICS[topic]}\n```\n" for topic in ("syntax", "notation")]
    for group in GROUPS:
        parts.append(f"## {group.capitalize()}\n")
        parts += [_section(command) for command in all_commands() if command.group == group]
    return "\n".join(parts)


def _section(command: Command) -> str:
    lines = [f"### `{command.usage}`", "", f"{command.summary}."]
    if command.help:
        lines += ["", command.help]
    arguments = [argument for argument in command.arguments if argument.type.kind != "symbol"]
    if arguments:
        lines += ["", *(f"- `{argument.shown}`: {argument.type.about}" for argument in arguments)]
    if command.aliases:
        lines += ["", "Also called " + ", ".join(f"`{alias}`" for alias in command.aliases) + "."]
    lines += ["", "```text", *command.examples, "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(page(), end="")
