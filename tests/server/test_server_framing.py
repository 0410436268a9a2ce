"""Where requests end: what is uncertain is refused, and a connection on which something is left is closed."""

import contextlib
import json
import select
import socket
import time

import pytest
from serving import Running

HEAD = b"POST /v1/solve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Running(tmp_path_factory.mktemp("framing"), EQUIBEL_MAX_BODY_BYTES="100000") as server:
        yield server


class Talk:
    """A connection: what is sent on it as it is, and what comes back."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, data):
        """The head and the body of an answer."""
        self.socket.sendall(data)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.receive()
        head, _, body = answer.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        while len(body) < length:
            body += self.receive()
        return head.lower(), body

    def receive(self):
        data = self.socket.recv(65536)
        assert data, "the connection was closed"
        return data

    def closed(self):
        """Whether the other end is gone; what is sent after that arrives nowhere."""
        self.socket.settimeout(10)
        with contextlib.suppress(ConnectionError):
            return self.socket.recv(1) == b""
        return True

    def open(self):
        """Whether the connection takes another request."""
        return self.ask(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")[0].startswith(b"http/1.1 200")


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 2\r\n" + CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n",
        HEAD + CHUNKED + b"Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
        HEAD.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n",
    ],
)
def test_two_lengths(running, request_):
    """A request that says how long it is in two ways is refused, wherever it goes, and nothing after it is read.

    Its connection was kept, so that the rest could be taken for another request.
    """
    with Talk(running.port) as talk:
        head, body = talk.ask(request_)
        assert head.startswith(b"http/1.1 400 ")
        assert b"application/problem+json" in head
        assert json.loads(body)["type"] == "urn:equibel:bad-request"
        assert talk.closed()


def test_lengths_that_are_certain(running):
    """One length, or none, is as before: the connection stays."""
    with Talk(running.port) as talk:
        assert talk.ask(HEAD + b"Content-Length: 2\r\n\r\n{}")[0].startswith(b"http/1.1 422 ")
        assert talk.ask(HEAD + CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n")[0].startswith(b"http/1.1 422 ")
        assert talk.ask(HEAD + b"Content-Length: 0\r\n\r\n")[0].startswith(b"http/1.1 422 ")
        assert talk.open()


@pytest.mark.parametrize("path", [b"/nothing", b"/healthz", b"/v1/solve"])
def test_a_body_that_nobody_reads(running, path):
    """It is received all the same when it is not too large, and the connection stays."""
    with Talk(running.port) as talk:
        head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\n"
        assert talk.ask(head + b"x" * 50_000)[0].split()[1] in (b"404", b"405", b"415")
        assert talk.open()


@pytest.mark.parametrize(
    ("path", "chunked"), [(b"/v1/solve", True), (b"/v1/workspaces/w/file", False), (b"/nothing", False), (b"/healthz", True)]
)
def test_a_body_without_end(running, path, chunked):
    """A client that never stops sending is refused, and then it is not listened to any more.

    What it sent after its 413 was still taken.
    """
    method = b"PUT " if path.endswith(b"file") else b"POST "
    head = method + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += CHUNKED if chunked else b"Content-Length: 1000000000000\r\n"
    piece = b"x" * 65536
    piece = b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece
    sent, answer, until = 0, b"", time.monotonic() + 30
    talk = Talk(running.port)
    with contextlib.suppress(ConnectionError):
        talk.socket.sendall(head + b"\r\n")
        while time.monotonic() < until:
            readable, writable, _ = select.select([talk.socket], [talk.socket], [], 1)
            if readable:
                data = talk.socket.recv(65536)
                if not data:
                    break
                answer += data
            elif writable:
                sent += talk.socket.send(piece)
    assert time.monotonic() < until, "the server goes on listening"
    with contextlib.suppress(ConnectionError):
        while data := talk.socket.recv(65536):
            answer += data
    assert answer.split()[1] in ((b"413",) if path.startswith(b"/v1") else (b"404", b"405", b"413"))
    assert b"connection: close" in answer.lower()
    talk.socket.close()
    assert sent > 65536


def test_asking_before_sending(running):
    """Who waits for a word before sending a body that is refused gets the refusal, and the connection ends."""
    with Talk(running.port) as talk:
        head, _ = talk.ask(HEAD + b"Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n")
        assert head.startswith(b"http/1.1 413 ")
        assert talk.closed()
