"""Code that waits for a worker to start, and the worker's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import signals

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, WrongOptionError

NAMES = ["celeryd_init", "worker_init", "worker_process_init", "worker_ready"]


@pytest.fixture
def heard() -> Iterator[list[str]]:
    heard: list[str] = []
    receivers = []
    for name in [*NAMES, "worker_process_shutdown", "worker_shutdown"]:

        def receiver(name: str = name, **fields: Any) -> None:
            assert "sender" in fields
            heard.append(name)

        getattr(signals, name).connect(receiver, weak=False)
        receivers.append((getattr(signals, name), receiver))
    yield heard
    for signal, each in receivers:
        signal.disconnect(each)


def test_signals_are_sent_once_where_that_is_chosen(app: Any, heard: list[str]) -> None:
    guard = CeleryGuard(app)
    with guard:
        assert heard == []
    with CeleryGuard(app, worker_signals=True) as guard:
        assert heard == NAMES
    assert heard == [*NAMES, "worker_process_shutdown", "worker_shutdown"]


def test_what_a_handler_makes_is_there_for_tasks(app: Any) -> None:
    pool: dict[str, Any] = {}

    def connect(**_: object) -> None:
        pool["database"] = "open"

    @app.task(name="asks")
    def asks() -> Any:
        return pool["database"]

    signals.worker_process_init.connect(connect)
    with CeleryGuard(app, worker_signals=True) as guard:
        assert guard.run(asks.s()) == "open"


def test_a_handler_that_fails_is_told(app: Any) -> None:
    def fails(**_: object) -> None:
        raise ConnectionError("no database")

    def test() -> None:
        with CeleryGuard(app, worker_signals=True):
            pass

    signals.worker_init.connect(fails)
    with pytest.raises(GuardError, match=r"handler of worker_init \(.*no database"):
        test()


class TestPointer:
    @pytest.fixture
    def query(self, app: Any) -> Any:
        database: Any = None

        @app.task(name="query")
        def query(how: str = "") -> Any:
            if how:
                raise ValueError(how)
            return database.rows

        return query

    @pytest.fixture
    def connect(self) -> Iterator[Any]:
        def connect(**_: object) -> None: ...

        signals.worker_process_init.connect(connect)
        yield connect
        signals.worker_process_init.disconnect(connect)

    def verdict_of(self, app: Any, task: Any, **options: Any) -> str:
        with pytest.raises(GuardError) as told, CeleryGuard(app, **options) as guard:
            task()
            guard.drain()
        return str(told.value)

    def test_a_failure_for_none_points_to_the_handler(
        self, app: Any, query: Any, connect: Any
    ) -> None:
        text = self.verdict_of(app, query.delay)
        line = connect.__code__.co_firstlineno
        assert f"test_worker_signals.py:{line} (worker_process_init)" in text
        assert "celery_guard_worker_signals = true" in text

    def test_so_does_the_account_of_a_read(
        self, guard: CeleryGuard, query: Any, connect: Any
    ) -> None:
        with pytest.raises(AttributeError, match="NoneType"):
            query.delay().get()
        assert "(worker_process_init)" in guard.account()

    def test_no_pointer_for_another_failure_or_without_a_handler(
        self, app: Any, query: Any, connect: Any
    ) -> None:
        assert "worker_process_init" not in self.verdict_of(app, lambda: query.delay("no"))
        assert "worker_process_init" not in self.verdict_of(
            app, query.delay, worker_signals=True
        )
        signals.worker_process_init.disconnect(connect)
        assert "worker_process_init" not in self.verdict_of(app, query.delay)


class TestHostname:
    @pytest.fixture
    def where(self, app: Any) -> Any:
        @app.task(name="where", bind=True)
        def where(self: Any) -> Any:
            return self.request.hostname

        return where

    def test_it_is_chosen(self, app: Any, where: Any) -> None:
        with CeleryGuard(app, hostname="web@shop") as guard:
            assert guard.run(where.s()) == "web@shop"
            assert app.control.ping() == [{"web@shop": {"ok": "pong"}}]

    def test_the_host_may_be_left_out(self, app: Any, where: Any) -> None:
        with CeleryGuard(app, hostname="%h") as guard:
            assert guard.run(where.s()).startswith("celery@")

    def test_it_is_text(self, app: Any) -> None:
        with pytest.raises(WrongOptionError, match="hostname is 5"):
            CeleryGuard(app, hostname=5)


SUITE = """
import pytest
from celery import Celery, signals

app = Celery("shop", broker="redis://nowhere.invalid", backend="redis://nowhere.invalid")
database = None

@signals.worker_process_init.connect
def connect(**_):
    global database
    database = []

@signals.worker_process_shutdown.connect
def close(**_):
    open("closed", "a").write(f"{len(database)}")

@app.task(bind=True)
def store(self):
    database.append(self.request.hostname)
    return len(database), database[-1]

def test_one(celery_guard):
    assert store.delay().get() == [1, "jobs@north"]

def test_two(celery_guard):
    assert store.delay().get() == [2, "jobs@north"]

@pytest.mark.celery_guard(hostname="jobs@south")
def test_three(celery_guard):
    assert store.delay().get()[1] == "jobs@south"
"""


def test_a_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_shop=SUITE)
    pytester.makeini(
        "[pytest]\ncelery_guard_worker_signals = true\ncelery_guard_hostname = jobs@north\n"
    )
    options = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:django")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=3)
    assert Path("closed").read_text() == "21"  # once for each worker
