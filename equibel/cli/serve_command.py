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
All settings, limits among them, can stand in a file or in the environment, such as
EQUIBEL_MAX_NODES=500; docs/SERVER.md lists them.""",
)
@click.option("--host", metavar="ADDRESS", help="Where to listen.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Its port; 0 takes a free one.  [default: 8000]")
@click.option("--database", metavar="FILE|URL", help="A file for SQLite, or postgresql://user@host/name.")
@click.option("--keys-file", metavar="FILE", help="The file of the keys that clients must show.")
@click.option("--new-key", metavar="NAME", help="Add a key for NAME to that file, print it, and end.")
@click.option("--cors-origin", "cors_origins", multiple=True, metavar="URL", help="Let its web pages in.  Repeatable.")
@click.option("--settings", "file", metavar="FILE", help="A TOML file with settings.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), help="[default: info]")
@click.option("--log-format", type=click.Choice(["json", "text"]), help="[default: json]")
def serve(new_key: str | None, file: str | None, **options: Any) -> int:
    """Serve graphs, queries, long computations and their results to programs over HTTP.

    The workspaces are kept in a database: a file of yours, or what --database names.  Ctrl-C stops the server.

    Without keys it answers to programs on this computer only.  With --keys-file every client shows a key, and sees only
    what was made with keys of the same name.
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
                note("no keys are asked for, so only programs on this computer are answered")
            told = f"Equibel is ready at {url}, documentation at {url}/docs; Ctrl-C stops it"
            try:
                click.echo(told)
            except OSError:  # nobody reads standard output, which is no reason not to serve
                abandon_output()
                message(told)

        return 130 if run(settings, ready) == signal.SIGINT else 0
    except OptionError as error:
        raise click.UsageError(str(error)) from None


def _add_key(file: str, name: str) -> int:
    if not file:
        raise click.UsageError("--new-key needs the file to add it to: --keys-file FILE")
    from equibel.server.keys import new_key

    key = new_key(file, name)
    message(f"{file} has a new key for {name}; only its hash is kept there, so this is the key's only copy:")
    click.echo(key)
    return 0
