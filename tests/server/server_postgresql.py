"""A PostgreSQL server of its own for tests, where PostgreSQL and its driver are installed."""

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

_numbers = itertools.count(1)


def _folder():
    """Where PostgreSQL's programs are; Debian does not put them where programs usually are."""
    if importlib.util.find_spec("psycopg") is None:
        return None
    found = [Path(path).resolve() for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return next((path.parent for path in found if (path.parent / "pg_ctl").exists()), None)


PROGRAMS = _folder()
#: The kinds of databases that can be tested here.
KINDS = ["sqlite", *(["postgresql"] if PROGRAMS else [])]


def _user():
    """PostgreSQL refuses to run as root, so somebody else has to."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def cluster():
    """A function that makes a new database and returns its URL; the server ends with the context."""
    import psycopg

    user = _user()
    with tempfile.TemporaryDirectory(prefix="equibel-pg-", ignore_cleanup_errors=True) as folder:
        if user is not None:
            shutil.chown(folder, user)

        def run(program, *arguments):
            command = [str(PROGRAMS / program), *arguments]
            subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder, timeout=120)

        data = f"{folder}/data"
        run("initdb", "-D", data, "-U", "equibel", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:

            def new_database():
                name = f"test{next(_numbers)}"
                with psycopg.connect(host=folder, user="equibel", dbname="postgres", autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {name}")
                return f"postgresql://equibel@/{name}?host={folder}"

            yield new_database
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
