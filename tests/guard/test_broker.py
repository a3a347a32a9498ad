"""The broker: priorities, exchanges, remote control, other threads."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from celery import Celery
from kombu import Exchange, Queue
from kombu.common import Broadcast

from pytest_celery_guard import CeleryGuard

Order = list[int]


def app_with(broker: str, **conf: Any) -> Any:
    app = Celery(
        "shop", broker=broker, backend="redis://nowhere.invalid", set_as_current=False
    )
    app.conf.update(conf)
    return app


def order_of(app: Any, priorities: list[int | None]) -> Order:
    """The priorities of tasks in the order in which they run."""
    ran: Order = []

    @app.task(name="note", shared=False)
    def note(n: Any) -> None:
        ran.append(n)

    with CeleryGuard(app) as guard:
        for priority in priorities:
            options = {} if priority is None else {"priority": priority}
            note.apply_async((priority,), **options)
        guard.drain()
    return ran


def test_redis_takes_the_lowest_first_by_steps() -> None:
    app = app_with("redis://nowhere.invalid/0")
    assert order_of(app, [9, 4, 3, 1, 0, None]) == [1, 0, None, 4, 3, 9]


def test_redis_takes_the_steps_from_the_options_of_the_transport() -> None:
    steps = {"priority_steps": list(range(10))}
    app = app_with("redis://nowhere.invalid/0", broker_transport_options=steps)
    assert order_of(app, [9, 4, 3, 1, 0, None]) == [0, None, 1, 3, 4, 9]


def test_rabbitmq_takes_the_highest_first_where_the_queue_has_priorities() -> None:
    plain = app_with("amqp://nowhere.invalid//")
    assert order_of(plain, [1, 9, None, 5]) == [1, 9, None, 5]
    ranked = app_with("amqp://nowhere.invalid//", task_queue_max_priority=5)
    assert order_of(ranked, [1, 9, None, 5]) == [9, 5, 1, None]
    queue = Queue("celery", queue_arguments={"x-max-priority": 10})
    declared = app_with("amqp://nowhere.invalid//", task_queues=[queue])
    assert order_of(declared, [1, 9, None, 5]) == [9, 5, 1, None]


def test_other_brokers_keep_the_order_of_sending() -> None:
    assert order_of(app_with("sqs://"), [1, 9, None, 5]) == [1, 9, None, 5]


def test_exchanges_route_as_declared() -> None:
    queues = [
        Queue("feed", Exchange("media", type="topic"), routing_key="feed.#"),
        Queue("celery", routing_key="celery"),
        Broadcast("everyone"),
    ]
    app = app_with("redis://nowhere.invalid/0", task_queues=queues)

    @app.task(name="note", shared=False)
    def note() -> None: ...

    with CeleryGuard(app) as guard:
        note.apply_async(exchange="media", routing_key="feed.news.today")
        note.apply_async(queue="everyone")
        note.delay()
        assert guard.sent[0].queue == "feed"
        assert guard.sent[1].queue.startswith("bcast.")
        assert guard.sent[2].queue == "celery"
        assert guard.drain() == 3


def test_remote_control_answers_at_once(guard: CeleryGuard, add: Any) -> None:
    control = guard.app.control
    assert control.ping() == [{"guard@test": {"ok": "pong"}}]
    assert "add" in control.inspect().registered()["guard@test"]
    late = add.apply_async((1,), countdown=60)
    guard.drain()
    (scheduled,) = control.inspect().scheduled()["guard@test"]
    assert scheduled["request"]["id"] == late.id


def test_a_running_task_can_be_terminated(guard: CeleryGuard, app: Any) -> None:
    went_on = []

    @app.task(name="ends itself", bind=True)
    def ends_itself(self: Any) -> None:
        guard.revoke(self.request.id, terminate=True)
        went_on.append(1)

    result = ends_itself.delay()
    guard.drain()
    assert guard.states(result)[-1] == "REVOKED"
    assert went_on == []


def test_other_threads_send_and_read(guard: CeleryGuard, add: Any) -> None:
    results: list[Any] = []
    threads = [
        threading.Thread(target=lambda n=n: results.append(add.delay(n, 1).get(timeout=5)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == list(range(1, 9))


def test_a_sleep_of_another_thread_is_real(guard: CeleryGuard, app: Any) -> None:
    slept: list[float] = []

    def nap() -> None:
        began = time.perf_counter()
        time.sleep(0.05)
        slept.append(time.perf_counter() - began)

    @app.task(name="limited", time_limit=3600)
    def limited() -> None:
        thread = threading.Thread(target=nap)
        thread.start()
        time.sleep(60)
        thread.join()

    guard.run(limited.s())
    assert slept[0] >= 0.05


@pytest.mark.parametrize("name", ["tasks", "with.dots", "ümlaut"])
def test_any_queue_is_consumed(guard: CeleryGuard, add: Any, name: str) -> None:
    result = add.apply_async((1,), queue=name)
    assert guard.drain(queue=name) == 1
    assert result.get() == 1


def test_a_connection_of_the_caller_s_own_is_ours(guard: CeleryGuard, add: Any) -> None:
    with guard.app.connection_for_write() as connection:
        add.apply_async((1,), connection=connection)
    assert guard.sent == [add.s(1)]


def test_remote_control_of_the_pool(app: Any) -> None:
    with CeleryGuard(app):
        (grown,) = app.control.pool_grow(2, reply=True)
        (shrunk,) = app.control.pool_shrink(2, reply=True)
        (scaled,) = app.control.autoscale(9, 3, reply=True)
    assert grown == {"guard@test": {"ok": "pool will grow"}}
    assert shrunk == {"guard@test": {"ok": "pool will shrink"}}
    assert scaled == {"guard@test": {"error": "ValueError('Autoscale not enabled')"}}
