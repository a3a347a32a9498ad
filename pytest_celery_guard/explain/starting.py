"""What is said of code that waits for a worker to start."""

from __future__ import annotations

from collections.abc import Sequence

MISSING = ("'NoneType' object ", "NoneType object ")
"""Part of the text of an error about something that is still None."""

OPTION = "celery_guard_worker_signals = true"


def misses_something(failures: str) -> bool:
    """Whether a task failed for something that is None."""
    return any(each in failures for each in MISSING)


def not_sent(handlers: Sequence[tuple[str, object]]) -> str:
    """Handlers that might have set it; empty when there are none."""
    if not handlers:
        return ""
    listed = ", ".join(f"{place} ({signal})" for signal, place in handlers)
    return (
        f"A value may be None because it is set when a worker starts, which doesn't"
        f" happen in a test: {listed}."
        f" {OPTION} in the ini file sends the signals of a starting worker once."
    )


def failed(signal: str, place: object, error: BaseException) -> str:
    """A handler that raised."""
    where = f" ({place})" if place else ""
    return f"a handler of {signal}{where} failed: {error!r}"
