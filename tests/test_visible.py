"""Names that a terminal would obey, or that cannot be seen: escaped in every message and listing, kept in files.

Control characters of an unknown key in a TOML file, and U+202E in a node's name, reached the terminal as they were.
"""

import json
import re

import pytest
from commandline import call

from equibel.files import read_graph
from equibel.shell import Context, Session, execute, parse, plain
from equibel.shell.lines import PlainDisplay
from equibel.shell.rendering import coloured
from equibel.shell.runner import Runner
from equibel.shell.tab_completion import complete
from equibel.visible import escape_json, is_visible, visible, visible_lines, visible_message

#: A colour, a direction override, an isolate, a character of no width, a bell, a filler, and a line that looks like ours.
EVIL = "a\x1b[31m\u202eb\u2066\u200b\x07\u3164\x9b\nequibel: done"
QUOTED = json.dumps(EVIL)


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x08", "\x1b", "\x7f", "\x9b", "\n", "\t", "\r", "\xad", "\u034f", "\u061c", "\u115f", "\u180e",
     "\u200b", "\u200d", "\u200e", "\u2028", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u2800", "\u3164",
     "\ufe0f", "\ufeff", "\uffa0", "\U000e0001", "\U000e0041", "\U000e0100", "\ud800", "\xa0"],
)  # fmt: skip
def test_what_cannot_be_seen(character):
    """It is written as Python or JSON would, and what can be seen stays."""
    text = f"é{character}漢"
    shown = visible(text)
    assert is_visible(shown)
    assert shown.encode("ascii", "backslashreplace").decode("unicode_escape") == text
    quoted = escape_json(json.dumps(text, ensure_ascii=False))
    assert is_visible(quoted)
    assert json.loads(quoted) == text
    assert visible("naïve 漢字 🙂 עברית") == "naïve 漢字 🙂 עברית"
    assert visible_lines(f"one\n{text}") == f"one\n{shown}" or character == "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Files whose names and contents are evil."""
    monkeypatch.chdir(tmp_path)
    data = {
        "nodes": [{"id": EVIL, "formulas": ["p"], EVIL: 1, "weights": {"p": 2}}, {"id": [EVIL, 1]}, {"id": 3, "x": 1}],
        "edges": [{"source": EVIL, "target": [EVIL, 1]}, {"source": 3, "target": EVIL, EVIL: 2}],
        EVIL: 3,
    }
    (tmp_path / f"{EVIL}.json").write_text(json.dumps(data), encoding="utf-8")
    texts = {
        "key.toml": "[graphs.g]\n{0} = 1\n",
        "root.toml": "{0} = 1\n",
        "good.toml": "[graphs.{0}]\npath = [{0}, 2]\nformulas = {{ {0} = 'p' }}\n"
        "[results.r]\nof = {0}\noperator = 'global'\n",
        "node.toml": "[graphs.g]\npath = 2\nformulas = {{ {0} = 'p' }}\n",
        "of.toml": "[results.{0}]\nof = {0}\noperator = 'global'\n",
        "operator.toml": "[graphs.g]\n[results.r]\nof = 'g'\noperator = {0}\n",
        "bad.json": '{{"nodes": [{{"id": {0}}}, {{"id": {0}}}], "edges": []}}',
        "twice.json": "{{{0}: 1, {0}: 2}}",
        "bad.bcf": "n {0}\n",
        "bad.eqb": "add_node {0}\nfoo {0}\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text.format(QUOTED), encoding="utf-8")
    return tmp_path


COMMANDS = [
    ["solve", f"{EVIL}.json", "--operator", "global"],
    ["solve", f"{EVIL}.json", "--operator", "global", "--output", "json"],
    ["compare", f"{EVIL}.json", "--nodes"],
    ["query", f"{EVIL}.json", EVIL, "p"],
    ["query", f"{EVIL}.json", EVIL + "x", "p"],
    ["query", f"{EVIL}.json", "3", f"p {EVIL}"],
    ["convert", f"{EVIL}.json", "-"],
    ["convert", f"{EVIL}.json", f"{EVIL}.bcf"],
    ["convert", f"{EVIL}.json", f"{EVIL}.toml"],
    ["convert", f"{EVIL}.json", f"{EVIL}.xyz"],
    ["convert", f"{EVIL}.json", f"{EVIL}/a.json"],
    ["convert", f"{EVIL}.json", f"{EVIL}.cnf", "--node", EVIL + "x"],
    *(["run", name] for name in ("key.toml", "root.toml", "good.toml", "node.toml", "of.toml", "operator.toml", "bad.eqb")),
    ["run", f"{EVIL}.toml"],
    ["run", EVIL],
    *(["solve", name, "--operator", "global"] for name in ("bad.json", "twice.json", "bad.bcf", "good.toml", EVIL)),
    ["solve", "good.toml", "--operator", "global", "--graph", EVIL + "x"],
    ["revise", f"@{EVIL}", "p"],
    ["revise", "p", f"q {EVIL}"],
    ["revise", "p", "q", f"--choice={EVIL}"],
    ["serve", "--keys-file", EVIL],
    ["serve", "--settings", EVIL],
    ["serve", "--database", f"{EVIL}/x.db"],
    ["serve", "--host", EVIL],
    [EVIL],
    ["solve", f"--{EVIL}"],
    ["-c", f"open {QUOTED}"],
    ["-c", f"source {QUOTED}"],
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", COMMANDS, ids=map(str, range(len(COMMANDS))))
def test_the_command_line(command):
    """Nothing that cannot be seen is printed by any command, and no name begins a line."""
    ran = call(*command)
    for line in (ran.stdout + ran.stderr).split("\n"):
        assert is_visible(line), ascii(line)
        assert not line.startswith("equibel: done")
    assert "internal error" not in ran.stderr
    assert ran.stdout or ran.stderr


def test_files_keep_names(folder):
    """What is written to a file, or to standard output as data, has the name as it is."""
    assert call("convert", f"{EVIL}.json", "copy.json").exit_code == 0
    assert EVIL in read_graph(folder / "copy.json")
    assert call("convert", "good.toml", "copy.toml").exit_code == 0
    printed = call("convert", f"{EVIL}.json", "-").stdout
    assert json.loads(printed)["nodes"][0]["id"] == EVIL


SHELL = f"""
open {json.dumps(EVIL + ".json")}
graphs; nodes; edges; formulas; weights; atoms; asp
show_node {QUOTED}
use {QUOTED}
load good.toml
graphs
results
show r
snapshot {QUOTED}
snapshots
undo
redo
history
restore {QUOTED}
copy g {QUOTED}
rename r {QUOTED}
results {QUOTED}
derive {QUOTED} = global g
store {json.dumps(EVIL + ".bcf")}
save {json.dumps(EVIL + ".toml")}
save {json.dumps(EVIL + ".eqw")}
save
open {json.dumps(EVIL + ".eqw")}
literals
models {QUOTED}
entails {QUOTED} p
compare global simple
compare {QUOTED} simple
delete {QUOTED}
help {QUOTED}
{QUOTED}
source {QUOTED}
load {json.dumps(EVIL + ".none")}
add_formula {QUOTED} p &
add_node {QUOTED}
remove_node {json.dumps(EVIL + "x")}
"""


class Recorder(PlainDisplay):
    """Keeps what is shown, also as a terminal would show it."""

    def __init__(self):
        self.shown = []

    def show(self, reply):
        self.shown.append(plain(reply))
        self.shown.append(re.sub(r"\x1b\[[0-9;]*m", "", coloured(reply, 200)))

    def error(self, text):
        self.shown.append(visible_message(text) + "\n")

    def note(self, text):
        self.shown.append(visible(text) + "\n")


@pytest.mark.usefixtures("folder")
def test_the_shell():
    """Nor does any command of the shell show it, on a terminal or not."""
    display = Recorder()
    runner = Runner(Session(), display, keep_going=True)
    runner.run(SHELL.replace("; ", "\n"))
    runner.session.close()
    lines = "".join(display.shown).split("\n")
    assert len(lines) > 100
    for line in lines:
        assert is_visible(line), ascii(line)
        assert not line.startswith("equibel: done")


def test_names_can_be_typed_as_they_are_shown():
    """A name that stands in quotation marks with escapes is read back as the name."""
    session = Session()

    def do(text):
        return "".join(plain(execute(Context(session), call)) for call in parse(text))

    do(f"add_node {QUOTED}")
    shown = do("nodes").partition("[")[2].rstrip("]\n")
    assert is_visible(shown)
    do(f"add_formula {shown} p")
    assert [str(formula) for formula in session.workspace.graph("g").beliefs(EVIL)] == ["p"]
    assert shown in [candidate.text for candidate in complete("formulas ", session)]


def test_names_of_files_are_completed(tmp_path, monkeypatch):
    """A file's name is proposed in a form that can be seen, and that is read as that name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{EVIL}.json").write_text('{"nodes": [{"id": 1}], "edges": []}')
    session = Session()
    (candidate,) = complete("open ", session)
    assert is_visible(candidate.text)
    for each in parse(f"open {candidate.text}"):
        execute(Context(session), each)
    assert list(session.workspace.graphs) == [EVIL]
