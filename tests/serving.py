"""``equibel serve`` as a program of its own, on a free port."""

import contextlib
import re
import signal
import subprocess
from http.client import HTTPConnection

from commandline import ENVIRONMENT, PROGRAM


class Running:
    """A server that runs, until the end of the ``with`` statement."""

    def __init__(self, folder, *options, **environment):
        command = [*PROGRAM, "serve", "--port", "0", "--database", str(folder / "work.db"), *map(str, options)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        self.process = subprocess.Popen(command, env=ENVIRONMENT | environment, cwd=folder, **pipes)
        self.ready = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.ready)
        self.port = int(found[1]) if found else 0

    def __enter__(self):
        assert self.port, self.process.communicate(timeout=60)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def connection(self):
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method, path, body=None, **headers):
        """Status, headers and body of an answer."""
        with contextlib.closing(self.connection()) as connection:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def stop(self, number=signal.SIGTERM):
        """Exit code, and what was printed on standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors
