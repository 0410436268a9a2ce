"""Executors of all sorts, besides the pools that Python has."""

import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor


class AtOnce(Executor):
    """The least there is: work is done while it is submitted."""

    def __init__(self):
        self.submitted = 0

    def submit(self, fn, /, *args, **kwargs):
        self.submitted += 1
        future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Backwards(Executor):
    """Nothing is done before all is submitted, and then the last comes first."""

    def __init__(self, expected):
        self.expected = expected
        self.waiting = []

    def submit(self, fn, /, *args):
        future = Future()
        self.waiting.append((future, fn, args))
        if len(self.waiting) == self.expected:
            threading.Thread(target=self._work).start()
        return future

    def _work(self):
        for future, fn, args in reversed(self.waiting):
            if future.set_running_or_notify_cancel():
                future.set_result(fn(*args))


class Bare:
    """What a future has to have, as other libraries write them: no more than the four methods, and no class in common."""

    def __init__(self, future):
        self._future = future

    def done(self):
        return self._future.done()

    def result(self, timeout=None):
        return self._future.result(timeout)

    def exception(self, timeout=None):
        return self._future.exception(timeout)

    def cancel(self):
        return self._future.cancel()


class Foreign:
    """An executor in all but its class, such as those for message passing: it takes work and hands out bare futures."""

    def __init__(self, workers=2):
        self._pool = ThreadPoolExecutor(workers)

    def submit(self, fn, /, *args, **kwargs):
        return Bare(self._pool.submit(fn, *args, **kwargs))

    def shutdown(self):
        self._pool.shutdown()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.shutdown()
