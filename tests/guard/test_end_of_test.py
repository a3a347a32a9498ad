"""What a test must not leave behind: each message whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError


def verdict_of(app: Any, test: Any, **options: Any) -> str:
    """What the guard says after a test, with ids and paths made the same; '' when nothing."""
    try:
        with CeleryGuard(app, **options) as guard:
            test(guard)
    except GuardError as error:
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", str(error))
        return re.sub(r'File ".*/(\w+\.py)", line \d+', r'File "\1", line N', text)
    return ""


def test_a_failure_that_nobody_looked_at(app: Any, boom: Any) -> None:
    def test(guard: CeleryGuard) -> None:
        boom.delay()
        guard.drain()

    assert verdict_of(app, test) == (
        "boom failed with ValueError, and the test did not check it:\n"
        "  boom (ID): ValueError('no stock')\n"
        '    File "conftest.py", line N, in boom\n'
        "If the failure is expected, read the result or its states in the test.\n"
        "If any failure is acceptable, mark the test with"
        " @pytest.mark.celery_guard(allow_failures=True)."
    )
    assert verdict_of(app, test, allow_failures=True) == ""


@pytest.mark.parametrize(
    "look",
    [
        lambda guard, result: guard.states(result),
        lambda guard, result: guard.history(result),
        lambda guard, result: guard.failures,
        lambda guard, result: result.state,
        lambda guard, result: guard.app.AsyncResult(result.id).failed(),
        lambda guard, result: result.get(propagate=False),
    ],
)
def test_a_failure_that_the_test_looked_at_passes(app: Any, boom: Any, look: Any) -> None:
    def test(guard: CeleryGuard) -> None:
        result = boom.delay()
        guard.drain()
        look(guard, result)

    assert verdict_of(app, test) == ""


def test_a_look_of_a_task_is_none_of_the_test(app: Any, boom: Any) -> None:
    @app.task(name="looks")
    def looks(task_id: str) -> str:
        return str(app.AsyncResult(task_id).state)

    def test(guard: CeleryGuard) -> None:
        result = boom.delay()
        guard.drain()
        guard.run(looks.s(result.id))

    assert "boom failed with ValueError" in verdict_of(app, test)


def test_a_failure_that_a_later_run_mended_passes(app: Any) -> None:
    runs: list[int] = []

    @app.task(name="flaky")
    def flaky() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise ValueError

    def test(guard: CeleryGuard) -> None:
        for _ in range(2):
            flaky.apply_async(task_id="one")
            guard.drain()

    assert verdict_of(app, test) == ""


def test_messages_that_were_never_run(app: Any, add: Any) -> None:
    def test(guard: CeleryGuard) -> None:
        for n in range(7):
            add.delay(n)

    assert verdict_of(app, test) == (
        "add was sent 7 times but never run:\n"
        "  add(0) queue='celery'\n"
        "  add(1) queue='celery'\n"
        "  add(2) queue='celery'\n"
        "  add(3) queue='celery'\n"
        "  add(4) queue='celery'\n"
        "  … and 2 more\n"
        "Run what is due with celery_guard.drain().\n"
        "If sending is enough, mark the test with"
        " @pytest.mark.celery_guard(allow_leftover=True)."
    )
    assert verdict_of(app, test, allow_leftover=True) == ""


def test_a_task_whose_time_has_not_come_is_no_leftover(app: Any, add: Any) -> None:
    def test(guard: CeleryGuard) -> None:
        add.apply_async((1,), countdown=60)
        guard.drain()
        add.apply_async((2,), countdown=60)

    assert verdict_of(app, test) == ""


def test_an_unregistered_task_is_a_failure(app: Any) -> None:
    def test(guard: CeleryGuard) -> None:
        app.send_task("elsewhere.pay", (7,))
        guard.drain()

    assert (
        "elsewhere.pay (ID): Task of kind 'elsewhere.pay' never registered"
        in verdict_of(app, test)
    )


def test_a_message_that_the_worker_drops(app: Any, add: Any) -> None:
    def test(guard: CeleryGuard) -> None:
        add.apply_async((1,), serializer="pickle")
        guard.drain()

    text = verdict_of(app, test)
    assert text.startswith("The worker itself raised an error:\n")
    assert verdict_of(app, test, allow_failures=True) == ""
    assert "untrusted content of type pickle" in text


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # Celery's own, for the same reason
def test_an_error_of_the_worker_itself(
    app: Any, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OSError("gone")

    def test(guard: CeleryGuard) -> None:
        monkeypatch.setattr(app.backend, "mark_as_done", gone)
        add.delay(1)
        guard.drain()
        _ = guard.failures

    assert verdict_of(app, test) == (
        "The worker itself raised an error:\n"
        "  the worker failed while it ran add: OSError('gone')\n"
        "If this is intended, mark the test with"
        " @pytest.mark.celery_guard(allow_failures=True)."
    )


def test_several_faults_are_told_together(app: Any, boom: Any, add: Any) -> None:
    def test(guard: CeleryGuard) -> None:
        boom.delay()
        guard.drain()
        add.delay(1)

    first, second = verdict_of(app, test).split("\n\n")
    assert first.startswith("boom failed with ValueError")
    assert second.startswith("add was sent but never run")


def test_an_error_of_the_test_is_not_covered(app: Any, add: Any) -> None:
    with pytest.raises(KeyError, match="of the test"), CeleryGuard(app):
        add.delay(1)
        raise KeyError("of the test")


def test_a_fault_that_never_struck(app: Any, add: Any) -> None:
    def test(guard: CeleryGuard) -> None:
        guard.lose_worker("boom", "after")
        guard.run(add.s(1))

    assert verdict_of(app, test) == (
        "Simulated failures that never happened:\n"
        "  lose_worker(boom, when='after')\n"
        "Let the code under test run while they are active, or remove them."
    )


def test_a_fault_is_told_beside_what_the_tasks_did(guard: CeleryGuard, add: Any) -> None:
    result = add.apply_async((1,), task_id="A-17")
    guard.lose_worker(add, "before", machine=True)
    guard.drain()
    guard.redeliver(result)
    guard.drain()
    assert guard.account().splitlines()[:3] == [
        "Simulated failures:",
        "  lose_worker(add, when='before', machine=True): happened once",
        "  redeliver(A-17): happened once",
    ]


def test_an_outage_is_told_by_the_attempts_that_failed(
    guard: CeleryGuard, add: Any
) -> None:
    guard.run(add.s(1))
    guard.broker_down(times=1)
    with pytest.raises(OperationalError):
        add.delay(1)
    told = re.search(
        r"^  broker_down\(times=1\): (\d+) attempts failed$", guard.account(), re.M
    )
    assert told is not None
    assert int(told[1]) > guard.app.conf.task_publish_retry_policy["max_retries"]
