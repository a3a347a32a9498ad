"""What the guard raises, and what a task may raise to play a fault."""

from __future__ import annotations


class GuardError(AssertionError):
    """The test can't go on, or must not pass: the base of all that the guard raises."""


class WouldBlockForeverError(GuardError):
    """A read of a result that nothing can ever produce."""


class PollsForeverError(GuardError):
    """A loop asks for a task's state so many times, and nothing runs meanwhile.

    ``is_due``: a task waits that could run now.
    """

    def __init__(self, task: str, times: int, *, is_due: bool = True) -> None:
        remedy = "Run the tasks with celery_guard.drain(), or read the result with get()."
        if not is_due:
            remedy = (
                "No task is due: skip time with celery_guard.advance(...), or read the result"
                " with get(), which says why if it never comes."
            )
        super().__init__(
            f"{task} was asked for its state {times} times, but no task ran in"
            f" between, so this loop never ends. {remedy}"
        )


class StillBusyError(GuardError):
    """More tasks ran than the limit allows: most likely an endless retry or resend."""


class RunningLoopError(GuardError):
    """A task needs a thread without an event loop, and this one runs one."""


class RealBrokerError(GuardError):
    """Code under test tried to reach a broker or a result backend outside the test."""


class WrongOptionError(GuardError):
    """An option of the marker, the ini file or the command line has no meaning."""


class WrongCallError(WrongOptionError, TypeError):
    """A method was called with arguments that it does not have."""


class WrongForAppError(WrongOptionError):
    """The app that is under test can't have this value of an option."""

    def __init__(self, option: str, value: str, text: str) -> None:
        super().__init__(text)
        self.option = option
        self.value = value


class NoAppError(GuardError):
    """No Celery app, or more than one, could be the one under test."""


class CeleryGuardWarning(UserWarning):
    """Something that a test sent, or left, and that may go wrong in production."""


class WorkerKilled(BaseException):
    """Raise it in a task to play the death of the pool process (out of memory, segfault)."""


class WorkerCrashed(BaseException):
    """Raise it in a task to play the death of the whole worker: what is unacked comes back."""
