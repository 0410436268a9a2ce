"""Hypothesis profiles: ``dev`` for every day, ``ci`` with fixed seeds; choose with ``--hypothesis-profile``."""

import os

from hypothesis import HealthCheck, settings

# No deadline: the first solver call of a process is slower than the rest.  A scenario whose brute force is slow is no
# mistake of the strategy, so that health check is off, and only that one.
settings.register_profile("dev", max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
