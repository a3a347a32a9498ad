"""The broker, or the result backend, can't be reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pytest_celery_guard.backends.results import Backend
from pytest_celery_guard.basics.changed import Changed
from pytest_celery_guard.errors import GuardError, WrongOptionError
from pytest_celery_guard.faults.telling import check_count, told
from pytest_celery_guard.world.engine import StepMode, in_step_mode
from pytest_celery_guard.world.played import Outage, refused

Error = Exception | type[Exception]


class GoesDown(StepMode):
    """What a handle has to play outages."""

    @in_step_mode
    def broker_down(self, *, times: int | None = None, after: int = 0) -> Changed:
        """Let sends fail until the end of the test, or of a ``with`` block.

        They raise ``kombu.exceptions.OperationalError`` after the app's own retry policy, without
        its pauses. ``after`` sends still work; ``times`` is how many fail then, None for all. The
        worker goes on with the messages that are there: it has received them.
        """
        __tracebackhide__ = True
        return self._go_down("broker", refused, times, after)

    @in_step_mode
    def backend_down(
        self, *, times: int | None = None, after: int = 0, error: Error | None = None
    ) -> Changed:
        """Let reads and writes of results fail until the end of the test, or of a ``with`` block.

        They raise ``error``: by default redis-py's ConnectionError for an app on Redis, and
        ConnectionRefusedError for others. ``after`` of them still work; ``times`` is how many
        fail then, None for all. Raises GuardError for an app without a result backend.
        """
        __tracebackhide__ = True
        backend = self.app.backend
        if not isinstance(backend, Backend):
            raise GuardError(
                f"backend_down: the app {self.app.main!r} has no result backend that could fail."
            )
        return self._go_down(
            "backend", maker_of(error) or backend.unreachable, times, after
        )

    def _go_down(
        self,
        what: Literal["broker", "backend"],
        error: Callable[[], Exception],
        times: int | None,
        after: int,
    ) -> Changed:
        __tracebackhide__ = True
        if times is not None:
            check_count(f"{what}_down", "times", times, 1)
        check_count(f"{what}_down", "after", after, 0)
        options = {"times": times, "after": after}
        given = {name: value for name, value in options.items() if value}
        outage = Outage(
            told(f"{what}_down", **given), error=error, times=times, after=after
        )
        faults = self._world.faults
        before = getattr(faults, what)
        faults.faults.append(outage)
        setattr(faults, what, outage)
        return Changed(lambda: setattr(faults, what, before))


def maker_of(error: Error | None) -> Callable[[], Exception] | None:
    """Makes the error that a test names, by its class or as it is. Raises WrongOptionError."""
    __tracebackhide__ = True
    is_class = isinstance(error, type) and issubclass(error, Exception)
    if not is_class and not isinstance(error, Exception | None):
        raise WrongOptionError(
            f"backend_down(error={error!r}): it must be an exception or its class."
        )
    if isinstance(error, Exception):
        return lambda: error
    return error
