"""Messages that a worker rejects: where they go is up to the app's own kind of broker."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Celery
from celery.exceptions import Reject
from kombu import Exchange, Queue

from pytest_celery_guard import CeleryGuard

REDIS, RABBITMQ = "redis://nowhere.invalid/0", "amqp://nowhere.invalid"


class Shop:
    """An app whose task is rejected, wherever it is delivered first."""

    def __init__(self, broker: str, *queues: Queue) -> None:
        self.app = Celery("shop", broker=broker, backend="redis://nowhere.invalid")
        self.app.conf.task_queues = [Queue("celery"), *queues]
        self.runs: list[str] = []
        self.deaths: list[Any] = []

        @self.app.task(name="note")
        def note(what: str) -> None:
            self.runs.append(what)

        @self.app.task(name="requeued", bind=True, acks_late=True)
        def requeued(task: Any) -> None:
            self.runs.append("requeued")
            if not task.request.delivery_info["redelivered"]:
                raise Reject("once more", requeue=True)

        @self.app.task(name="dropped", bind=True, acks_late=True)
        def dropped(task: Any) -> str:
            info = task.request.delivery_info
            self.runs.append(info["routing_key"])
            self.deaths.append((task.request.headers or {}).get("x-death"))
            if info["routing_key"] in {"dead", "graves"}:
                return "buried"
            raise Reject("never", requeue=False)

        self.note, self.requeued, self.dropped = note, requeued, dropped


@pytest.mark.parametrize(
    ("broker", "order"),
    [
        (REDIS, ["requeued", "b", "c", "requeued"]),
        (RABBITMQ, ["requeued", "requeued", "b", "c"]),
    ],
)
def test_a_requeued_message_is_the_last_on_redis(broker: str, order: list[str]) -> None:
    shop = Shop(broker)
    with CeleryGuard(shop.app) as guard:
        shop.requeued.delay()
        shop.note.delay("b")
        shop.note.delay("c")
        guard.drain()
    assert shop.runs == order


class TestDeadLetters:
    MAIN = Queue(
        "main",
        queue_arguments={
            "x-dead-letter-exchange": "graves",
            "x-dead-letter-routing-key": "dead",
        },
    )
    GRAVES = Queue("graves", Exchange("graves"), routing_key="dead")

    def test_rabbitmq_puts_them_where_the_queue_says(self) -> None:
        shop = Shop(RABBITMQ, self.MAIN, self.GRAVES)
        with CeleryGuard(shop.app) as guard:
            result = shop.dropped.apply_async(queue="main")
            assert guard.drain() == 2
            assert len(guard.sent) == 1
            assert result.get() == "buried"
        assert shop.runs == ["main", "dead"]
        ((death,),) = filter(None, shop.deaths)
        told = {"count": 1, "reason": "rejected", "queue": "main", "routing-keys": ["main"]}
        assert told.items() <= death.items()

    def test_through_the_default_exchange_with_the_key_they_had(self) -> None:
        main = Queue("main", queue_arguments={"x-dead-letter-exchange": "graves"})
        fanout = Queue("graves", Exchange("graves", "fanout"))
        shop = Shop(RABBITMQ, main, fanout)
        with CeleryGuard(shop.app, allow_failures=True, limit=9) as guard:
            shop.dropped.apply_async(queue="main")
            assert guard.drain() == 2
        assert shop.runs == ["main", "main"]

    @pytest.mark.parametrize(
        ("broker", "queues"),
        [
            (REDIS, (MAIN, GRAVES)),  # it knows no such arguments
            (RABBITMQ, (MAIN,)),  # nobody reads the other queue
            (RABBITMQ, (Queue("main"), GRAVES)),
        ],
    )
    def test_elsewhere_they_are_dropped(self, broker: str, queues: Any) -> None:
        shop = Shop(broker, *queues)
        with CeleryGuard(shop.app, allow_failures=True) as guard:
            shop.dropped.apply_async(queue="main")
            assert guard.drain() == 1
        assert shop.runs == ["main"]

    def test_a_second_death_is_counted(self) -> None:
        main = Queue(
            "main",
            queue_arguments={
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": "main",
            },
        )
        shop = Shop(RABBITMQ, main)
        with CeleryGuard(shop.app, allow_failures=True, allow_leftover=True) as guard:
            shop.dropped.apply_async(queue="main")
            for _ in range(3):
                guard.step()
        assert [each and each[0]["count"] for each in shop.deaths] == [None, 1, 2]
