"""Why a real worker did something else than the test expects: one line, where a reason is known."""

from __future__ import annotations

IN_ITS_TIME = (
    "A real worker runs a task when its time comes, whether the test drains or not."
)

AHEAD = "A real worker goes on with the next task before the test has seen the result it waits for."


def elsewhere(what: str) -> str:
    """The test's process has something that the worker's process does not have."""
    return f"The worker is another process, and does not have {what} as it is here."


def looked_at(names: list[str]) -> str:
    """A test looks at what tasks have changed in the worker's process; empty for no names."""
    if not names:
        return ""
    return (
        f"The test looks at {' and '.join(names)} in its own process, and its tasks ran in the"
        " worker's. Look at results instead, or keep the test in step mode:"
        ' @pytest.mark.celery_guard(mode="step").'
    )
