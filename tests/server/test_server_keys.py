"""Keys: made once, kept as hashes, read again when the file changes."""

import logging
import os
import stat

import pytest

from equibel.errors import FileAccessError, FileFormatError, OptionError
from equibel.server import keys as module
from equibel.server.keys import ApiKeys, Client, new_key

HASH = "0" * 64
ENTRY = f"[[keys]]\nname = 'a'\nsha256 = '{HASH}'\n"


def write_privately(path, text):
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def test_a_key_is_known_by_its_hash_only(tmp_path):
    """The file has nothing from which the key could be found out."""
    path = tmp_path / "keys.toml"
    key = new_key(str(path), "alice")
    text = path.read_text(encoding="utf-8")
    assert key not in text
    assert key.removeprefix("eqb_") not in text
    assert len(key) > 40
    assert ApiKeys(str(path)).client(key) == Client("alice")


def test_only_the_owner_may_read_the_file(tmp_path):
    """A new file is nobody else's."""
    path = tmp_path / "keys.toml"
    new_key(str(path), "alice")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_keys_are_added_to_what_there_is(tmp_path):
    """Comments stay, a name may have several keys, and a file that does not end with a line break is no trouble."""
    path = tmp_path / "keys.toml"
    write_privately(path, "# those of the class")
    made = [new_key(str(path), name) for name in ("alice", "bob", "alice")]
    assert path.read_text(encoding="utf-8").startswith("# those of the class\n")
    known = ApiKeys(str(path))
    assert [known.client(key).name for key in made] == ["alice", "bob", "alice"]


@pytest.mark.parametrize("key", ["", "eqb_", "alice", HASH, "é", "\udcff", "x" * 100_000])
def test_other_keys_are_nobodys(tmp_path, key):
    """Neither a name nor a hash is a key."""
    path = str(tmp_path / "keys.toml")
    new_key(path, "alice")
    assert ApiKeys(path).client(key) is None


@pytest.mark.parametrize("name", ["", "a b", 'a"', "a\nb", "-a", "x" * 65, "é"])
def test_names(tmp_path, name):
    """A name that could not stand in the file or in the log is refused, and nothing is written."""
    with pytest.raises(OptionError):
        new_key(str(tmp_path / "keys.toml"), name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no API key"),
        ("keys = 3", "nothing but [[keys]]"),
        ("alice = 'x'", "nothing but [[keys]]"),
        ("[[keys]]\nname = 'a'", "key 1: 'sha256' must be 64"),
        (f"[[keys]]\nsha256 = '{HASH}'", "key 1: 'name' must be"),
        (f"[[keys]]\nname = 'a'\nsha256 = '{HASH}'\nrole = 'x'", "key 1: unknown field 'role'"),
        ("[[keys]", "line 1"),
    ],
)
def test_files_that_are_none_of_keys(tmp_path, text, said):
    """A server does not start with a file of keys that it does not understand."""
    path = tmp_path / "keys.toml"
    write_privately(path, text)
    with pytest.raises(FileFormatError) as raised:
        ApiKeys(str(path))
    assert said in str(raised.value)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o640, 0o660, 0o622, 0o602, 0o601, 0o666])
def test_a_file_that_others_can_use(tmp_path, mode):
    """A file of keys that others can read or change is refused, with what to do; it was read without a word."""
    path = tmp_path / "keys.toml"
    write_privately(path, ENTRY)
    path.chmod(mode)
    for act in (ApiKeys, lambda path: new_key(path, "alice")):
        with pytest.raises(FileAccessError) as raised:
            act(str(path))
        problem = f"others can read or change this file (its mode is {mode:04o}), and keys must be private: chmod 600 {path}"
        assert str(raised.value) == f"{path}: {problem}"
    assert path.read_text(encoding="utf-8") == ENTRY
    path.chmod(0o600)
    ApiKeys(str(path))
    path.chmod(0o400)
    ApiKeys(str(path))


@pytest.mark.parametrize(("mode", "fine"), [(0o640, True), (0o440, True), (0o660, False), (0o644, False), (0o650, False)])
def test_a_file_of_somebody_else(tmp_path, monkeypatch, mode, fine):
    """The group may read a file that belongs to another one: a server that is not its owner reads it that way."""
    path = tmp_path / "keys.toml"
    write_privately(path, ENTRY)
    path.chmod(mode)
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(path).st_uid + 1)
    if fine:
        ApiKeys(str(path))
    else:
        with pytest.raises(FileAccessError, match="others can read or change this file"):
            ApiKeys(str(path))


def test_a_file_that_others_can_use_suddenly(tmp_path, monkeypatch, caplog):
    """A server that is running says so, and goes on with the keys that it has."""
    monkeypatch.setattr(module, "_LOOK_AGAIN", 0.0)
    path = tmp_path / "keys.toml"
    alice = new_key(str(path), "alice")
    known = ApiKeys(str(path))
    path.chmod(0o644)
    with caplog.at_level(logging.ERROR):
        assert known.client(alice) == Client("alice")
    assert "the API keys were not read again" in caplog.text
    assert "chmod 600" in caplog.text


def test_a_file_that_is_not_there(tmp_path):
    """Nor without one."""
    with pytest.raises(FileAccessError):
        ApiKeys(str(tmp_path / "keys.toml"))
    with pytest.raises(FileAccessError):
        new_key(str(tmp_path / "no" / "keys.toml"), "alice")


def test_the_file_may_change_while_the_server_runs(tmp_path, monkeypatch, caplog):
    """A key that is added is let in, one that is deleted is not, and a broken file changes nothing."""
    monkeypatch.setattr(module, "_LOOK_AGAIN", 0.0)
    path = tmp_path / "keys.toml"
    alice = new_key(str(path), "alice")
    known = ApiKeys(str(path))
    bob = new_key(str(path), "bob")
    assert known.client(bob) == Client("bob")
    text = path.read_text(encoding="utf-8")
    path.write_text("broken", encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        assert known.client(bob) == Client("bob")
    assert "the API keys were not read again" in caplog.text
    path.write_text(text[text.index("[[keys]]", 5) :], encoding="utf-8")
    assert known.client(alice) is None
    assert known.client(bob) == Client("bob")
