"""What becomes of unusual exceptions."""

from __future__ import annotations

from celery.exceptions import Retry
from celery.utils.serialization import UnpickleableExceptionWrapper

from tests.fidelity.case import Steps, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import task
from tests.fidelity.tasks import add


class Detailed(Exception):
    """Takes what it holds by name and says it in other words."""

    def __init__(self, code: int = 0, **more: object) -> None:
        super().__init__(code)
        self.more = more

    def __str__(self) -> str:
        return f"code {self.args[0]}"


@task()
def fail_with(kind: str) -> None:
    """Raise one of these."""
    raise {
        "several": ValueError("a", 1, None, {"b": [2]}),
        "none": ValueError(),
        "detailed": Detailed(7, reason="why"),
        "stop": StopIteration("stop"),
        "timeout": TimeoutError("builtin"),
        "os": FileNotFoundError(2, "No such file", "name"),
        "unicode": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        "class": LookupError(int),
        "text": ValueError("ü\n\x00 \u2028"),
        "long": ValueError("x" * 5000),
    }[kind]


@case()
def an_exception_with_several_arguments(seen: Seen) -> Steps:
    result = fail_with.delay("several")
    yield result
    assert answer(result) == "ValueError('a', 1, None, {'b': [2]})"


@case()
def an_exception_without_arguments(seen: Seen) -> Steps:
    result = fail_with.delay("none")
    yield result
    assert answer(result) == "ValueError()"


@case()
def an_exception_loses_what_is_not_in_its_arguments(seen: Seen) -> Steps:
    result = fail_with.delay("detailed")
    yield result
    assert type(result.result) is Detailed
    assert str(result.result) == "code 7"
    assert result.result.more == {}


@case()
def a_stop_of_iteration(seen: Seen) -> Steps:
    result = fail_with.delay("stop")
    yield result
    assert answer(result) == "StopIteration('stop')"


@case()
def a_timeout_of_python(seen: Seen) -> Steps:
    result = fail_with.delay("timeout")
    yield result
    assert answer(result) == "TimeoutError('builtin')"


@case()
def an_error_of_the_system(seen: Seen) -> Steps:
    result = fail_with.delay("os")
    yield result
    assert answer(result) == "FileNotFoundError(2, 'No such file')"


@case()
def an_exception_with_arguments_of_its_own_kind(seen: Seen) -> Steps:
    result = fail_with.delay("unicode")
    yield result
    assert type(result.result) is UnicodeDecodeError
    assert result.result.args == ("utf-8", b"\xff", 0, 1, "invalid start byte")


@case()
def an_exception_that_holds_a_class(seen: Seen) -> Steps:
    result = fail_with.delay("class")
    yield result
    assert answer(result) == "LookupError(\"<class 'int'>\")"


@case()
def an_exception_with_strange_text(seen: Seen) -> Steps:
    result = fail_with.delay("text")
    yield result
    assert str(result.result) == "ü\n\x00 \u2028"


@case()
def an_exception_with_long_text(seen: Seen) -> Steps:
    result = fail_with.delay("long")
    yield result
    assert str(result.result) == "x" * 5000


class Interrupted(BaseException):
    """No Exception, though the project raises it."""


@task()
def fail_at_the_base() -> None:
    raise Interrupted("base")


@case(
    differs="pytest's own exceptions are such, so the guard lets them through to the test"
)
def an_exception_that_is_no_exception(seen: Seen) -> Steps:
    result = fail_at_the_base.delay()
    yield None
    states = ["PENDING", "FAILURE"]
    assert seen.states(result) == since((5, 7), states, before=["PENDING"])


@task()
def raise_retry_by_hand() -> None:
    raise Retry("by hand")


@case()
def a_retry_raised_by_hand_is_never_sent(seen: Seen) -> Steps:
    result = raise_retry_by_hand.delay()
    yield None
    assert seen.states(result) == ["PENDING", "RETRY"]
    assert seen.runs(result) == 1


@task()
def fail_in_secret() -> None:
    try:
        int("x")
    except ValueError:
        raise KeyError("told") from None


@case()
def a_traceback_without_cause(seen: Seen) -> Steps:
    result = fail_in_secret.delay()
    yield result
    assert "invalid literal" not in result.traceback


@task()
def fail_deep(depth: int) -> None:
    if depth:
        fail_deep.run(depth - 1)
    raise ValueError("deep")


@case()
def a_traceback_shows_the_tasks_own_frames(seen: Seen) -> Steps:
    result = fail_deep.delay(3)
    yield result
    assert result.traceback.count("in fail_deep") == 4
    assert result.traceback.rstrip().endswith("ValueError: deep")


@task()
def recurse() -> None:
    recurse.run()


@case()
def an_endless_recursion_fails(seen: Seen) -> Steps:
    result = recurse.delay()
    yield result
    assert type(result.result) is RecursionError


@case()
def a_failure_tells_its_class_across_processes(seen: Seen) -> Steps:
    result = fail_with.delay("nowhere")
    yield result
    assert answer(result) == "KeyError('nowhere')"
    assert not isinstance(result.result, UnpickleableExceptionWrapper)


@task()
def catch_and_go_on() -> str:
    try:
        raise ValueError("caught")
    except ValueError as error:
        add.delay(1, 1)
        return repr(error)


@case()
def a_caught_exception_is_no_failure(seen: Seen) -> Steps:
    result = catch_and_go_on.delay()
    yield None
    assert result.get() == "ValueError('caught')"
    assert len(result.children) == 1
