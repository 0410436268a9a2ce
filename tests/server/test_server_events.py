"""Watching jobs: server-sent events, from the beginning or from where the client was."""

import asyncio
import json
import threading

import pytest
from server_client import server
from server_jobs import CHAIN, ENDLESS, begin_job, job_when, make_workspace, post_job

from equibel.server.http.problems import Unavailable
from equibel.server.jobs.notifications import JobNotifications
from equibel.server.jobs.turns import Turns
from equibel.server.routes.job_routes import wait_of


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with server(tmp_path_factory.mktemp("events"), jobs_running=1, stop_seconds=0.01) as client:
        make_workspace(client, chain=CHAIN, endless=ENDLESS)
        yield client


def watch(client, job, after=None):
    """The answer, and its events: number, kind and data."""
    headers = {} if after is None else {"Last-Event-ID": str(after).encode()}
    answer = client.get(f"/v1/jobs/{job}/events", headers=headers)
    events = []
    for block in answer.text.split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        events.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return answer, events


def follow(client, job, act):
    """The kinds of events of a stream, but for progress; ``act`` is called once the job is known to run."""
    context = client.app.state.context

    async def listen():
        kinds = []
        async for event in context.jobs.events(job, 0, context.stopping):
            if event is not None and event.kind != "progress":
                kinds.append(event.kind)
                if event.kind == "running":
                    await asyncio.to_thread(act)
        return kinds

    return asyncio.run(listen())


def test_the_events_of_a_job(client):
    """One for each state, in order, up to the last; the data says what is in the job."""
    job = post_job(client, "chain", headers={"Prefer": "wait=60"}).json()
    answer, events = watch(client, job["id"])
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "no-cache" in answer.headers["cache-control"]
    kinds = [kind for _, kind, _ in events]
    assert [kind for kind in kinds if kind != "progress"] == ["queued", "running", "done"]
    assert [number for number, _, _ in events] == sorted({number for number, _, _ in events})
    assert [data["status"] for _, kind, data in events if kind != "progress"] == ["queued", "running", "done"]
    last = events[-1][2]
    assert (last["seconds"], last["iterations"]) == (job["seconds"], job["iterations"])
    assert all(data["time"] >= job["created"] for _, _, data in events)


def test_going_on_where_one_was(client):
    """After ``Last-Event-ID`` come the later ones; who has seen all need not connect again, 204."""
    job = post_job(client, "chain", headers={"Prefer": "wait=60"}).json()
    _, events = watch(client, job["id"])
    _, later = watch(client, job["id"], after=1)
    assert later == events[1:]
    answer, none = watch(client, job["id"], after=events[-1][0])
    assert (answer.status_code, none) == (204, [])
    assert watch(client, job["id"], after=1000)[0].status_code == 204
    for nonsense in ("", "x", "-1", "9" * 30, "²"):
        _, all_events = watch(client, job["id"], after=nonsense)
        assert all_events == events


def test_events_of_a_failure(client):
    """The last one has the problem."""
    job = post_job(client, "endless", time_limit=0.1, headers={"Prefer": "wait=60"}).json()
    _, events = watch(client, job["id"])
    _, kind, data = events[-1]
    assert (kind, data["problem"]) == ("failed", job["problem"])


def test_events_that_are_still_to_come(client):
    """A stream goes on until the job is finished, whoever finishes it; another attempt is part of it."""
    job = begin_job(client, "endless")
    assert follow(client, job, lambda: client.post(f"/v1/jobs/{job}/cancel")) == ["queued", "running", "cancelled"]
    _, events = watch(client, job)
    client.post(f"/v1/jobs/{job}/retry")
    job_when(client, job, "running")
    threading.Timer(0.3, lambda: client.post(f"/v1/jobs/{job}/cancel")).start()  # before the stream begins, or after
    _, events = watch(client, job, after=events[-1][0])
    assert [kind for _, kind, _ in events if kind != "progress"] == ["queued", "running", "cancelled"]


def test_a_stream_ends_with_its_job(client):
    """Also when the job is deleted."""
    job = begin_job(client, "endless")
    kinds = follow(client, job, lambda: client.delete(f"/v1/jobs/{job}"))
    assert kinds in (["queued", "running"], ["queued", "running", "cancelled"])


def test_a_stream_ends_with_the_server(tmp_path):
    """As soon as that is asked to stop; what has happened before is sent, also when the stream begins after that.

    Such a stream was once empty.
    """
    with server(tmp_path, stop_seconds=0.01) as client:
        make_workspace(client, endless=ENDLESS)
        job = begin_job(client, "endless")
        assert follow(client, job, client.app.state.context.stopping.set) == ["queued", "running"]
        answer, events = watch(client, job)
        assert answer.status_code == 200
        assert [kind for _, kind, _ in events if kind != "progress"] == ["queued", "running"]


def test_progress(client):
    """Of several reports the last is kept, in the job and among its events."""
    jobs = client.app.state.context.jobs
    blocking, job = begin_job(client, "endless"), begin_job(client, "chain")
    jobs._store.move(job, ["queued"], "running")
    for done in range(3):
        assert jobs._store.progress(job, done, 3, "nodes")
    found = client.get(f"/v1/jobs/{job}").json()
    assert found["progress"] == {"done": 2, "total": 3, "what": "nodes"}
    assert [(event.number, event.kind) for event in jobs._store.events(job, 1)] == [(2, "running"), (5, "progress")]
    jobs._store.move(job, ["running"], "done", progress=None)
    assert not jobs._store.progress(job, 3, 3, "nodes")
    _, events = watch(client, job, after=3)
    assert [(number, kind) for number, kind, _ in events] == [(5, "progress"), (6, "done")]
    assert events[0][2]["progress"] == {"done": 2, "total": 3, "what": "nodes"}
    client.delete(f"/v1/jobs/{blocking}")


def test_news_reaches_everybody_who_waits():
    """Each task that waits for a job hears of it, from any thread; who waits for another one does not."""

    async def listen(notifications, job, listening):
        with notifications.subscribe(job) as arrived:
            listening.append(job)
            await asyncio.wait_for(arrived.wait(), 30)

    async def everybody():
        notifications, listening = JobNotifications(), []
        tasks = [asyncio.create_task(listen(notifications, job, listening)) for job in ("a", "a", "b")]
        while len(listening) < 3:
            await asyncio.sleep(0)
        threading.Thread(target=notifications.notify, args=("a",)).start()
        await asyncio.gather(*tasks[:2])
        assert not tasks[2].done()
        notifications.notify("b")
        await tasks[2]
        assert not notifications._waiting

    asyncio.run(everybody())


def test_turns_are_fair():
    """The next turn is for who has the fewest, and among those for whose last one was longest ago."""

    async def take(turns, owner, order, go_on):
        async with turns.turn(owner, 30):
            order.append(owner)
            await go_on.wait()

    async def everybody():
        turns, order = Turns(2), []
        events = [asyncio.Event() for _ in range(6)]
        tasks = []
        for owner, event in zip(["ann", "ann", "ann", "ann", "bob", "cay"], events, strict=True):
            tasks.append(asyncio.create_task(take(turns, owner, order, event)))
            await asyncio.sleep(0)
        assert order == ["ann", "ann"]
        for event in events:
            event.set()
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)
        assert order == ["ann", "ann", "bob", "cay", "ann", "ann"]
        assert not turns._waiting
        assert not turns._having
        assert turns._free == 2

    asyncio.run(everybody())


def test_turns_that_nobody_waits_for_any_more():
    """Who gives up, by time or because it is cancelled, neither takes nor keeps a turn."""

    async def everybody():
        turns = Turns(1)
        async with turns.turn("ann", 30):
            with pytest.raises(Unavailable) as caught:
                async with turns.turn("bob", 0.01):
                    pass
            assert caught.value.headers["Retry-After"]
            waiting = asyncio.create_task(turns._take("cay", 30))
            await asyncio.sleep(0)
            waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with turns.turn("bob", 0.01):
            pass
        assert turns._free == 1

    asyncio.run(everybody())


def test_preferences():
    """What the header ``Prefer`` says about waiting, in all the ways it may be written."""
    for text in ("wait=5", "Wait = 5", 'wait="5"', "respond-async, wait=5", "wait=5; x=1", "return=minimal,wait=5"):
        assert wait_of(text) == 5
    assert wait_of("wait=3600") == 60
    for text in (None, "", "wait", "wait=-1", "wait=1.5", "wait=x", "await=5", "wait=99999999999999999999"):
        assert wait_of(text) is None
