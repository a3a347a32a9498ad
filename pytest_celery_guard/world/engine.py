"""What runs the tasks behind a handle: a worker in this thread, or one in another process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.options.settings import Settings
from pytest_celery_guard.values.circumstances import Circumstances
from pytest_celery_guard.values.states import StatePath
from pytest_celery_guard.world.ledger import Ledger
from pytest_celery_guard.world.world import World


class Drain(NamedTuple):
    """What a drain is asked for."""

    limit: int | None = None
    queue: str | None = None
    only: object = None
    until: object = None
    commit: bool = False


class Engine(Protocol):
    """What differs between the modes."""

    @property
    def ledger(self) -> Ledger:
        """What tells of the test's tasks."""
        ...

    @property
    def world(self) -> World:
        """The world of step mode. A worker in another process has none."""
        ...

    def __str__(self) -> str: ...

    def check_step_mode(self, name: str) -> None:
        """Skip the test where the tasks don't run in this process."""

    def enter(self, undo: Undo, settings: Settings) -> None:
        """Stand in for what the app sends to and reads from, until ``undo`` is closed."""

    def begin(self, undo: Undo, settings: Settings, *, is_shared: bool) -> None:
        """Begin a test, before its settings are in effect."""

    def go(self, undo: Undo, settings: Settings) -> None:
        """Do what the settings of a test ask for, once they are in effect."""

    def begin_part(self, undo: Undo, settings: Settings) -> None:
        """Keep all that is there; when ``undo`` is closed, all is as it is now."""

    def keep_hooks(self) -> None:
        """Remember what waits for a commit: a TestCase rolls back before its verdict."""

    def check_each_send(self, undo: Undo, level: str) -> None:
        """Hold what is sent against the contract."""

    def drain_each_send(self, undo: Undo) -> None:
        """Run a task before the call that sends it returns."""

    def change_settings(self, overrides: dict[str, Any]) -> Callable[[], None]:
        """Override settings of the app; return the way back."""
        ...

    def step(self) -> bool:
        """Run one task; False when none is due."""
        ...

    def drain(self, asked: Drain) -> int:
        """Run what is due, and what that sends; return how many tasks ran."""
        ...

    def advance(self, seconds: float, *, beat: bool) -> int:
        """Go on in time, running each task at its moment; return how many ran."""
        ...

    def run(self, send: Callable[[], Any]) -> Any:
        """Send one task, run it and its retries, and return what it returns."""
        ...

    def look_at_timer(self) -> None:
        """Learn what waits for its time."""

    def revoke(self, task_ids: Sequence[str], *, terminate: bool) -> None:
        """Revoke tasks, as ``app.control.revoke`` does."""

    def unfired(self) -> list[str]:
        """The on_commit hooks that would send a task and that no one has run, in words."""
        ...

    def remarks(self) -> str:
        """What may be why a test failed, beside what its tasks did; empty for nothing."""
        ...

    def of_sends(self) -> Circumstances | None:
        """How the sends so far came to be, if that is worth telling."""
        ...

    def of_states(self, path: StatePath) -> Circumstances | None:
        """The same of the states of a task."""
        ...


class StepMode:
    """A part of the handle that needs the worker in this thread."""

    app: Any
    settings: Settings

    @property
    def _engine(self) -> Engine:
        raise NotImplementedError

    @property
    def _world(self) -> World:
        return self._engine.world


Method = TypeVar("Method", bound=Callable[..., Any])


def in_step_mode(method: Method) -> Method:
    """A method that skips the test where the worker is in another process."""

    @wraps(method)
    def checked(self: StepMode, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        self._engine.check_step_mode(method.__name__)
        return method(self, *args, **kwargs)

    return cast(Method, checked)
