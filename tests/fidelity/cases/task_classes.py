"""Tasks with classes of their own."""

from __future__ import annotations

from typing import Any

from celery import Task
from celery.contrib.abortable import AbortableAsyncResult, AbortableTask
from celery.worker.request import Request

from tests.fidelity import journal
from tests.fidelity.case import Steps, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import Recorded, app, note, task


class Counted(Recorded):
    """Adds one to each value, outside the task's own code."""

    abstract = True

    def __call__(self, *args: object, **kwargs: object) -> object:
        note(self, f"called {self.request.id is not None}")
        return super().__call__(*args, **kwargs) + 1


@task(base=Counted)
def seven() -> int:
    return 7


@case()
def a_class_wraps_the_call(seen: Seen) -> Steps:
    result = seven.delay()
    yield result
    assert result.get() == 8
    assert seen.notes(result) == ["called True"]


@case()
def the_hooks_of_a_success(seen: Seen) -> Steps:
    result = seven.delay()
    yield result
    assert seen.hooks(result) == ["before_start", "on_success", "after_return SUCCESS"]
    assert seen.signals(result) == ["task_prerun", "task_success", "task_postrun"]


@task(base=Recorded)
def fail() -> None:
    raise ValueError("no")


@case()
def the_hooks_of_a_failure(seen: Seen) -> Steps:
    result = fail.delay()
    yield result
    assert seen.hooks(result) == ["before_start", "on_failure", "after_return FAILURE"]
    assert seen.signals(result) == ["task_prerun", "task_failure", "task_postrun"]
    assert seen.published(result) == ["before_task_publish", "after_task_publish"]
    assert seen.received(result) == 1


class Doubling(Recorded):
    """A task that is a class."""

    name = "tests.fidelity.cases.task_classes.Doubling"
    ignore_result = False

    def __init__(self) -> None:
        self.made = 0

    def run(self, number: int) -> list[int]:
        self.made += 1
        return [number * 2, min(self.made, 1)]


doubling = app.register_task(Doubling())


@case()
def a_class_is_a_task(seen: Seen) -> Steps:
    result = doubling.delay(4)
    yield result
    assert result.get() == [8, 1]


def hook_that_raises(name: str) -> type[Task]:
    """A task class with one broken hook."""

    def broken(self: Task, *args: object) -> None:
        raise RuntimeError(name)

    return type(f"Broken_{name}", (Task,), {name: broken, "abstract": True})


@task(base=hook_that_raises("before_start"))
def broken_before_start() -> int:
    return 1


@case()
def a_broken_before_start_fails_the_task(seen: Seen) -> Steps:
    result = broken_before_start.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert answer(result) == "RuntimeError('before_start')"


@task(base=hook_that_raises("on_success"))
def broken_on_success() -> int:
    return 1


@case()
def a_broken_on_success_comes_too_late(seen: Seen) -> Steps:
    result = broken_on_success.delay()
    yield None
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    # Before 5.7 the worker takes it for an error of its own.
    own_error = ["task_prerun", "task_postrun", "task_internal_error", "task_failure"]
    success = ["task_prerun", "task_success", "task_postrun"]
    assert seen.signals(result) == since((5, 7), success, before=own_error)


@task(base=hook_that_raises("after_return"))
def broken_after_return() -> int:
    return 1


@case()
def a_broken_after_return_comes_too_late(seen: Seen) -> Steps:
    result = broken_after_return.delay()
    yield None
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    success = ["task_prerun", "task_success", "task_postrun"]
    own_error = [*success, "task_internal_error", "task_failure"]
    assert seen.signals(result) == since((5, 7), success, before=own_error)


@task(base=hook_that_raises("on_failure"))
def broken_on_failure() -> None:
    raise ValueError("first")


@case()
def a_broken_on_failure_hides_the_failure(seen: Seen) -> Steps:
    result = broken_on_failure.delay()
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert answer(result) == "RuntimeError('on_failure')"


class Noted(Request):
    """Notes what the worker tells it."""

    def on_accepted(self, pid: int, time_accepted: float) -> None:
        super().on_accepted(pid, time_accepted)
        journal.write("note", self.id, "accepted")

    def on_success(self, outcome: Any, **kwargs: Any) -> None:
        super().on_success(outcome, **kwargs)
        journal.write("note", self.id, f"success {outcome[1]}")

    def on_failure(self, *args: Any, **kwargs: Any) -> None:
        super().on_failure(*args, **kwargs)
        journal.write("note", self.id, "failure")


class WithRequest(Recorded):
    """A task whose requests are of a class of the project's own."""

    abstract = True
    Request = Noted


@task(base=WithRequest)
def maybe(number: int) -> int:
    return 10 // number


@case()
def a_request_class_hears_from_the_worker(seen: Seen) -> Steps:
    result, failed = maybe.delay(5), maybe.delay(0)
    yield None
    # Celery puts an on_success of its own before that of the class.
    assert seen.notes(result) == ["accepted"]
    assert seen.notes(failed) == ["accepted", "failure"]


@task(bind=True, base=AbortableTask)
def stop_when_asked(self: Task) -> object:
    before = self.is_aborted()
    AbortableAsyncResult(self.request.id, app=app).abort()
    return [before, self.is_aborted()]


@case()
def a_task_is_aborted(seen: Seen) -> Steps:
    result = stop_when_asked.delay()
    yield result
    assert result.get() == [False, True]
    assert seen.states(result) == ["PENDING", "ABORTED", "SUCCESS"]


@task(name="chosen.name")
def with_a_name() -> str:
    return "named"


@case()
def a_task_has_the_name_it_was_given(seen: Seen) -> Steps:
    result = app.send_task("chosen.name")
    yield result
    assert result.get() == "named"


@task(typing=False)
def unchecked(number: int) -> int:
    return number


@case()
def arguments_are_checked_late_where_a_task_wants_it(seen: Seen) -> Steps:
    result = unchecked.delay()
    yield result
    assert "missing 1 required positional argument" in str(answer(result))


@task(bind=True)
def remember(self: Task) -> int:
    self.count = getattr(self, "count", 0) + 1
    return int(self.count > 0)


@case()
def a_bound_task_is_one_object_per_process(seen: Seen) -> Steps:
    result = remember.delay()
    yield result
    assert result.get() == 1
