"""How a task ends: with a value, an exception, or neither."""

from __future__ import annotations

import pytest
from celery.exceptions import Ignore, NotRegistered, Reject
from celery.utils.serialization import UnpickleableExceptionWrapper

from tests.fidelity.case import Steps, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import app, task
from tests.fidelity.tasks import add, boom, nothing


@case()
def a_task_succeeds(seen: Seen) -> Steps:
    result = add.delay(1, 2)
    yield result
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert result.get() == 3
    assert (result.successful(), result.failed(), result.ready()) == (True, False, True)


@case()
def a_task_returns_nothing(seen: Seen) -> Steps:
    result = nothing.delay()
    yield result
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert result.get() is None


@case()
def a_task_fails(seen: Seen) -> Steps:
    result = boom.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    with pytest.raises(ValueError, match=r"^boom$"):
        result.get()
    assert "raise ValueError" in result.traceback


class Refused(Exception):
    """An exception of the project's own."""


@task()
def refuse(*args: object) -> None:
    raise Refused(*args)


@case()
def an_own_exception_comes_back_as_itself(seen: Seen) -> Steps:
    result = refuse.delay("not today", 2)
    yield result
    assert type(result.result) is Refused
    assert result.result.args == ("not today", 2)


class Unpicklable(Exception):
    """Its arguments don't fit its constructor, so no copy can be made."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@task()
def fail_unpicklably() -> None:
    raise Unpicklable(7, "seven")


@case()
def an_exception_that_cannot_be_copied(seen: Seen) -> Steps:
    result = fail_unpicklably.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert type(result.result) is UnpickleableExceptionWrapper
    assert str(result.result) == "Unpicklable('seven')"


class Hidden(Exception):
    """An exception whose arguments JSON can't hold."""


@task()
def fail_with_an_object() -> None:
    raise Hidden(object)


@case()
def an_exception_whose_arguments_are_no_json(seen: Seen) -> Steps:
    result = fail_with_an_object.delay()
    yield result
    assert type(result.result).__name__ == "Hidden"
    assert str(result.result) == "<class 'object'>"


@task()
def fail_with_a_local_class() -> None:
    class Local(Exception):
        pass

    raise Local("here")


@case()
def an_exception_class_that_cannot_be_imported(seen: Seen) -> Steps:
    result = fail_with_a_local_class.delay()
    yield result
    assert type(result.result) is UnpickleableExceptionWrapper
    assert str(result.result) == "Local('here')"


@task()
def fail_because() -> None:
    try:
        raise KeyError("first")
    except KeyError as error:
        raise ValueError("second") from error


@case()
def a_traceback_holds_the_cause(seen: Seen) -> Steps:
    result = fail_because.delay()
    yield result
    assert "KeyError: 'first'" in result.traceback
    assert answer(result) == "ValueError('second')"


@task()
def fall_short() -> None:
    # Not `assert`, which pytest rewrites where it has loaded the module.
    raise AssertionError("arithmetic")


@case()
def a_failed_assertion_is_a_failure(seen: Seen) -> Steps:
    result = fall_short.delay()
    yield result
    assert answer(result) == "AssertionError('arithmetic')"


@task(throws=(KeyError,))
def throw() -> None:
    raise KeyError("expected")


@case()
def an_expected_exception_is_a_failure_all_the_same(seen: Seen) -> Steps:
    result = throw.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert "task_failure" in seen.signals(result)


@task()
def ignore() -> None:
    raise Ignore


@case()
def a_task_that_raises_ignore_stores_nothing(seen: Seen) -> Steps:
    result = ignore.delay()
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.signals(result) == ["task_prerun", "task_postrun"]


@task()
def reject() -> None:
    raise Reject("no", requeue=False)


@case()
def a_task_that_raises_reject(seen: Seen) -> Steps:
    result = reject.delay()
    yield None
    stored = ["PENDING", "FAILURE"]
    assert seen.states(result) == since((5, 7), stored, before=["PENDING"])
    assert seen.runs(result) == 1


@case()
def a_task_sent_by_name(seen: Seen) -> Steps:
    result = app.send_task("tests.fidelity.tasks.add", (3, 4))
    yield result
    assert result.get() == 7


@case()
def a_task_that_no_worker_knows(seen: Seen) -> Steps:
    result = app.send_task("nowhere.nothing")
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    with pytest.raises(NotRegistered, match=r"nowhere\.nothing"):
        result.get()
    assert seen.signals(result) == ["task_unknown"]


@case()
def arguments_that_do_not_fit_fail_where_they_are_sent(seen: Seen) -> Steps:
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        add.delay(1)
    result = app.send_task("tests.fidelity.tasks.add", (3,))
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert "missing 1 required positional argument" in str(result.result)


@task()
def make_a_generator() -> object:
    yield 1


@case()
def a_generator_is_no_result(seen: Seen) -> Steps:
    result = make_a_generator.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert "Object of type generator is not JSON serializable" in str(result.result)


@task()
async def sleep_a_little() -> int:
    return 1


@case()
def a_coroutine_is_no_result(seen: Seen) -> Steps:
    result = sleep_a_little.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert "Object of type coroutine is not JSON serializable" in str(result.result)
