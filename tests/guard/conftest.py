from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from celery import Celery, _state

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.private.celery import drop_finalizers, finalizers
from tests.forks import pytests
from tests.guard.test_fixtures import APP, NAMED


@pytest.fixture(autouse=True)
def no_shared_tasks_are_left() -> Iterator[None]:
    """Celery gives every later app the tasks that the apps of earlier tests had."""
    before = finalizers()
    yield
    drop_finalizers(before, lambda finalizer: True)


@pytest.fixture(autouse=True)
def no_app_is_left_current() -> Iterator[None]:
    """An app is current from the moment it is made: later tests must not find it so."""
    current, default = _state._tls.current_app, _state.default_app
    yield
    _state._tls.current_app = current
    _state.set_default_app(default)


@pytest.fixture
def pytester(
    request: pytest.FixtureRequest,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> pytest.Pytester:
    """The same, whose ``runpytest_subprocess`` is quicker."""
    if request.node.get_closest_marker("new_process") is None:
        monkeypatch.setattr(pytester, "runpytest_subprocess", pytests.runner(pytester))
    return pytester


@pytest.fixture
def still() -> Iterator[None]:
    """Real time stands still: on a busy machine the guard's clock would tell of it, too."""
    try:
        import time_machine
    except ImportError:  # in the corner of the matrix
        yield
    else:
        with time_machine.travel(datetime.now(timezone.utc), tick=False):
            yield


@pytest.fixture
def app() -> Any:
    """An app of the test's own, whose broker and backend can't be reached."""
    return Celery(
        "shop",
        broker="redis://nowhere.invalid/0",
        backend="redis://nowhere.invalid/1",
        set_as_current=False,
    )


@pytest.fixture
def add(app: Any) -> Any:
    @app.task(name="add")
    def add(x: int, y: int = 0, note: str = "") -> int:
        return x + y

    return add


@pytest.fixture
def boom(app: Any) -> Any:
    @app.task(name="boom")
    def boom() -> None:
        raise ValueError("no stock")

    return boom


@pytest.fixture
def guard(app: Any) -> Iterator[CeleryGuard]:
    """On for the test; what is left behind is not this test's subject."""
    with CeleryGuard(app, allow_failures=True, allow_leftover=True) as guard:
        yield guard


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with an app in proj.py, named in its ini file."""
    pytester.makepyfile(proj=APP)
    pytester.makeini(NAMED)
    return pytester
