"""Settings: where they come from, what is refused, and that the page about them is complete."""

import re
from pathlib import Path

import pytest

from equibel.errors import FileAccessError, FileFormatError, OptionError
from equibel.server import Settings
from equibel.server.settings import load_settings

PAGE = Path(__file__).parents[2] / "docs" / "SERVER.md"


def write(folder, text):
    path = folder / "server.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"EQUIBEL_{name.upper()}", raising=False)


def test_what_is_given_matters_most_then_the_environment_then_the_file(tmp_path, monkeypatch):
    """The command line is stronger than a variable, which is stronger than the file, which is stronger than defaults."""
    path = write(tmp_path, "port = 1001\nmax_nodes = 1002\nmax_edges = 1003\n")
    monkeypatch.setenv("EQUIBEL_PORT", "2001")
    monkeypatch.setenv("EQUIBEL_MAX_NODES", "2002")
    loaded = load_settings(path, port=3001)
    assert (loaded.port, loaded.max_nodes, loaded.max_edges) == (3001, 2002, 1003)
    assert loaded.max_atoms == Settings.model_fields["max_atoms"].default


def test_a_variable_names_the_file(tmp_path, monkeypatch):
    """EQUIBEL_SETTINGS does what --settings does."""
    monkeypatch.setenv("EQUIBEL_SETTINGS", write(tmp_path, 'host = "::1"'))
    assert load_settings().host == "::1"


def test_lists(tmp_path, monkeypatch):
    """A list is a list in the file, and has commas in a variable."""
    origins = ("https://a.example", "http://b.example:3000")
    assert load_settings(write(tmp_path, f"cors_origins = {list(origins)}")).cors_origins == origins
    monkeypatch.setenv("EQUIBEL_CORS_ORIGINS", ", ".join(origins))
    assert load_settings().cors_origins == origins


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 70000", "port: input should be less than or equal to 65535"),
        ('max_nodes = "many"', "max_nodes: input should be a valid integer"),
        ("job_seconds = nan", "job_seconds: input should be a finite number"),
        ("max_node = 3", "unknown setting 'max_node' (did you mean 'max_nodes'?)"),
        ('cors_origins = ["*"]', "cors_origins: expected an origin like https://example.org"),
        ('log_level = "loud"', "log_level: input should be 'debug'"),
        ("port 3", "line 1"),
    ],
)
def test_a_file_that_says_something_else(tmp_path, text, said):
    """What a file cannot say is told with the file's name."""
    path = write(tmp_path, text)
    with pytest.raises(FileFormatError) as raised:
        load_settings(path)
    assert str(raised.value).startswith(path)
    assert said in str(raised.value)


def test_a_file_that_is_not_there(tmp_path):
    """A file that cannot be read is told as everywhere."""
    with pytest.raises(FileAccessError):
        load_settings(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("EQUIBEL_PORT", "x", "EQUIBEL_PORT: input should be a valid integer"),
        ("EQUIBEL_MAX_NODES", "0", "EQUIBEL_MAX_NODES: input should be greater than or equal to 1"),
        ("EQUIBEL_MAX_NODE", "5", "EQUIBEL_MAX_NODE is not a setting (did you mean 'max_nodes'?)"),
    ],
)
def test_a_variable_that_says_something_else(monkeypatch, variable, value, said):
    """A wrong value is told, and so is a limit that would go unnoticed because its name is misspelt."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(OptionError) as raised:
        load_settings()
    assert said in str(raised.value)
    assert raised.value.option == variable


def test_variables_of_others_are_left_alone(monkeypatch):
    """The shell has a variable too, and others may have some that nobody here knows."""
    monkeypatch.setenv("EQUIBEL_HISTORY", "x")
    monkeypatch.setenv("EQUIBEL_SOMETHING_ELSE", "x")
    load_settings()


def test_what_is_given_is_checked():
    """A setting given by a program is checked like any other."""
    with pytest.raises(OptionError) as raised:
        load_settings(port=-1)
    assert raised.value.option == "port"


def shown(value):
    """A default as the page shows it."""
    if value in ("", ()):
        return "none" if value == () else "empty"
    return f"`{int(value) if isinstance(value, float) and value.is_integer() else value}`"


def test_the_page_lists_every_setting():
    """The tables of docs/SERVER.md have every setting, in order, with its default and what it is."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(name, shown(field.default), field.description) for name, field in Settings.model_fields.items()]
