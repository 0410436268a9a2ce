"""The shell without a terminal: scripts, pipes, ``-c``, as programs of their own."""

import json
import signal
import subprocess
import sys
import time

import pytest
from commandline import ENVIRONMENT, PROGRAM, ROOT, call, hard_scenario, program, write_json
from long_work import quarrel

import equibel as eb
from equibel.workspace import open_workspace

SESSION = """add_nodes [1,2,3,4]
add_edges [(1,2), (2,3), (3,4)]
add_formula 1 p&q
add_formula 4 ~p
one_shot
store c.bcf
create_path g2 6
use g
"""
SHOWN = """4 nodes: [1..4]
3 edges:
  1 <-> 2
  2 <-> 3
  3 <-> 4
  1  p & q
  4  ~p
global of g:
  1  p & q
* 2  q
* 3  q
* 4  q & ~p
stored g in c.bcf
g2: 6 nodes, 5 edges; it is the current graph
g: 4 nodes, 3 edges; it is the current graph
"""


def test_a_session_through_a_pipe(tmp_path):
    """No prompt, plain text, exit code 0; what is stored is the completion."""
    ran = program("shell", input=SESSION, cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, SHOWN, "")
    assert eb.read_graph(tmp_path / "c.bcf").equivalent(4, "q & ~p")


def test_verbose():
    """``set verbose on`` tells on standard error what each command has cost."""
    build = "create_path g [1, 2, 3]; add_formula 1 p; add_formula 3 ~p;"
    ran = call("-c", f"{build} set verbose on; nodes; global; set verbose off; undo; global;")
    assert (ran.exit_code, ran.stdout) == (0, "")
    first, *methods = ran.stderr.splitlines()
    assert first == "equibel: note: problems: 1, groups: 1, EQ sets searched: 0, EQ sets enumerated: 0, solver calls: 0"
    assert [line.split(",")[0] for line in methods] == ["equibel: note: free: asked 1"]


def test_verbose_when_a_command_fails(folder):
    """What was done before the time was over is told before the error."""
    write_json(folder / "hard.json", hard_scenario(8))
    ran = call("-c", "load hard.json; set time_limit 1; set verbose on; global")
    assert ran.exit_code == 1
    *notes, error = ran.stderr.splitlines()
    assert notes[0].startswith("equibel: note: problems: 1, groups: ")
    assert "line 1, global: " in error


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_script(folder):
    """``equibel run FILE.eqb`` executes it; the example of the examples goes through."""
    (folder / "s.eqb").write_text(SESSION, encoding="utf-8")
    ran = call("run", "s.eqb")
    assert (ran.exit_code, ran.stdout) == (0, SHOWN)
    example = call("run", ROOT / "examples" / "session.eqb")
    assert (example.exit_code, example.stderr) == (0, "")
    assert "* 2  p & r\n" in example.stdout


@pytest.mark.parametrize("how", ["pipe", "script", "argument"])
def test_the_first_error_stops(how, folder):
    """Exit code 1, and a message that names the line and the command; with --keep-going the rest is executed."""
    text = "add_nodes [1,\n 2]\nadd_formula 1 p & & q\nnodes\n"
    (folder / "s.eqb").write_text(text, encoding="utf-8")

    def run(*options):
        match how:
            case "pipe":
                return call("shell", *options, stdin=text)
            case "script":
                return call("run", "s.eqb", *options)
        return call("-c", text, *options)

    place = "s.eqb, line 3" if how == "script" else "line 3"
    message = f"equibel: {place}, add_formula: column 19: unexpected '&'"
    stopped = run()
    assert (stopped.exit_code, stopped.stdout) == (1, "2 nodes: [1, 2]\n")
    assert stopped.stderr.startswith(message)
    assert stopped.stderr.endswith("\n  add_formula 1 p & & q\n" + " " * 20 + "^\n")
    went_on = run("--keep-going")
    assert (went_on.exit_code, went_on.stdout) == (1, "2 nodes: [1, 2]\n" * 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["shell", "a", "b"], "unexpected extra argument"),
        (["-c", "nodes", "shell"], "cannot be used together"),
        (["--keep-going", "shell"], "cannot be used together"),
        (["run", "x.txt"], "not a workspace"),
        ([], "Usage: equibel"),
    ],
)
def test_wrong_usage(arguments, said):
    """Exit code 2."""
    ran = call(*arguments)
    assert ran.exit_code == 2
    assert said in ran.stderr


def test_files_of_every_kind_can_be_opened(folder):
    """``equibel shell FILE``: read into memory, or kept from command to command."""
    assert "* 2  r\n" in call("shell", ROOT / "examples" / "quickstart.toml", "-c", "show shared").stdout
    assert call("shell", ROOT / "examples" / "vote.bcf", "-c", "nodes").stdout == "4 nodes: [0..3]\n"
    assert call("shell", "w.eqw", "-c", "add_node 1\nfrobnicate").exit_code == 1
    assert call("shell", "w.eqw", "-c", "nodes").stdout == "1 node: [1]\n"
    missing = call("shell", "none.toml")
    assert missing.exit_code == 1
    assert "file not found" in missing.stderr


@pytest.mark.process
def test_system_commands_and_sources(tmp_path):
    """``!``, ``shell`` and ``source`` work in their place among the replies; a failing one is an error."""
    (tmp_path / "a.eqb").write_text("add_node 1\nsource b.eqb\n", encoding="utf-8")
    (tmp_path / "b.eqb").write_text("add_node 2\n\nfrobnicate\n", encoding="utf-8")
    ran = program("-c", "nodes\n!echo one; echo two\nshell echo three\nsource a.eqb\nadd_node 3", cwd=tmp_path)
    assert ran.stdout == "0 nodes: []\none\ntwo\nthree\n1 node: [1]\n2 nodes: [1, 2]\n"
    assert ran.stderr == "equibel: b.eqb, line 3, frobnicate: there is no command 'frobnicate'; 'help' lists the commands\n"


def test_system_commands_and_sources_that_fail(folder):
    """They are errors of the script."""
    failed = call("-c", "!exit 3")
    assert failed.exit_code == 1
    assert "ended with code 3" in failed.stderr
    (folder / "a.eqb").write_text("source a.eqb\n", encoding="utf-8")
    assert "executes it again" in call("run", "a.eqb").stderr


def test_commands_are_executed_as_they_come():
    """Who feeds the pipe can wait for each reply."""
    child = subprocess.Popen(
        [*PROGRAM, "shell"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, encoding="utf-8", bufsize=1
    )
    with child:
        for number in range(1, 4):
            child.stdin.write(f"add_node\t{number}\n")
            assert child.stdout.readline().startswith(f"{number} node")
        child.stdin.write("quit\n")
        assert child.wait(30) == 0


def test_bytes_that_are_no_text():
    """They are refused with their line."""
    ran = call("shell", stdin=b"nodes\n\xff\n")
    assert ran.exit_code == 1
    assert "line 2" in ran.stderr


def test_interrupting_long_work(tmp_path):
    """Ctrl-C ends a script with exit code 130; what was done before is safe."""
    (tmp_path / "hard.json").write_text(json.dumps(eb_data()), encoding="utf-8")
    child = subprocess.Popen(
        [*PROGRAM, "shell", "w.eqw"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        encoding="utf-8",
        cwd=tmp_path,
    )
    with child:
        child.stdin.write("load hard.json\nglobal\nnodes\n")
        child.stdin.flush()
        assert child.stdout.readline().startswith("loaded")
        time.sleep(1)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (130, "")
    assert err == "equibel: line 2: interrupted\n"
    with open_workspace(tmp_path / "w.eqw") as workspace:
        assert [entry.line for entry in workspace.history()][1:] == ["load hard.json into g"]


def eb_data():
    from equibel.files import node_link

    return node_link(quarrel(), "the quarrel")


def test_two_shells_of_one_file(folder):
    """The second is told who has the file, and may look at it all the same."""
    first = subprocess.Popen(
        [*PROGRAM, "shell", "w.eqw"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, encoding="utf-8"
    )
    with first:
        first.stdin.write("add_node 1\n")
        first.stdin.flush()
        first.stdout.readline()
        second = call("shell", "w.eqw", "-c", "nodes")
        assert second.exit_code == 1
        assert str(first.pid) in second.stderr
        looking = call("shell", "--read-only", "w.eqw", "-c", "nodes\nadd_node 2")
        assert looking.stdout == "1 node: [1]\n"
        assert "reading only" in looking.stderr
        first.stdin.close()
        assert first.wait(30) == 0


def test_the_library_does_not_load_the_shell():
    """A script of the shell loads what draws on terminals only when there is one."""
    code = "from equibel.cli import equibel; equibel.main(['-c', 'add_node 1; quit'])"
    script = f"import sys\ntry:\n  {code}\nexcept SystemExit: print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    loaded = ran.stdout.split()
    assert "equibel.shell" in loaded
    assert not {"prompt_toolkit", "rich"} & set(loaded)


def test_places_are_those_in_the_line():
    """Also the place of a parenthesis that a message mentions is that in the command, not in its formula."""
    ran = call("-c", "create_path g2 2; add_formula 1 (p q")
    assert ran.exit_code == 1
    assert "column 18: unexpected 'q' (the '(' at column 15 is not closed)" in ran.stderr
