"""The rate limit: requests per minute and client."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from equibel.server.http.problems import TooMany


class Rate:
    """Counts requests by client, minute by minute, in the memory of this process.

    Examples
    --------
    >>> rate = Rate(2)
    >>> rate.count("key alice")["RateLimit-Remaining"], rate.count("key alice")["RateLimit-Remaining"]
    ('1', '0')
    >>> rate.count("key alice")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    equibel.server.http.problems.TooMany: limit of 2 requests per minute exceeded; try again in ... s
    """

    def __init__(self, per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, client: str) -> dict[str, str]:
        """Count a request; the headers that tell how many more there may be.

        Raises
        ------
        TooMany
            When there were as many as there may be; ``Retry-After`` says when there may be more, in seconds.
        """
        allowed = self._limiter.hit(self._limit, client)
        window = self._limiter.get_window_stats(self._limit, client)
        seconds = str(max(1, math.ceil(window.reset_time - time.time())))
        headers = {
            "RateLimit-Limit": str(self._limit.amount),
            "RateLimit-Remaining": str(window.remaining),
            "RateLimit-Reset": seconds,
        }
        if not allowed:
            raise TooMany(
                f"limit of {self._limit.amount} requests per minute exceeded; try again in {seconds} s",
                headers=headers | {"Retry-After": seconds},
                limit=self._limit.amount,
            )
        return headers
