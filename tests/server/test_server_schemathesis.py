"""Whatever the OpenAPI document allows, or does not, is answered as it says, and never with 500.

Schemathesis makes requests from the document: good ones, and ones with something wrong in them.  Half of the good ones are
about a workspace, a graph, a result and a job that are there.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from server_client import BASE, server
from server_data import CHAIN

from equibel.server import Settings, create_app

SCHEMA = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
SHARED = {"graphs": {"g": CHAIN}, "results": {"r": {"of": "g", "operator": "global"}}}

# A schema cannot say what a formula is, or that a node is in a graph.
UNTOLD = [positive_data_acceptance]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    limits = {"requests_per_minute": 10**9, "request_seconds": 1, "solve_seconds": 2, "job_seconds": 2}
    with server(tmp_path_factory.mktemp("schemathesis"), max_workspaces=10**6, jobs_per_key=10**6, **limits) as client:
        yield client


def there(client, job):
    """The names of what is there: made again, for somebody may have deleted it."""
    assert client.put("/v1/workspaces/w", json=SHARED).status_code in (200, 201)
    if not job or client.get(f"/v1/jobs/{job}").status_code == 404:
        wanted = {"graph": "g", "operator": "simple"}
        job = client.post("/v1/workspaces/w/jobs", json=wanted, headers={"Prefer": "wait=10"}).json()["id"]
    return {"w": "w", "g": "g", "n": "1", "r": "r", "id": job}


def send(client, case):
    """The answer to a request of Schemathesis'."""
    wanted = case.as_transport_kwargs(base_url=BASE)
    wanted.pop("cookies", None)
    return client.request(wanted.pop("method"), wanted.pop("url"), content=wanted.pop("data", None), **wanted)


def examine(client, operation, mode, examples):
    names = {}
    how = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @how
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def run(case, about_what_is_there):
        if about_what_is_there and mode is GenerationMode.POSITIVE and case.path_parameters:
            names.update(there(client, names.get("id")))
            case.path_parameters = {name: names[name] for name in case.path_parameters}
        case.validate_response(send(client, case), excluded_checks=UNTOLD)

    try:
        run()
    except Unsatisfiable:  # nothing about it can be wrong
        assert mode is GenerationMode.NEGATIVE


by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: f"{found.method} {found.path}")
by_mode = pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)


@by_operation
def test_requests(client, operation):
    """A few requests to every route, which it should answer well."""
    examine(client, operation, GenerationMode.POSITIVE, 2)


@pytest.mark.slow
@by_mode
@by_operation
def test_many_requests(client, operation, mode):
    """More of them, and such as have something wrong."""
    examine(client, operation, mode, 60)


def test_all_routes_are_examined():
    """The document has every route that answers with data."""
    assert len(OPERATIONS) == sum(len(methods) for methods in create_app(Settings()).openapi()["paths"].values()) >= 30
