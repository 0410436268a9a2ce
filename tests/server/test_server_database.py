"""The database: its tables, its lock, and what happens when it fails; SQLite, and PostgreSQL where it is installed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from server_client import assert_problem, server
from server_data import CHAIN, everything, names, new_workspace
from server_postgresql import KINDS, cluster
from sqlalchemy import delete, event, exc, insert, select, text

from equibel.errors import WorkspaceError, WorkspaceLocked
from equibel.server import Settings
from equibel.server.database import Base, Database, JobEventRow, JobRow, RecordRow, WorkspaceRow
from equibel.server.http.problems import Unavailable
from equibel.server.workspaces.workspace_store import WorkspaceStore
from equibel.workspace import AddFormulas, AddNodes, CreateGraph, Declare, Operation
from equibel.workspace.state.model import now


@pytest.fixture(scope="module")
def postgresql():
    with cluster() as new_database:
        yield new_database


@pytest.fixture(params=KINDS)
def address(request, tmp_path):
    """The address of a new database."""
    if request.param == "sqlite":
        return str(tmp_path / "server.db")
    return request.getfixturevalue("postgresql")()


@pytest.fixture
def database(address):
    found = Database(address)
    found.lock()
    found.upgrade()
    yield found
    found.unlock()
    found.close()


def test_migrations_make_the_tables(database):
    """What the migrations make is what `tables` describes, and making it twice changes nothing."""
    database.upgrade()
    with database.session() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), Base.metadata) == []


def test_a_newer_database_is_refused(database):
    """A database of a later version is left alone."""
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WorkspaceError, match="newer version"):
        database.upgrade()


def test_tables_of_another_program_are_left_alone(address):
    """Tables called as ours are not taken for ours."""
    database = Database(address)
    with database.session() as session:
        session.execute(text("CREATE TABLE jobs (id INTEGER)"))
    with pytest.raises(WorkspaceError, match="another program"):
        database.upgrade()
    database.close()


def test_one_server_holds_a_database(database, address):
    """A second server is told which one uses the database, and gets it when the first one has ended."""
    other = Database(address)
    with pytest.raises(WorkspaceLocked, match="one server at a time") as refusal:
        other.lock()
    assert refusal.value.pid > 0
    database.unlock()
    other.lock()
    with pytest.raises(WorkspaceLocked):
        database.lock()
    other.unlock()
    other.close()
    database.lock()


def test_sessions_commit_or_roll_back(database):
    """Everything in a session is stored, or nothing."""
    row = {"owner": "o", "edition": "", "created": "", "updated": ""}
    with database.session() as session:
        session.execute(insert(WorkspaceRow), {"id": "1", "name": "kept", **row})

    def fail():
        with database.session() as session:
            session.execute(insert(WorkspaceRow), {"id": "2", "name": "lost", **row})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with pytest.raises(exc.IntegrityError), database.session() as session:
        session.execute(insert(WorkspaceRow), {"id": "3", "name": "kept", **row})
    with database.session(read_only=True) as session:
        assert list(session.scalars(select(WorkspaceRow.name))) == ["kept"]


def test_many_threads_write(database):
    """Nobody is turned away because somebody else is writing."""

    def write(number):
        with database.session() as session:
            count = len(list(session.scalars(select(WorkspaceRow.id))))
            session.execute(
                insert(WorkspaceRow),
                {"id": str(number), "name": str(number), "owner": "o", "edition": "", "created": "", "updated": ""},
            )
            return count

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(200)))
    with database.session(read_only=True) as session:
        assert len(list(session.scalars(select(WorkspaceRow.id)))) == 200


def test_rows_go_with_what_they_belong_to(database):
    """Deleting a workspace deletes its records, its jobs and their events."""
    workspaces = WorkspaceStore(database, Settings())
    cached = workspaces.create("o", "w")
    job = {"id": "j", "owner": "o", "workspace_id": cached.id, "created": now(), "status": "done", "source": "g"}
    with database.session() as session:
        session.add(JobRow(**job, operation="{}", request_digest=""))
        session.flush()
        session.add(JobEventRow(job_id="j", number=1, kind="x", data="{}", time=now()))
    workspaces.delete("o", "w")
    with database.session(read_only=True) as session:
        for table in WorkspaceRow, RecordRow, JobRow, JobEventRow:
            assert session.scalars(select(table)).all() == []


def test_names_are_sorted_by_character(database):
    """Pages follow the order of characters, whatever the database server's language is."""
    workspaces = WorkspaceStore(database, Settings())
    for name in ("b", "B", "a b", "é", "_", "ä", "😀", "Z", "10", "9"):
        workspaces.create("o", name)
    listed = [row.name for row in workspaces.list("o")]
    assert listed == sorted(listed)
    assert [row.name for row in workspaces.list("o", after="a b", limit=3)] == listed[listed.index("a b") + 1 :][:3]


def test_everything_is_there_after_a_restart(address, tmp_path):
    """A new server on the same database sees what was there, history and computed results included."""
    with server(tmp_path, database=address) as client:
        path = new_workspace(client, {"g": CHAIN}, {"shared": {"of": "g", "operator": "global"}})
        cached = client.app.state.context.workspaces.get("local", path.rsplit("/")[-1])
        cached.workspace.compute("shared")
        client.post(f"{path}/graphs/g/nodes/2/formulas", json={"formula": "r"})
        client.post(f"{path}/undo")
        urls = [path, *(f"{path}/{rest}" for rest in ("graphs/g", "graphs/shared", "results/shared", "history", "file"))]
        before = [client.get(url) for url in urls]
        assert all(answer.status_code == 200 for answer in before)
    with server(tmp_path, database=address) as client:
        for answer in before:
            again = client.get(answer.request.url.path)
            assert (again.content, again.headers["etag"]) == (answer.content, answer.headers["etag"])
        assert client.post(f"{path}/redo").json()["line"] == "g: add formula r at 2"


@pytest.mark.process
def test_many_clients_on_a_database(address, tmp_path):
    """Twenty clients make workspaces and fill them at the same time."""
    with server(tmp_path, database=address, requests_per_minute=10**6) as client:

        def work(number):
            path = f"/v1/workspaces/n{number}"
            assert client.post("/v1/workspaces", json={"name": f"n{number}"}).status_code == 201
            assert client.put(f"{path}/graphs/g", json=CHAIN).status_code == 201
            for k in range(5):
                answer = client.post(f"{path}/graphs/g/nodes/2/formulas", json={"formula": f"p{k}"})
                assert answer.status_code == 200
            return client.get(path).json()["version"]

        with ThreadPoolExecutor(20) as pool:
            assert list(pool.map(work, range(20))) == [6] * 20
        assert len(everything(client, "/v1/workspaces", 7)) == 20
        assert names(client.get("/v1/workspaces", params={"after": "n8"})) == ["n9"]


def test_a_change_that_cannot_be_stored_is_not_made(database, monkeypatch):
    """When the database fails, the workspace is as before, and the next change finds it well again."""
    workspaces = WorkspaceStore(database, Settings())
    cached = workspaces.create("o", "w")
    cached.apply(CreateGraph("g"))

    def fail(*arguments):
        raise exc.OperationalError("INSERT", {}, Exception("disk full"))

    event.listen(database._engine, "before_cursor_execute", fail)
    with pytest.raises(Unavailable):
        cached.apply(CreateGraph("lost"))
    with pytest.raises(Unavailable):
        cached.apply(CreateGraph("lost"))
    event.remove(database._engine, "before_cursor_execute", fail)
    with pytest.raises(Unavailable):
        cached.apply(CreateGraph("lost"))  # this object does not know what was stored
    again = workspaces.get("o", "w")
    assert again is not cached
    assert list(again.workspace.graphs) == ["g"]
    again.apply(CreateGraph("h"))
    assert list(WorkspaceStore(database, Settings()).get("o", "w").workspace.graphs) == ["g", "h"]


def test_failures_become_answers(tmp_path):
    """A database that fails is a 503, without a word about what is where."""
    with server(tmp_path) as client:
        path = new_workspace(client, {"g": CHAIN})
        engine = client.app.state.context.database._engine

        def fail(*arguments):
            raise exc.OperationalError("INSERT", {}, Exception(f"disk full: {tmp_path}"))

        event.listen(engine, "before_cursor_execute", fail)
        told = assert_problem(client.post("/v1/workspaces", json={"name": "x"}), 503)
        assert str(tmp_path) not in str(told)
        assert "INSERT" not in str(told)
        assert_problem(client.post(f"{path}/graphs/g/nodes/2/formulas", json={"formula": "r"}), 503)
        assert_problem(client.get("/readyz"), 503)
        event.remove(engine, "before_cursor_execute", fail)
        assert client.get("/readyz").status_code == 200
        assert client.get(f"{path}/graphs/g/nodes/2/formulas").json()["formulas"] == []


def test_a_damaged_workspace_harms_no_other(database):
    """Records that are no records make one workspace unavailable, and are left as they are."""
    workspaces = WorkspaceStore(database, Settings())
    damaged, well = workspaces.create("o", "damaged"), workspaces.create("o", "well")
    with database.session() as session:
        session.execute(delete(RecordRow).where(RecordRow.workspace_id == damaged.id))
        session.execute(insert(RecordRow), {"workspace_id": damaged.id, "number": 1, "text": "{"})
    with pytest.raises(Unavailable, match="damaged"):
        _ = workspaces.get("o", "damaged").workspace
    well.apply(CreateGraph("g"))
    with database.session(read_only=True) as session:
        assert list(session.scalars(select(RecordRow.text).where(RecordRow.workspace_id == damaged.id))) == ["{"]


def test_a_workspace_in_use_is_never_read_twice(database, monkeypatch):
    """Whoever has a workspace has the same one as everybody else, however many others there are in memory."""
    monkeypatch.setattr("equibel.server.workspaces.workspace_store._KEPT", 2)
    workspaces = WorkspaceStore(database, Settings())
    cached = workspaces.create("o", "w")
    for number in range(5):
        workspaces.create("o", str(number)).apply(CreateGraph("g"))
    assert len(workspaces._recent) == 2
    assert workspaces.get("o", "w") is cached
    cached.apply(CreateGraph("g"))
    del cached
    for number in range(5):
        workspaces.get("o", str(number))
    assert len(workspaces._cached) == 2
    assert list(workspaces.get("o", "w").workspace.graphs) == ["g"]


def test_only_one_object_whoever_asks_first(database):
    """Threads that open a workspace at the same time get one object, and lose no change."""
    WorkspaceStore(database, Settings()).create("o", "w").apply(CreateGraph("g"))
    workspaces = WorkspaceStore(database, Settings())
    barrier = threading.Barrier(8)

    def work(number):
        barrier.wait()
        cached = workspaces.get("o", "w")
        cached.apply(CreateGraph(f"g{number}"))
        return cached

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))
    assert len({id(cached) for cached in found}) == 1
    assert len(WorkspaceStore(database, Settings()).get("o", "w").workspace.graphs) == 9


def test_rewriting_keeps_everything(database, monkeypatch):
    """When records are written anew to save room, all of them are replaced at once and nothing is lost."""
    monkeypatch.setattr("equibel.workspace.storage.compaction.REWRITE_AFTER", 3000)
    monkeypatch.setattr("equibel.workspace.storage.compaction.STATE_AFTER", 500)
    workspaces = WorkspaceStore(database, Settings())
    cached = workspaces.create("o", "w")
    cached.apply(CreateGraph("g"), Declare("r", "g", Operation("global")))
    cached.apply(AddNodes("g", [1]), CreateGraph("h"))
    for number in range(60):
        cached.apply(AddFormulas("g", {1: f"p{number}"}))
        cached.move(-1)
    cached.workspace.compute("r")
    again = WorkspaceStore(database, Settings()).get("o", "w").workspace
    assert again == cached.workspace
    assert [entry.line for entry in again.history()] == [entry.line for entry in cached.workspace.history()]
    assert again.status("r").state == "current"
    assert again.version == cached.workspace.version


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind == "postgresql"])
def test_broken_connections_put_the_hold_in_doubt(kind, postgresql):
    """When all connections break, the next change looks first whether another server has the database now."""
    address = postgresql()
    database = Database(address)
    database.lock()
    database.upgrade()
    workspaces = WorkspaceStore(database, Settings())
    workspaces.create("o", "w")
    other = Database(address)
    with other.session() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.lock()
    with pytest.raises(Unavailable, match="another server"):
        workspaces.create("o", "v")
    other.unlock()
    other.close()
    database.unlock()
    database.close()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind == "postgresql"])
def test_postgresql_started_anew(kind, postgresql):
    """A connection that breaks ends the lock on the database; the next check takes it again, if no other server has."""
    address = postgresql()
    database = Database(address)
    database.lock()
    database.upgrade()

    def cut():
        with database.session() as session:
            session.execute(text("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'"))

    cut()
    workspaces = WorkspaceStore(database, Settings())
    cached = workspaces.create("o", "w")
    cut()
    database.ping()
    assert workspaces.get("o", "w") is not cached
    other = Database(address)
    with pytest.raises(WorkspaceLocked):
        other.lock()
    cut()
    other.lock()
    with pytest.raises(Unavailable, match="another server"):
        database.ping()
    other.unlock()
    other.close()
    with pytest.raises(Unavailable, match="start this one anew"):
        database.ping()
    database.unlock()
    database.close()
