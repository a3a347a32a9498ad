"""A task that is run as a later attempt, or as if it came from elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from celery import chain, chord, group
from celery.exceptions import MaxRetriesExceededError
from kombu.exceptions import EncodeError

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, WrongOptionError


@pytest.fixture
def tell(app: Any) -> Any:
    """Returns a part of its request."""

    @app.task(name="tell", bind=True)
    def tell(self: Any, *names: str) -> Any:
        return [getattr(self.request, name) for name in names]

    return tell


@pytest.fixture
def patient(app: Any) -> Any:
    """Is retried until its fifth run."""

    @app.task(name="patient", bind=True, max_retries=4, default_retry_delay=60)
    def patient(self: Any) -> int:
        if self.request.retries < 4:
            raise self.retry()
        return int(self.request.retries)

    return patient


def test_it_runs_as_a_later_attempt(guard: CeleryGuard, tell: Any) -> None:
    assert guard.run(tell.s("retries"), retries=4) == [4]
    assert guard.run(tell.s("retries")) == [0]
    assert guard.run(tell, retries=2) == []  # a task stands for its signature


def test_it_goes_on_from_there(guard: CeleryGuard, patient: Any) -> None:
    assert guard.run(patient.s(), retries=3) == 4
    (send,) = guard.sent
    assert guard.states(send.id) == ["PENDING", "RETRY", "SUCCESS"]
    assert [each.retry.retries for each in guard.history(send.id) if each.retry] == [4]


def test_the_last_attempt_gives_up(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="hopeless", bind=True, max_retries=4)
    def hopeless(self: Any) -> None:
        raise self.retry(countdown=1)

    with pytest.raises(MaxRetriesExceededError):
        guard.run(hopeless.s(), retries=4)
    assert guard.states(guard.sent[0].id) == ["PENDING", "FAILURE"]


def test_a_later_attempt_is_a_send(still: None, guard: CeleryGuard, tell: Any) -> None:
    guard.run(tell.s("id"), retries=4)
    assert guard.sent == [tell.s("id")]
    assert guard.sent[0].retries == 4
    assert guard.account().startswith("+0:00:00  sent      tell('id')")


def test_code_may_send_a_later_attempt_itself(guard: CeleryGuard, tell: Any) -> None:
    result = tell.apply_async(("retries",), retries=2)
    assert guard.sent == [tell.s("retries")]
    assert result.get() == [2]


def test_it_gets_headers_and_ids(guard: CeleryGuard, tell: Any) -> None:
    names = ("root_id", "parent_id")
    told = guard.run(tell.s(*names), root_id="root", parent_id="parent")
    assert told == ["root", "parent"]
    (headers,) = guard.run(tell.s("headers"), headers={"tenant": 7})
    assert headers["tenant"] == 7


def test_it_gets_stamps(guard: CeleryGuard, tell: Any) -> None:
    signature = tell.s("stamps", "stamped_headers")
    stamps, names = guard.run(signature, stamps={"tenant": "A", "user": "ann"})
    assert stamps["tenant"] in ("A", ["A"])
    assert stamps["user"] in ("ann", ["ann"])
    assert sorted(names) == ["tenant", "user"]
    assert signature == tell.s("stamps", "stamped_headers")  # the test may use it again
    assert guard.run(tell, stamps={"tenant": "A"}) == []


def test_it_runs_at_its_eta(guard: CeleryGuard, tell: Any) -> None:
    before = guard.now
    eta = datetime.now(timezone.utc) + timedelta(days=2)
    (told,) = guard.run(tell.s("eta"), eta=eta)
    assert datetime.fromisoformat(told) == eta
    assert timedelta(days=1, hours=23) < guard.now - before < timedelta(days=2, hours=1)


def test_a_naive_eta_is_told(app: Any, tell: Any) -> None:
    with CeleryGuard(app, contract="strict") as guard:
        with pytest.raises(GuardError, match=r"CEL607 .* `eta` is"):
            guard.run(tell.s(), eta=datetime.now())
            guard.verify()
        guard._world.breaches.clear()


def test_arguments_of_a_later_attempt_are_checked(app: Any, add: Any) -> None:
    with pytest.raises(GuardError, match=r"CEL602 add: `x` is a set"):
        with CeleryGuard(app) as guard, suppress(EncodeError):
            guard.run(add.s({1}), retries=2)


def test_a_coroutine_gives_the_same(guard: CeleryGuard, tell: Any) -> None:
    assert asyncio.run(guard.arun(tell.s("retries"), retries=4)) == [4]


@pytest.mark.parametrize("retries", [-1, 1.5, "2", None, True])
def test_a_wrong_number_of_retries(guard: CeleryGuard, tell: Any, retries: Any) -> None:
    refused = "the number of earlier retries, 0 or more"
    with pytest.raises(WrongOptionError, match=refused):
        guard.run(tell.s(), retries=retries)
    assert guard.sent == []


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ("chain", {"retries": 2}),
        ("group", {"headers": {"a": 1}}),
        ("chord", {"stamps": {"a": 1}}),
    ],
)
def test_a_canvas_has_no_attempts(
    guard: CeleryGuard, tell: Any, kind: str, option: dict[str, Any]
) -> None:
    one = tell.s()
    canvas = {
        "chain": chain(one, one),
        "group": group(one, one),
        "chord": chord([one], one),
    }
    (name,) = option
    with pytest.raises(WrongOptionError, match=rf"run\({name}=…\) is for .* a {kind}\.$"):
        guard.run(canvas[kind], **option)


@pytest.mark.parametrize("wrong", [3, "tell", None, print])
def test_what_is_no_signature(guard: CeleryGuard, wrong: Any) -> None:
    with pytest.raises(WrongOptionError, match=r"it requires a signature, such as charge"):
        guard.run(wrong)


def test_an_unknown_option(guard: CeleryGuard, tell: Any) -> None:
    with pytest.raises(TypeError, match=r"no such argument\. Did you mean retries"):
        guard.run(tell.s(), retry=4)  # type: ignore[call-arg]
