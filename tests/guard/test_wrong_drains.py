"""A drain of what there is none of is an error, for it could only do nothing."""

from __future__ import annotations

import re
import warnings
from typing import Any

import kombu
import pytest

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import WrongOptionError


@pytest.fixture
def routed(app: Any) -> Any:
    """An app whose settings and tasks name queues."""
    app.conf.task_queues = [kombu.Queue("fast"), kombu.Queue("celery")]
    app.conf.task_routes = (
        {"one.*": {"queue": "ones"}, "two": "twos"},
        [("three.*", {"queue": kombu.Queue("threes")}), ("four.*", {"exchange": "none"})],
    )
    app.conf.task_create_missing_queues = True

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Celery 5.7: the option goes with Celery 6

        @app.task(name="with_queue", queue="own")
        def with_queue() -> None: ...

        app.finalize()
    return app


def test_a_drain_of_a_queue_that_there_is(routed: Any, add: Any) -> None:
    with CeleryGuard(routed) as guard:
        for queue in ("fast", "celery", "ones", "twos", "threes", "own"):
            assert guard.drain(queue=queue) == 0
        add.apply_async((1,), queue="elsewhere")
        assert guard.drain(queue="elsewhere") == 1
        assert guard.drain(queue="elsewhere") == 0


def test_a_drain_of_a_queue_that_there_is_not(routed: Any) -> None:
    with CeleryGuard(routed) as guard:
        with pytest.raises(WrongOptionError) as refused:
            guard.drain(queue="fats")
        assert str(refused.value) == (
            "drain(queue='fats'): the app has no such queue, and nothing was sent to one."
            " Did you mean 'fast'?"
        )
        with pytest.raises(WrongOptionError, match=r"nothing was sent to one\.$"):
            guard.drain(queue="zzz")


def test_where_a_function_routes_any_queue_is_fine(routed: Any) -> None:
    routed.conf.task_routes = (lambda *args, **kwargs: None,)
    with CeleryGuard(routed) as guard:
        assert guard.drain(queue="zzz") == 0


def test_a_drain_of_tasks_that_there_are(guard: CeleryGuard, app: Any, add: Any) -> None:
    assert (
        guard.drain(only=add) == guard.drain(only="add") == guard.drain(only=add.s()) == 0
    )
    assert guard.drain(only=[add, "celery.chord"]) == 0
    result = add.delay(1)
    assert guard.drain(only=result) == 1
    assert guard.drain(only=result.id) == guard.drain(only=[result, add]) == 0
    guard.allow("CEL608")
    app.send_task("elsewhere")
    assert guard.drain(only="elsewhere") == 0  # the worker drops it, and does not run it


@pytest.mark.parametrize(
    ("only", "hint"),
    [
        ("ad", " Did you mean 'add'?"),
        (["add", "ads"], " Did you mean 'add'?"),
        ("total", " Did you mean 'proj.tasks.total'?"),
        ("zzz", ""),
        ("8f0c5b1e-0000-4000-8000-000000000000", ""),
    ],
)
def test_a_drain_of_a_task_that_there_is_not(
    app: Any, add: Any, only: Any, hint: str
) -> None:
    @app.task(name="proj.tasks.total")
    def total() -> None: ...

    with CeleryGuard(app) as guard:
        with pytest.raises(WrongOptionError) as refused:
            guard.drain(only=only)
    wrong = only if isinstance(only, str) else only[-1]
    assert str(refused.value).startswith(f"drain(only={wrong!r}): the app 'shop' has no")
    assert str(refused.value).endswith(f"was sent with this name or id.{hint}")


@pytest.mark.parametrize("only", [[], (), set()])
def test_a_drain_of_no_tasks(guard: CeleryGuard, add: Any, only: Any) -> None:
    with pytest.raises(WrongOptionError, match="it contains no task, so none would run"):
        guard.drain(only=only)


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (0, "drain's argument limit is 0, but it must be greater than 0."),
        (-1, "drain's argument limit is -1, but it must be greater than 0."),
        (True, "drain's argument limit is True, but it must be of type int."),
        ("9", "drain's argument limit is '9', but it must be of type int."),
    ],
)
def test_a_drain_with_no_limit(guard: CeleryGuard, limit: Any, text: str) -> None:
    with pytest.raises(WrongOptionError, match=re.escape(text)):
        guard.drain(limit=limit)


@pytest.mark.parametrize(
    ("written", "meant"), [("drian", "drain"), ("advace", "advance"), ("sents", "sent")]
)
def test_a_misspelled_name(guard: CeleryGuard, written: str, meant: str) -> None:
    with pytest.raises(
        AttributeError, match=f"'{written}'. Did you mean '{meant}'"
    ) as told:
        getattr(guard, written)
    assert told.value.args[0].startswith("'CeleryGuard' object has no attribute")


def test_a_misspelled_name_of_what_was_sent(guard: CeleryGuard) -> None:
    with pytest.raises(AttributeError, match="no attribute 'coutn'"):
        guard.sent.coutn  # type: ignore[attr-defined] # noqa: B018
    assert not hasattr(guard.sent, "append")
