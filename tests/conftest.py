"""What all tests share: Hypothesis profiles and the quick run.

Profiles are ``dev`` for every day and ``ci`` with fixed seeds; choose with ``--hypothesis-profile``.
"""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# Tests start more than a hundred programs.  Where bytecode is not kept, each of them would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No deadline: the first solver call of a process is slower than the rest.  A scenario whose brute force is slow is no
# mistake of the strategy, so that health check is off, and only that one.
settings.register_profile("dev", max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# A shell lets what it starts in the background ignore Ctrl-C.  Tests that press it would wait for ever, so it is heeded
# again, also by the programs that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: The modules of ``pytest -m quick tests``, by folder: something of every package, in seconds.  A module belongs here when
#: all its tests take a second or two together, and start no programs.
QUICK = {
    "tests": "equibel_graph exported_members generators layout scripts_2016",
    "formula": "bdd build cnf generate models_tree parse prefix printing syntax terms",
    "graph": "atoms beliefs facts neighbourhood networkx scenario",
    "solving": "encodings garbage star translation",
    "operators": "extrapolation postulates_networks published revision",
    "files": "docs formats",
    "workspace": "changes evaluate exchange left results toml",
    "shell": "interrupts left registry session",
    "cli": "solve",
    "server": "bodies deploy keys openapi problems settings",
}


def is_quick(path):
    folder = path.parent.name
    return path.stem.removeprefix("test_").removeprefix(f"{folder}_") in QUICK.get(folder, "").split()


def pytest_ignore_collect(collection_path, config):
    """Do not even load the other modules when the quick ones are asked for."""
    if config.option.markexpr == "quick" and collection_path.name.startswith("test_") and not is_quick(collection_path):
        return True
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the tests of the quick run."""
    for item in items:
        if is_quick(item.path) and not item.get_closest_marker("slow"):
            item.add_marker("quick")
