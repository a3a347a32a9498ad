"""A test may close pools and apps, as code does after a fork: the next test does not notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from celery import Celery, current_app
from kombu import pools

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.handle.attach import Attachment
from pytest_celery_guard.handle.steps import Steps
from pytest_celery_guard.private import celery as private


def after_fork(app: Any) -> None:
    """What celery.fixups and servers that fork do."""
    app._pool = None
    app.amqp._producer_pool = None
    pools.reset()


ACTS: dict[str, Callable[[Any], object]] = {
    "pools.reset()": lambda app: pools.reset(),
    "app.pool.force_close_all()": lambda app: app.pool.force_close_all(),
    "app.producer_pool.force_close_all()": lambda app: app.producer_pool.force_close_all(),
    "app.amqp.producer_pool": lambda app: app.amqp.producer_pool.force_close_all(),
    "app.close()": lambda app: app.close(),
    "app.set_current()": lambda app: app.set_current(),
    "app.set_default()": lambda app: app.set_default(),
    "app.finalize()": lambda app: app.finalize(),
    "app.pool, never released": lambda app: app.pool.acquire(),
    "app.producer_pool, never released": lambda app: app.producer_pool.acquire(),
    "pools.set_limit": lambda app: pools.set_limit(1, force=True, reset_after=True),
    "closed connections": lambda app: [each.close() for each in connections(app)],
    "a fork's cleanup": after_fork,
}


def connections(app: Any) -> list[Any]:
    """All connections of an app's pool."""
    with app.pool.acquire() as connection:
        _ = connection.default_channel
        return [connection]


@pytest.mark.parametrize("times", [1, 12])
@pytest.mark.parametrize("act", ACTS)
def test_the_next_test_does_not_notice(app: Any, add: Any, act: str, times: int) -> None:
    attachment = Attachment(app)
    alive, before = private.live_apps(), current_app._get_current_object()
    for _ in range(times):
        with CeleryGuard(app, engine=Steps(app, attachment=attachment)):
            assert add.delay(1).get() == 1
            ACTS[act](app)
        with CeleryGuard(app, engine=Steps(app, attachment=attachment)) as guard:
            assert add.delay(2).get() == 2
            assert app.control.inspect().ping() == {"guard@test": {"ok": "pong"}}
            guard.drain()
    assert app in private.live_apps()
    assert set(alive) <= set(private.live_apps())
    assert current_app._get_current_object() is before


def test_pools_may_be_closed_before_the_first_test(app: Any, add: Any) -> None:
    app.conf.broker_url = "memory://"
    app.pool.force_close_all()
    pools.reset()
    for _ in range(2):
        with CeleryGuard(app):
            assert add.delay(1).get() == 1


@pytest.mark.parametrize("act", ["pools.reset()", "app.pool.force_close_all()"])
def test_the_apps_own_pools_work_afterwards(act: str) -> None:
    app = Celery("own", broker="memory://", set_as_current=False)
    app.send_task("before")
    with CeleryGuard(app):
        ACTS[act](app)
    app.send_task("after")


def test_pools_that_nobody_closed_stay_the_same(app: Any, add: Any) -> None:
    attachment, seen = Attachment(app), set()
    for _ in range(3):
        with CeleryGuard(app, engine=Steps(app, attachment=attachment)):
            add.delay(1).get()
            seen.add((id(app.pool), id(app.producer_pool)))
    assert len(seen) == 1
