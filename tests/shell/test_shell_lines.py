"""The shell without a terminal: scripts, pipes, ``-c``, as programs of their own."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from commandline import ENVIRONMENT, PROGRAM, ROOT, program
from long_work import quarrel

import equibel as eb

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


def test_a_script(tmp_path):
    """``equibel run FILE.eqb`` executes it; the example of the examples goes through."""
    script = tmp_path / "s.eqb"
    script.write_text(SESSION, encoding="utf-8")
    ran = program("run", script, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, SHOWN)
    example = program("run", ROOT / "examples" / "session.eqb")
    assert (example.returncode, example.stderr) == (0, "")
    assert "* 2  p & r\n" in example.stdout


@pytest.mark.parametrize("how", ["pipe", "script", "argument"])
def test_the_first_error_stops(how, tmp_path):
    """Exit code 1, and a message that names the line and the command; with --keep-going the rest is executed."""
    text = "add_nodes [1,\n 2]\nadd_formula 1 p & & q\nnodes\n"
    (tmp_path / "s.eqb").write_text(text, encoding="utf-8")

    def run(*options):
        match how:
            case "pipe":
                return program("shell", *options, input=text, cwd=tmp_path)
            case "script":
                return program("run", "s.eqb", *options, cwd=tmp_path)
        return program("-c", text, *options, cwd=tmp_path)

    place = "s.eqb, line 3" if how == "script" else "line 3"
    message = f"equibel: {place}, add_formula: column 19: unexpected '&'"
    stopped = run()
    assert (stopped.returncode, stopped.stdout) == (1, "2 nodes: [1, 2]\n")
    assert stopped.stderr.startswith(message)
    assert stopped.stderr.endswith("\n  add_formula 1 p & & q\n" + " " * 20 + "^\n")
    went_on = run("--keep-going")
    assert (went_on.returncode, went_on.stdout) == (1, "2 nodes: [1, 2]\n" * 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["shell", "a", "b"], "unexpected extra argument"),
        (["-c", "nodes", "shell"], "stand alone"),
        (["--keep-going", "shell"], "stand alone"),
        (["run", "x.txt"], "not a workspace"),
        ([], "Missing command"),
    ],
)
def test_wrong_usage(arguments, said):
    """Exit code 2."""
    ran = program(*arguments, stdin=subprocess.DEVNULL)
    assert ran.returncode == 2
    assert said in ran.stderr


def test_files_of_every_kind_can_be_opened(tmp_path):
    """``equibel shell FILE``: read into memory, or kept from command to command."""
    ran = program("shell", ROOT / "examples" / "quickstart.toml", "-c", "show shared")
    assert "* 2  r\n" in ran.stdout
    ran = program("shell", ROOT / "examples" / "vote.bcf", "-c", "nodes")
    assert ran.stdout == "4 nodes: [0..3]\n"
    assert program("shell", "w.eqw", "-c", "add_node 1\nfrobnicate", cwd=tmp_path).returncode == 1
    assert program("shell", "w.eqw", "-c", "nodes", cwd=tmp_path).stdout == "1 node: [1]\n"
    missing = program("shell", "none.toml", cwd=tmp_path, stdin=subprocess.DEVNULL)
    assert missing.returncode == 1
    assert "no such file" in missing.stderr


def test_system_commands_and_sources(tmp_path):
    """``!``, ``shell`` and ``source`` work in their place among the replies; a failing one is an error."""
    (tmp_path / "a.eqb").write_text("add_node 1\nsource b.eqb\n", encoding="utf-8")
    (tmp_path / "b.eqb").write_text("add_node 2\n\nfrobnicate\n", encoding="utf-8")
    ran = program("-c", "nodes\n!echo one; echo two\nshell echo three\nsource a.eqb\nadd_node 3", cwd=tmp_path)
    assert ran.stdout == "0 nodes: []\none\ntwo\nthree\n1 node: [1]\n2 nodes: [1, 2]\n"
    assert ran.stderr == "equibel: b.eqb, line 3, frobnicate: there is no command 'frobnicate'; 'help' lists the commands\n"
    failed = program("-c", "!exit 3")
    assert failed.returncode == 1
    assert "ended with code 3" in failed.stderr
    (tmp_path / "a.eqb").write_text("source a.eqb\n", encoding="utf-8")
    assert "executes itself" in program("run", "a.eqb", cwd=tmp_path).stderr


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
    ran = subprocess.run([*PROGRAM, "shell"], input=b"nodes\n\xff\n", capture_output=True, env=ENVIRONMENT, timeout=60)
    assert ran.returncode == 1
    assert b"line 2" in ran.stderr


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
    assert program("shell", "w.eqw", "-c", "nodes", cwd=tmp_path).stdout == "2 nodes: [0, 1]\n"


def eb_data():
    from equibel.files import node_link

    return node_link(quarrel(), "the quarrel")


def test_two_shells_of_one_file(tmp_path):
    """The second is told who has the file, and may look at it all the same."""
    first = subprocess.Popen(
        [*PROGRAM, "shell", "w.eqw"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, encoding="utf-8",
        cwd=tmp_path,
    )
    with first:
        first.stdin.write("add_node 1\n")
        first.stdin.flush()
        first.stdout.readline()
        second = program("shell", "w.eqw", "-c", "nodes", cwd=tmp_path)
        assert second.returncode == 1
        assert str(first.pid) in second.stderr
        looking = program("shell", "--read-only", "w.eqw", "-c", "nodes\nadd_node 2", cwd=tmp_path)
        assert looking.stdout == "1 node: [1]\n"
        assert "reading only" in looking.stderr
        first.stdin.close()
        assert first.wait(30) == 0


def test_the_library_does_not_load_the_shell():
    """A script of the shell loads what draws on terminals only when there is one."""
    code = "from equibel.cli import equibel; equibel.main(['-c', 'add_node 1; quit'])"
    script = f"import sys\ntry:\n  {code}\nexcept SystemExit: print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True, env=os.environ)
    loaded = ran.stdout.split()
    assert "equibel.shell" in loaded
    assert not {"prompt_toolkit", "rich"} & set(loaded)
