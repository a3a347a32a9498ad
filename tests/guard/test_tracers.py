"""What a test changes between two runs of a task counts from the next run on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from celery import Celery, Task, signals
from celery.app import trace

from pytest_celery_guard import CeleryGuard


class Watching(Task):
    """Has a hook, so that Celery calls it."""

    abstract = True
    told: ClassVar[list[str]] = []

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        self.told.append("its own")


app = Celery("tracers", broker="redis://nowhere.invalid", backend="redis://nowhere.invalid")


@app.task(base=Watching)
def double(number: int) -> int:
    return 2 * number


def real(task: Any) -> Any:
    return app.tasks[task.name]


def run_twice(change: Callable[[], object]) -> list[Any]:
    """The results of a run before the change, and of one after it."""
    with CeleryGuard(app):
        before = double.delay(4).get()
        change()
        return [before, double.delay(4).get()]


def test_a_body_that_is_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_twice(lambda: monkeypatch.setattr(real(double), "run", lambda number: -1))
    assert found == [8, -1]


def test_a_body_that_is_patched_and_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with CeleryGuard(app):
        with monkeypatch.context() as patch:
            patch.setattr(real(double), "run", lambda number: -1)
            assert double.delay(4).get() == -1
        assert double.delay(4).get() == 8


def test_a_call_that_is_patched_on_the_class(monkeypatch: pytest.MonkeyPatch) -> None:
    def called(task: Any, *args: Any) -> int:
        return 100

    kind = type(real(double))
    found = run_twice(lambda: monkeypatch.setattr(kind, "__call__", called, raising=False))
    assert found == [8, 100]


def test_a_hook_that_is_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(Watching, "told", told)
    hook = lambda self, *args: told.append("the patched one")  # noqa: E731
    run_twice(lambda: monkeypatch.setattr(Watching, "on_success", hook))
    assert told == ["its own", "the patched one"]


def test_a_hook_of_all_tasks_that_is_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    hook = lambda self, *args: told.append("over")  # noqa: E731
    run_twice(lambda: monkeypatch.setattr(Task, "after_return", hook))
    assert told == ["over"]


def test_a_receiver_that_is_connected() -> None:
    told: list[str] = []

    def note(sender: Any, **_: Any) -> None:
        told.append(sender.name)

    try:
        run_twice(lambda: signals.task_prerun.connect(note))
    finally:
        signals.task_prerun.disconnect(note)
    assert told == [double.name]


def test_a_receiver_that_is_connected_after_others_have_died() -> None:
    told: list[str] = []

    class Dying:
        def note(self, **_: Any) -> None:
            """Celery refers to it weakly."""

    def note(sender: Any, **_: Any) -> None:
        told.append(sender.name)

    def change() -> None:
        dying = Dying()
        signals.task_success.connect(dying.note)
        del dying  # the list of receivers is replaced by the next one that connects
        signals.task_success.connect(note)

    try:
        run_twice(change)
    finally:
        signals.task_success.disconnect(note)
    assert told == [double.name]


def by_the_guard(guard: CeleryGuard) -> None:
    guard.conf(task_inherit_parent_priority=True)


def by_hand(guard: CeleryGuard) -> None:
    app.conf.task_inherit_parent_priority = True


@pytest.mark.parametrize("change", [by_the_guard, by_hand])
def test_a_setting_that_is_changed(change: Callable[[CeleryGuard], None]) -> None:
    """The second task of a chain has the priority of the first one."""

    def priority_of_the_second() -> Any:
        (double.s(2) | double.s()).apply_async(priority=7)
        guard.drain()
        return guard.sent[-1].priority

    with CeleryGuard(app) as guard:
        before = priority_of_the_second()
        change(guard)
        assert (before == 7, priority_of_the_second()) == (False, 7)


def test_a_tracer_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    build = trace.build_tracer

    def counted(name: str, *args: Any, **kwargs: Any) -> Any:
        built.append(name)
        return build(name, *args, **kwargs)

    monkeypatch.setattr(trace, "build_tracer", counted)
    run_twice(lambda: None)
    assert built == [double.name]
