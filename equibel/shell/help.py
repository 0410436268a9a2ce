"""The answers of `help`, made from the table of commands."""

from __future__ import annotations

from equibel.shell.command_registry import GROUPS, SIGNS, Command, all_commands, find, nearest
from equibel.shell.reply import Reply, Say, Section
from equibel.shell.scanner import CommandError

#: Topics that are not commands.
TOPICS = {
    "notation": """Formulas, from the tightest to the loosest binding:
  ~p        not               also ! ¬
  p & q     and               also ∧
  p | q     or                also ∨
  p ^ q     exclusive or      also ⊕
  p -> q    implies           also => →
  p = q     if and only if    also <-> <=> ≡ ↔
  True False, and parentheses.  -> and = associate to the right.
An atom is a letter or _ followed by letters, digits and _, or it is a number.""",
    "syntax": """One command per line, or several separated by ;.  The output of a command that ends in ; is not shown.
Lists are written in brackets: [1, 2, 3], [1..100], [(1, 2), (2, 3)].  While a bracket is open, the command continues on the
next line; an empty line ends it.  A comment begins with #.  Names that contain blanks are written in quotation marks.
On a terminal: TAB completes, Ctrl-R searches the lines typed before, Ctrl-C interrupts a computation without changing the
workspace, Ctrl-L clears the screen, Ctrl-D quits.""",
}


def about(topic: str | None) -> Reply:
    """Help on a command or topic, or the list of them."""
    if not topic:
        return overview()
    word = topic.strip()
    word = SIGNS.get(word, word)
    found = find(word)
    if found is not None:
        return explain(found, word.replace("-", "_"))
    if word in TOPICS:
        return Reply((Say(TOPICS[word]),))
    near = nearest(word)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; 'help' lists the commands and topics"
    raise CommandError(f"there is no help on {word[:40]!r}{hint}")


def overview() -> Reply:
    """All commands, one line each, by topic."""
    sections = [
        Section(group, tuple((each.name, each.summary) for each in all_commands() if each.group == group))
        for group in GROUPS
    ]
    topics = Section("topics", (("notation", "How formulas are written"), ("syntax", "How commands are written")))
    return Reply((*sections, topics, Say("'help COMMAND' explains a command, with examples.", "dim")))


def explain(command: Command, word: str = "") -> Reply:
    """The help of one command, which the user called ``word``: usage, description, arguments, examples."""
    parts: list[Say | Section] = [Say(command.usage, "name"), Say(command.summary + ".")]
    if command.help:
        parts.append(Say(command.help))
    arguments = tuple(
        (argument.shown, argument.type.about) for argument in command.arguments if argument.type.kind != "symbol"
    )
    if arguments:
        parts.append(Section("arguments", arguments))
    parts.append(Section("examples", tuple((example, "") for example in command.examples)))
    others = [name for name in (command.name, *command.aliases) if name != (word or command.name)]
    if others:
        parts.append(Say(f"also called {', '.join(others)}", "dim"))
    return Reply(tuple(parts))
