"""What `retry` does: states, delays, giving up."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from celery.exceptions import MaxRetriesExceededError

from tests.fidelity.case import Steps, Until, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import note, task

if TYPE_CHECKING:
    from celery import Task


@task(bind=True, max_retries=3)
def flaky(self: Task, failures: int, countdown: float = 0.3) -> int:
    """Fail so many times, then succeed."""
    if self.request.retries < failures:
        raise self.retry(exc=KeyError("flaky"), countdown=countdown)
    return int(self.request.retries)


@case()
def a_retry_succeeds(seen: Seen) -> Steps:
    result = flaky.delay(2)
    yield result
    assert seen.states(result) == ["PENDING", "RETRY", "SUCCESS"]
    assert result.get() == 2
    assert seen.runs(result) == 3


@case()
def a_retry_tells_signals_and_hooks(seen: Seen) -> Steps:
    result = flaky.delay(1)
    yield result
    again = ["task_prerun", "task_retry", "task_postrun"]
    assert seen.signals(result) == [*again, "task_prerun", "task_success", "task_postrun"]
    # No after_return here: Celery calls it for final states only.
    first = ["before_start", "on_retry"]
    assert seen.hooks(result) == [
        *first,
        "before_start",
        "on_success",
        "after_return SUCCESS",
    ]
    assert seen.published(result) == ["before_task_publish", "after_task_publish"] * 2


@case()
def a_waiting_retry_shows_the_error(seen: Seen) -> Steps:
    result = flaky.delay(1, 3)
    yield Until(result, "RETRY")
    assert result.state == "RETRY"
    assert answer(result) == "KeyError('flaky')"
    assert not result.ready()
    yield result
    assert result.get() == 1


@case()
def a_retry_gives_up_with_the_error_given(seen: Seen) -> Steps:
    result = flaky.delay(9, 0.2)
    yield result
    assert seen.states(result) == ["PENDING", "RETRY", "FAILURE"]
    assert answer(result) == "KeyError('flaky')"
    assert seen.runs(result) == 4


@task(bind=True, max_retries=1)
def hopeless(self: Task) -> None:
    self.retry(countdown=0.2)


@case()
def a_retry_gives_up_without_an_error_given(seen: Seen) -> Steps:
    result = hopeless.delay()
    yield result
    with pytest.raises(MaxRetriesExceededError) as error:
        result.get()
    name = "tests.fidelity.cases.retries.hopeless"
    assert str(error.value) == f"Can't retry {name}[{result.id}] args:() kwargs:{{}}"


@task(bind=True, max_retries=1)
def retry_what_is_handled(self: Task) -> None:
    try:
        int("x")
    except ValueError:
        self.retry(countdown=0.2)


@case()
def a_retry_that_gives_up_forgets_the_error_that_is_handled(seen: Seen) -> Steps:
    result = retry_what_is_handled.delay()
    yield result
    assert type(result.result) is MaxRetriesExceededError


@task(bind=True, max_retries=0)
def never_again(self: Task) -> None:
    self.retry(exc=KeyError("at once"), countdown=0.2)


@case()
def no_retry_is_allowed(seen: Seen) -> Steps:
    result = never_again.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert answer(result) == "KeyError('at once')"


@task(bind=True, max_retries=5)
def limit_by_hand(self: Task) -> None:
    self.retry(exc=KeyError("two"), countdown=0.2, max_retries=1)


@case()
def a_retry_sets_its_own_limit(seen: Seen) -> Steps:
    result = limit_by_hand.delay()
    yield result
    assert seen.runs(result) == 2


@task(bind=True, max_retries=None)
def stubborn(self: Task) -> int:
    if self.request.retries < 5:
        self.retry(countdown=0.1)
    return int(self.request.retries)


@case()
def retries_without_limit(seen: Seen) -> Steps:
    result = stubborn.delay()
    yield result
    assert result.get() == 5


@task(bind=True)
def go_on_after_retry(self: Task) -> str:
    if not self.request.retries:
        self.retry(throw=False, countdown=0.5)
    return f"run {self.request.retries}"


@case()
def a_retry_that_does_not_raise_lets_the_task_end(seen: Seen) -> Steps:
    result = go_on_after_retry.delay()
    yield None
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert result.get() == "run 0"
    assert seen.runs(result) == 2


@task(bind=True)
def change_arguments(self: Task, number: int, word: str = "") -> list[object]:
    if not self.request.retries:
        self.retry(args=(number + 1,), kwargs={"word": "changed"}, countdown=0.2)
    return [number, word]


@case()
def a_retry_changes_arguments(seen: Seen) -> Steps:
    result = change_arguments.delay(1)
    yield result
    assert result.get() == [2, "changed"]


@task(bind=True)
def retry_at(self: Task) -> str:
    if not self.request.retries:
        self.retry(eta=datetime.now(timezone.utc) + timedelta(seconds=1))
    return "in time"


@case()
def a_retry_at_a_moment(seen: Seen) -> Steps:
    result = retry_at.delay()
    yield result
    assert result.get() == "in time"
    first, second = seen.moments(result, "task_prerun")
    assert second - first >= 0.5


@task(bind=True)
def keep_request(self: Task) -> dict[str, object]:
    note(self, f"{self.request.root_id == self.request.id} {self.request.my_header}")
    if not self.request.retries:
        self.retry(countdown=0.2)
    return {"retries": self.request.retries, "shadow": self.request.shadow}


@case()
def a_retry_keeps_headers_and_root(seen: Seen) -> Steps:
    result = keep_request.apply_async(headers={"my_header": "kept"}, shadow="alias")
    yield result
    assert seen.notes(result) == ["True kept"] * 2
    assert result.get() == {"retries": 1, "shadow": "alias"}


@task(bind=True, ignore_result=True)
def retry_unheard(self: Task) -> None:
    if not self.request.retries:
        self.retry(countdown=0.2)


@case()
def a_retry_of_an_ignored_task_stores_nothing(seen: Seen) -> Steps:
    result = retry_unheard.delay()
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.runs(result) == 2


@case()
def a_task_called_directly_raises_instead_of_retrying(seen: Seen) -> Steps:
    with pytest.raises(KeyError, match="flaky"):
        flaky(1)
    assert flaky(0) == 0
    yield None
