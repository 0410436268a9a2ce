"""Metrics of the server for Prometheus."""

from __future__ import annotations

import threading
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from equibel.solving import total

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SHORT = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LONG = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)


class Metrics:
    """Counters of one server.

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.request("GET", "/healthz", 200, 0.001)
    >>> "equibel_requests_total{" in metrics.text()
    True
    """

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._lock = threading.Lock()
        self._requests = Counter("equibel_requests", "Requests answered.", ["method", "route", "status"], registry=registry)
        self._request_seconds = Histogram(
            "equibel_request_seconds", "The time of requests.", ["route"], buckets=_SHORT, registry=registry
        )
        self._jobs = Counter("equibel_jobs", "Jobs that have ended, by how.", ["status"], registry=registry)
        self._job_seconds = Histogram("equibel_job_seconds", "The time of jobs.", buckets=_LONG, registry=registry)
        self._solver_calls = Counter("equibel_solver_calls", "Computations by the solver.", registry=registry)
        self._solver_seconds = Counter("equibel_solver_seconds", "Their time.", registry=registry)
        self._called = total().solver_calls
        self._queued = Gauge("equibel_jobs_queued", "Jobs waiting.", registry=registry)
        self._running = Gauge("equibel_jobs_running", "Jobs being computed.", registry=registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; ``route`` is the route's pattern and not the path, which may be anything."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def job(self, status: str, seconds: float) -> None:
        """A job has ended."""
        self._jobs.labels(status).inc()
        self._job_seconds.observe(seconds)

    def solver(self, seconds: float, calls: int) -> None:
        """Add solver time, and solver calls of another process."""
        self._solver_calls.inc(calls)
        self._solver_seconds.inc(seconds)

    def watch_jobs(self, queued: Callable[[], float], running: Callable[[], float]) -> None:
        """Set the functions that count the queued and running jobs."""
        self._queued.set_function(queued)
        self._running.set_function(running)

    def text(self) -> str:
        """All metrics in Prometheus' text format."""
        with self._lock:  # what this process has asked the solver itself, for a query
            before, self._called = self._called, total().solver_calls
            self._solver_calls.inc(self._called - before)
        return generate_latest(self.registry).decode()
