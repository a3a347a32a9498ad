"""What someone types wrong in a call is an error that says what to write."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, WrongCallError, WrongOptionError


def run(guard: CeleryGuard, add: Any, code: str) -> None:
    names = {"guard": guard, "sent": guard.sent, "add": add}
    exec(code, {**names, "timedelta": timedelta, "datetime": datetime})


@pytest.mark.parametrize(
    ("code", "said"),
    [
        # names of arguments
        ("guard.drain(5)", "drain(…) has too many arguments without a name. Write drain(limit=…"),
        ("guard.drain(limits=5)", "no such argument. Did you mean limit?"),
        ("guard.drain(tasks=add)", "drain(tasks=…): there is no such argument. Did you mean only?"),
        ("guard.drain(xyz=1)", "It has limit, queue, only, until, commit."),
        ("guard.step(5)", "step(…) has too many arguments without a name. Write step()."),
        ("guard.step(x=5)", "step(x=…): there is no such argument. It takes none."),
        ("guard.run(add, 1, 2)", "too many arguments without a name. Write run(signature,"),
        (
            "guard.run(add.s(1), countdown=5)",
            "run(countdown=…): there is no such argument. Set it in the signature:"
            " charge.s(499).set(countdown=…).",
        ),
        ("guard.run()", "run() requires an argument: run(signature)."),
        ("guard.states()", "states() requires an argument: states(result)."),
        ("guard.conf({'task_acks_late': True})", "Write conf(name=…)."),
        ("guard.stub(add, return_value=5)", "Did you mean returns?"),
        ("guard.stub(add, side_effect=ValueError)", "Did you mean raises?"),
        ("guard.broker_down(add)", "Write broker_down(times=…, after=…)."),
        ("guard.lose_worker(add, whn='after')", "Did you mean when?"),
        ("guard.revoke(add, terminat=True)", "Did you mean terminate?"),
        ("sent.of()", "of() requires an argument: of(task)."),
        ("sent.of(add, queu='x')", "of(queu=…): there is no such argument. Did you mean queue?"),
        # tasks
        ("guard.drain(only=add.delay)", "delay is not a task. Write the task itself: add."),
        ("guard.drain(only=lambda: 1)", "is not a task. Pass a task, its name, a signature"),
        ("guard.drain(only=5)", "5 is not a result"),
        ("sent.of(5)", "sent.of(5): it is not a task. Pass a task, its name, or a signature."),
        ("sent.count(add.delay)", "it is not a task. Write the task itself: add."),
        ("None in sent", "None in sent: it is not a task."),
        ("add.delay not in sent", "delay in sent: it is not a task. Write the task itself: add."),
        ("{'a': 1} in sent", "{'a': 1} in sent: it is not a task."),
        ("add.delay(1) in sent", "in sent: it is a result. Pass a task, its name or a signature"),
        ("sent == add", "sent == add: sent is a list. Write sent == [add], or add in sent."),
        ("sent != 'add'", "sent == 'add': sent is a list."),
        ("sent == add.s(1)", "Write sent == [add(1)]"),
        ("guard.states(add.name)", "'add' is the name of a task; pass what delay() or"),
        ("guard.history(add.name)", "'add' is the name of a task; pass what delay() or"),
        ("guard.revoke(add)", "add is not a result; pass what delay() or apply_async() returned"),
        ("guard.stub(add.s(1), returns=1)", "a stub stands for all runs of a task. Pass the task"),
        ("guard.lose_worker('ad')", "lose_worker('ad'): there is no such task, and nothing"),
        # values
        ("guard.drain(queue=['a'])", "it must be the name of one queue"),
        ("guard.drain(commit='yes')", "commit is 'yes', but it must be of type bool."),
        ("guard.drain(until=add)", "Pass the result that its delay() returned"),
        ("guard.drain(until=lambda x: x)", "it is called without arguments, but requires (x)."),
        ("guard.run(add.s(1), eta='soon')", "run(eta='soon'): it must be a datetime."),
        ("guard.run(add.s(1), headers=['a'])", "run(headers=['a']): it must be a mapping."),
        ("guard.run(add.s(1), stamps='a')", "run(stamps='a'): it must be a mapping."),
        ("guard.advance(seconds='5')", "advance(seconds='5'): it must be a number."),
        ("guard.advance(hours=float('nan'))", "advance(hours=nan): it must be a finite number."),
        ("guard.advance(months=1)", "a timedelta has no such part. It has weeks, days"),
        ("guard.due(day=1)", "Did you mean days?"),
        ("guard.lose_worker(add, times=0)", "(times=0): it must be a whole number, 1 or"),
        ("guard.lose_worker(add, times='2')", "lose_worker(times='2'): it must be a whole number"),
        ("guard.broker_down(times=-1)", "(times=-1): it must be a whole number, 1 or more"),
        ("guard.backend_down(after=-1)", "backend_down(after=-1): it must be a whole number, 0 or"),
        ("guard.backend_down(error='x')", "it must be an exception or its class."),
        ("guard.assert_idempotent(add.s(1), observe=5)", "it must be a function that returns what"),
        # settings
        ("guard.conf(task_acks_lat=1)", "no setting 'task_acks_lat'. Did you mean 'task_ac"),
        ("guard.conf(CELERY_TASK_ACKS_LATE=1)", "Did you mean 'task_acks_late'?"),
        ("guard.conf(nothing_like_it=1)", "Celery has no setting 'nothing_like_it'."),
        ("guard.conf(task_always_eager=True)", "Use the fixture celery_eager, or mode='eager'"),
        ("guard.conf(broker_url='amqp://')", "celery_guard replaces this setting. Give the app"),
    ],
)  # fmt: skip
def test_it_says_what_to_write(guard: CeleryGuard, add: Any, code: str, said: str) -> None:
    with pytest.raises((GuardError, TypeError, ValueError)) as refused:
        run(guard, add, code)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize(
    "code",
    [
        "guard.drain(until=lambda x=1: True)",
        "guard.drain(until=[].__len__) if 0 else None",
        "guard.conf(task_always_eager=False)",
        "guard.drain(only=[add, add.delay(1), add.s(1), 'add'])",
        "guard.advance(timedelta(1), hours=1)",
        "sent == []",
        "sent == None",
        "sent.of(add.s(1)), sent.count('add'), 'elsewhere' in sent",
        "guard.run(add.s(1), eta=datetime.now().astimezone(), headers={'a': 1}, stamps={'b': '2'})",
    ],
)
def test_what_is_right_passes(guard: CeleryGuard, add: Any, code: str) -> None:
    run(guard, add, code)


def test_an_error_of_the_code_itself_stays_what_it_is(guard: CeleryGuard, app: Any) -> None:
    @app.task(name="wrong")
    def wrong() -> None:
        raise TypeError("unexpected keyword argument")

    with pytest.raises(TypeError, match="unexpected keyword") as raised:
        guard.run(wrong.s())
    assert not isinstance(raised.value, WrongOptionError)


def test_it_is_a_type_error_too(guard: CeleryGuard) -> None:
    assert issubclass(WrongCallError, TypeError)
    with pytest.raises(TypeError):
        guard.drain(5)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("limit", 5, "Write @pytest.mark.celery_guard(limit=5)."),
        ("virtual_sleep", True, "Write @pytest.mark.celery_guard(virtual_sleep=True)."),
        ("allow", ["CEL101"], "Write @pytest.mark.celery_guard(allow=['CEL101'])."),
        ("conf", {}, "Write @pytest.mark.celery_guard(conf={})."),
        ("scope", "class", "Write celery_guard_scope in the ini file."),
        ("sents", [], "Did you mean sent?"),
        ("app", 7, "Write celery_guard_app in the ini file."),
    ],
)
def test_an_option_is_no_attribute(app: Any, name: str, value: object, said: str) -> None:
    with CeleryGuard(app) as guard:
        with pytest.raises(AttributeError) as error:
            setattr(guard, name, value)
    assert str(error.value) == (
        f"celery_guard.{name} = {value!r} would have no effect. {said}"
    )


@pytest.mark.parametrize("name", ["sent", "failures", "drain"])
def test_it_tells_nothing_when_it_is_over(app: Any, add: Any, name: str) -> None:
    with CeleryGuard(app) as guard:
        add.delay(1)
        guard.drain()
    with pytest.raises(GuardError, match="This CeleryGuard is not enabled"):
        found = getattr(guard, name)
        found()
    with guard:
        assert guard.sent == []


def test_a_mock_may_take_the_place_of_a_method(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CeleryGuard(app) as guard:
        monkeypatch.setattr(guard, "drain", lambda: 7)
        assert guard.drain() == 7
