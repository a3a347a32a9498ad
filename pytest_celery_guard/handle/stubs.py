"""Some tasks are real, and others are stubbed."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import Any

from pytest_celery_guard.basics.changed import Changed
from pytest_celery_guard.errors import WrongOptionError
from pytest_celery_guard.sends.wildcards import shown
from pytest_celery_guard.turns.known_names import SIMILAR, meant
from pytest_celery_guard.world.engine import StepMode, in_step_mode
from pytest_celery_guard.world.stubbed import Stub

NOT_GIVEN: Any = object()

Error = BaseException | type[BaseException]


class StubsTasks(StepMode):
    """What a handle has to run stubs in place of tasks."""

    @in_step_mode
    def stub(
        self, task: Any, *, returns: Any = NOT_GIVEN, raises: Error | None = None
    ) -> Changed:
        """Let a task return or raise something, to the test's end or that of a ``with`` block.

        Its message, state, result, retries and links stay real. ``task`` is a task or a name,
        also one of another service. ``returns`` is a value, or a function of the task's
        arguments. A direct call of the task runs its own body. Raises WrongOptionError.
        """
        __tracebackhide__ = True
        name = self._stubbed_name(task)
        stub = checked(name, returns, raises)
        worker, stubs, before = (
            self._world.worker,
            self._world.stubs,
            self._world.stubs.get(name),
        )
        is_new = name not in self.app.tasks
        if is_new:
            register(self.app, name)
        stubs[name] = stub

        def way_back() -> None:
            stubs.pop(name, None)
            if before is not None:
                stubs[name] = before
            if is_new:
                self.app.tasks.pop(name, None)
                worker.consumer.strategies.pop(name, None)

        return Changed(way_back)

    def _stubbed_name(self, task: Any) -> str:
        __tracebackhide__ = True
        if isinstance(task, Mapping):
            raise WrongOptionError(
                f"stub({shown(task)}): a stub stands for all runs of a task. Pass the task, and"
                " for returns a function of its arguments."
            )
        name = getattr(task, "name", task)
        if not isinstance(name, str) or hasattr(task, "results"):
            raise WrongOptionError(
                f"stub({shown(task)}): it requires a task or a task's name."
            )
        known = [each for each in self.app.tasks if not each.startswith("celery.")]
        is_known = name in self.app.tasks or name in self._world.external
        if not is_known and (hint := meant(name, known, SIMILAR)):
            raise WrongOptionError(
                f"stub({name!r}): the app {self.app.main!r} has no such task.{hint}"
            )
        return name


def register(app: Any, name: str) -> None:
    """Give an app a task of another service; it is local, so that it goes with the test."""

    @app.task(name=name, shared=False)
    def stand_in(*args: Any, **kwargs: Any) -> None:
        """Takes whatever is sent."""


def checked(name: str, returns: Any, raises: Any) -> Stub:
    """The stub that is asked for. Raises WrongOptionError."""
    __tracebackhide__ = True
    if returns is not NOT_GIVEN and raises is not None:
        raise WrongOptionError(f"stub({name!r}): give returns or raises, not both.")
    is_class = isinstance(raises, type) and issubclass(raises, BaseException)
    if not is_class and not isinstance(raises, BaseException | None):
        raise WrongOptionError(
            f"stub({name!r}, raises={shown(raises)}): it is not an exception."
        )
    if iscoroutinefunction(returns):
        raise WrongOptionError(
            f"stub({name!r}, returns={shown(returns)}): it is a coroutine function, and nothing"
            " awaits it. Write a function without async."
        )
    return Stub(None if returns is NOT_GIVEN else returns, raises)
