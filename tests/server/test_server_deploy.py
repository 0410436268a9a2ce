"""The files in examples/deploy/ fit the server, and what docs/SERVER.md shows works."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
from commandline import call

from equibel.server import Settings
from equibel.server.running import _listen
from equibel.server.settings import load_settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "deploy"


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"EQUIBEL_{name.upper()}", raising=False)


def test_the_settings_are_read():
    """Every name in the file is a setting, and the file asks for keys."""
    assert load_settings(str(FOLDER / "server.toml")).keys_file


def test_the_service_starts_the_server():
    """The command line of the unit is one, and its user may write where the settings say."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(FOLDER / "equibel.service")
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/equibel")
    assert call(*arguments, "--help").exit_code == 0
    settings = load_settings(str(FOLDER / "server.toml"))
    assert settings.database.startswith("/var/lib/equibel/")
    assert settings.keys_file.startswith("/var/lib/equibel/")
    memory = int(unit["Service"]["MemoryMax"].removesuffix("G")) * 1024
    assert memory > (settings.jobs_running + settings.solves_running) * settings.job_memory_mb


def test_the_container_sets_what_there_is(monkeypatch):
    """Its variables are settings, and it asks for keys, since it listens to others."""
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    variables = dict(re.findall(r"(EQUIBEL_\w+)=(\S+)", text))
    assert len(variables) == 4
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.host, settings.keys_file) == ("0.0.0.0", "/data/keys.toml")
    assert f"EXPOSE {settings.port}\n" in text
    assert f"127.0.0.1:{settings.port}/readyz" in text


def test_small_answers_are_sent_at_once():
    """The listening socket knows that it is TCP; without that, asyncio let answers wait for 40 ms."""
    listener, url = _listen(Settings(port=0))
    with listener:
        assert listener.proto == 6
        assert url == f"http://127.0.0.1:{listener.getsockname()[1]}"
