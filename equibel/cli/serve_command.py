"""``equibel serve``: the HTTP server."""

from __future__ import annotations

import signal
from typing import Any

import click

from equibel.cli.render import message, note
from equibel.cli.streams import abandon_output
from equibel.errors import OptionError


@click.command(
    short_help="Serve workspaces over HTTP.",
    epilog="""\b
Examples:
  equibel serve
  equibel serve --port 8080 --database work.db
  equibel serve --new-key alice --keys-file keys.toml
  equibel serve --host 0.0.0.0 --keys-file keys.toml

\b
All settings, including limits, can be set in a file or in the environment, such as
EQUIBEL_MAX_NODES=500; docs/SERVER.md lists them.""",
)
@click.option("--host", metavar="ADDRESS", help="The address to listen on.  [default: 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="The port to listen on; 0 chooses a free one.  [default: 8000]",
)
@click.option("--database", metavar="FILE|URL", help="An SQLite file, or postgresql://user@host/name.")
@click.option("--keys-file", metavar="FILE", help="The file of API keys; clients must send one of them.")
@click.option("--new-key", metavar="NAME", help="Add an API key for NAME to that file, print it, and exit.")
@click.option(
    "--cors-origin",
    "cors_origins",
    multiple=True,
    metavar="URL",
    help="Allow web pages of this origin (CORS).  May be repeated.",
)
@click.option("--settings", "file", metavar="FILE", help="A TOML file with settings.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), help="[default: info]")
@click.option("--log-format", type=click.Choice(["json", "text"]), help="[default: json]")
def serve(new_key: str | None, file: str | None, **options: Any) -> int:
    """Start the HTTP server: graphs, queries, long computations and workspaces for other programs.

    The workspaces are stored in a database: a file in your data folder, or --database.  Ctrl-C stops the server.

    Without API keys, only requests from this computer are answered.  With --keys-file, every client must send an API key,
    and has access only to what was made with keys of the same name.
    """
    given = {name: value for name, value in options.items() if value not in (None, ())}
    try:
        from equibel.server.settings import load_settings

        settings = load_settings(file or "", **given)
        if new_key is not None:
            return _add_key(settings.keys_file, new_key)
        from equibel.server.running import run

        def ready(url: str) -> None:
            if not settings.keys_file:
                note("no API keys are set; only requests from this computer are answered")
            told = f"Equibel is ready at {url}, documentation at {url}/docs; Ctrl-C stops it"
            try:
                click.echo(told)
            except OSError:  # standard output has no reader; the server starts all the same
                abandon_output()
                message(told)

        return 130 if run(settings, ready) == signal.SIGINT else 0
    except OptionError as error:
        raise click.UsageError(str(error)) from None


def _add_key(file: str, name: str) -> int:
    if not file:
        raise click.UsageError("--new-key needs the file of API keys: --keys-file FILE")
    from equibel.server.keys import new_key

    key = new_key(file, name)
    message(f"{file} has a new API key for {name}; the file stores only its hash, so this is the only copy:")
    click.echo(key)
    return 0
