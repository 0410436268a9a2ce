"""Other thresholds for a while, so that tests reach what would take large scenarios."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from equibel.solving import plan


@contextlib.contextmanager
def planned(**thresholds: int) -> Iterator[None]:
    """Whoever is given no plan uses the default one with these thresholds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "DEFAULT", replace(plan.DEFAULT, **thresholds))
        yield
