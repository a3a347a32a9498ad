"""After a test the app, and what Celery keeps for the process, are as they were."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from typing import Any

import celery
import kombu
import pytest
from celery import Celery, shared_task, signals
from celery.app import backends, trace
from celery.app.task import Task
from celery.backends.cache import CacheBackend
from celery.result import AsyncResult
from celery.worker import state as worker_state
from kombu import pools

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.handle.attach import Attachment
from pytest_celery_guard.handle.steps import Steps
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.private import kombu as private_kombu
from pytest_celery_guard.watching.reads import stay_watching

SETTINGS = (
    "broker_url",
    "broker_transport",
    "broker_transport_options",
    "result_backend",
    "task_always_eager",
    "task_publish_retry_policy",
    "task_routes",
    "timezone",
)
SIGNALS = ("after_task_publish", "task_received", "task_prerun", "task_internal_error")


@pytest.fixture
def used(app: Any) -> Any:
    """An app whose pools and backends exist, with a task that has a backend of its own."""
    app.conf.update(broker_url="memory://", result_backend="cache+memory://")

    @app.task(name="own", backend=CacheBackend(app, backend="memory"))
    def own() -> int:
        return 1

    @app.task(name="plain", bind=True)
    def plain(self: Any, retry: bool = False) -> int:
        return 1

    app.finalize()
    _ = app.pool, app.producer_pool, app.backend
    return app


def seen(app: Any) -> dict[str, Any]:
    """All that a guard touches, by name."""
    plain, own = app.tasks["plain"], app.tasks["own"]
    return {
        "settings": {name: app.conf[name] for name in SETTINGS},
        "maps": len(app.conf.maps),
        "pool": id(app.pool),
        "producer pool": id(app.producer_pool),
        "sender": app.amqp.__dict__.get("send_task_message"),
        "router": app.amqp.router,
        "backend": id(app.backend),
        "backend of a task": id(plain.backend),
        "own backend of a task": id(own.backend),
        "task attributes": {
            # but for what Celery copies from the others at the first send
            name: set(vars(task)) - {private.TASK_OPTIONS}
            for name, task in app.tasks.items()
        },
        "tasks": set(app.tasks),
        "finalizers": private.finalizers(),
        "app attributes": {name for name in vars(app) if not name.startswith("_")},
        "current app": celery.current_app._get_current_object(),
        "default app": celery._state.default_app,
        "tracer": list(trace._localized),
        "__call__": Task.__call__,
        "is protected": "_stackprotected" in vars(Task),
        "join blocks": celery._state.task_join_will_block(),
        "environment": dict(os.environ),
        "receivers": {name: len(getattr(signals, name).receivers) for name in SIGNALS},
        "revoked": set(worker_state.revoked),
        "requests": dict(worker_state.requests),
        "kombu pools": (len(pools.connections), len(pools.producers)),
        "connect": getattr(kombu.Connection, private_kombu.CONNECT),
        "backends": backends.by_url,
        "sleep": time.sleep,
        "read": AsyncResult.get,
        "threads": threading.active_count(),
    }


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is not as it was."""
    return {
        name: (before[name], after[name]) for name in before if before[name] != after[name]
    }


def use(app: Any, guard: CeleryGuard) -> None:
    """What a rough test does."""
    plain = app.tasks["plain"]

    @app.task(name="local")
    def local() -> None: ...

    @shared_task(name="shared local")
    def shared() -> None: ...

    local.delay()
    assert app.tasks["own"].delay().get() == 1
    assert plain.delay().get() == 1
    plain.delay().revoke()
    app.control.rate_limit("plain", "1/s")
    app.control.time_limit("plain", soft=1, hard=2)
    app.conf.timezone = "Asia/Tokyo"
    app.conf.task_routes = {"plain": {"queue": "elsewhere"}}
    guard.conf(task_track_started=True, task_routes={"plain": {"queue": "other"}})
    plain.delay()
    guard.drain()
    guard.advance(hours=1)
    app.set_current()
    app.set_default()


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("fails", [False, True])
def test_everything_is_as_it_was(
    used: Any, eager: bool, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "memory://environment")
    before = seen(used)
    with suppress(KeyError), CeleryGuard(used, eager=eager) as guard:
        use(used, guard)
        if fails:
            raise KeyError
    assert changes(before, seen(used)) == {}


def test_a_kept_attachment_leaves_nothing_behind_from_test_to_test(used: Any) -> None:
    attachment = Attachment(used)
    with CeleryGuard(used, engine=Steps(used, attachment=attachment)) as guard:
        use(used, guard)
    before = seen(used)
    for _ in range(20):
        with CeleryGuard(used, engine=Steps(used, attachment=attachment)) as guard:
            assert guard.sent == []
            use(used, guard)
    assert changes(before, seen(used)) == {}


def test_the_worker_is_set_up_for_the_first_task(app: Any, add: Any) -> None:
    attachment = Attachment(app)
    for _ in range(2):
        with CeleryGuard(app, engine=Steps(app, attachment=attachment)):
            assert "_stackprotected" not in vars(Task)
            assert add.delay(1, 2).get() == 3
            assert "_stackprotected" in vars(Task)
        assert "_stackprotected" not in vars(Task)
    attachment.dispose()


def test_what_watches_reads_can_stay_for_a_run(app: Any) -> None:
    original = AsyncResult.get
    with Undo() as run:
        stay_watching(run)
        watched = AsyncResult.get
        with CeleryGuard(app):
            assert AsyncResult.get is watched
        assert AsyncResult.get is watched
    assert AsyncResult.get is original is not watched


def test_the_environment_does_not_beat_the_guard(
    app: Any, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"):
        monkeypatch.setenv(name, "redis://nowhere.invalid/9")
    with CeleryGuard(app):
        assert add.delay(1).get() == 1
    assert os.environ["CELERY_BROKER_URL"] == "redis://nowhere.invalid/9"


def test_a_task_of_a_module_that_is_imported_late_stays(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "def late(): return 1\n"
    namespace: dict[str, Any] = {"__name__": "late_module"}
    with CeleryGuard(app):
        exec(source, namespace)
        app.task(name="late")(namespace["late"])
    assert "late" in app.tasks


def test_two_apps_at_once(app: Any, add: Any) -> None:
    other = Celery("other", broker="redis://nowhere.invalid/0", set_as_current=False)

    @other.task(name="whose", shared=False, ignore_result=True)
    def whose() -> str:
        return str(celery.current_app.main)

    before = celery.current_app._get_current_object()
    with CeleryGuard(app) as guard, CeleryGuard(other) as second:
        assert add.delay(1).get() == 1
        assert second.run(whose.s()) == "other"
        assert guard.sent == [add.s(1)]
        assert second.sent == [whose]
    assert celery.current_app._get_current_object() is before


def test_one_app_twice_at_once_is_an_error(app: Any) -> None:
    attachment = Attachment(app)
    with CeleryGuard(app, engine=Steps(app, attachment=attachment)):
        with pytest.raises(GuardError, match="on for the app 'shop' already"):
            CeleryGuard(app, engine=Steps(app, attachment=attachment)).enter()


def test_a_guard_can_be_used_again(app: Any, add: Any) -> None:
    guard = CeleryGuard(app)
    for _ in range(3):
        with guard:
            assert guard.sent == []
            assert add.delay(1).get() == 1


def test_patches_of_the_test_are_not_undone_twice(app: Any, add: Any) -> None:
    patch = pytest.MonkeyPatch()
    with CeleryGuard(app) as guard:
        patch.setattr(add, "run", lambda *args: "patched")
        assert guard.run(add.s(1)) == "patched"
    patch.undo()
    assert add.run(1) == 1
