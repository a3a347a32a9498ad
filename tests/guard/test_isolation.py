"""Tests in any order, and on several processes, give the same."""

from __future__ import annotations

import pytest

SUITE = """
import time

import pytest
from celery import Celery, chord, shared_task

app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")


@app.task(name="add", bind=True, max_retries=1)
def add(self, x, y=0, retry=False):
    if retry and not self.request.retries:
        raise self.retry(countdown=60)
    return x + y


@app.task(name="total")
def total(parts):
    return sum(parts)


@pytest.fixture(autouse=True)
def starts_with_nothing(celery_guard):
    assert celery_guard.sent == []
    assert celery_guard.scheduled == []
    assert app.AsyncResult("one").state == "PENDING"
    assert abs(celery_guard.now.timestamp() - time.time()) < 60
    assert app.control.inspect().revoked() == {"guard@test": []}
    assert "local" not in app.tasks
    assert not app.conf.task_track_started


@pytest.mark.parametrize("_", range(3))
class TestAnything:
    def test_result(self, celery_guard, _):
        assert add.apply_async((1, 2), task_id="one").get() == 3

    def test_time(self, celery_guard, _):
        add.apply_async((1,), countdown=60)
        add.apply_async((1,), task_id="one", countdown=9000)
        celery_guard.advance(hours=1)

    def test_retry(self, celery_guard, _):
        result = add.delay(1, retry=True)
        celery_guard.drain()
        assert celery_guard.states(result) == ["PENDING", "RETRY"]

    def test_revoke(self, celery_guard, _):
        result = add.apply_async((1,), task_id="one")
        result.revoke()
        celery_guard.drain()
        assert celery_guard.states(result) == ["PENDING", "REVOKED"]

    def test_local_tasks(self, celery_guard, _):
        @app.task(name="local")
        def local():
            return 1

        @shared_task(name="local shared")
        def shared():
            return 2

        assert local.delay().get() + shared.delay().get() == 3

    def test_conf(self, celery_guard, _):
        celery_guard.conf(task_track_started=True)
        result = add.delay(1)
        celery_guard.drain()
        assert celery_guard.states(result) == ["PENDING", "STARTED", "SUCCESS"]

    def test_rate(self, celery_guard, _):
        app.control.rate_limit("add", "1/m")
        for _ in range(2):
            add.delay(1)
        assert celery_guard.drain() == 1
        celery_guard.advance(minutes=2)

    def test_eager(self, celery_eager, _):
        assert chord([add.s(1), add.s(2)])(total.s()).state == "SUCCESS"

    @pytest.mark.xfail(strict=True, raises=KeyError)
    def test_fails(self, celery_guard, _):
        add.apply_async((1,), task_id="one")
        raise KeyError
"""

COUNT = {"passed": 24, "xfailed": 3}


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(SUITE)
    pytester.makeini("[pytest]\naddopts = -p no:django -p no:hypothesispytest -q\n")
    return pytester


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_any_order(suite: pytest.Pytester, seed: int) -> None:
    pytest.importorskip("pytest_randomly")
    result = suite.runpytest_subprocess(f"--randomly-seed={seed}", "-p", "no:xdist")
    result.assert_outcomes(**COUNT)


def test_on_several_processes(suite: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    result = suite.runpytest_subprocess("-n", "2", "-p", "no:randomly")
    result.assert_outcomes(**COUNT)


@pytest.mark.new_process
def test_installed_and_unused_it_imports_no_celery(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            assert "celery" not in sys.modules
            ours = {name for name in sys.modules if name.startswith("pytest_celery_guard")}
            light = "option_table", "options", "options.header", "plugin"
            assert ours == {"pytest_celery_guard", *map("pytest_celery_guard.{}".format, light)}
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:django")
    result.assert_outcomes(passed=1)
