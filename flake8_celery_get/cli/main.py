"""The entry point. It imports nothing at first, so that Ctrl-C finds it ready."""

from __future__ import annotations

import gc

from flake8_celery_get.cli import INTERRUPTED


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0 clean, 1 findings, 2 an error.

    Without ``argv`` this is the whole process: its arguments, and its signals too.
    """
    try:
        if argv is None:
            from flake8_celery_get.cli import interrupts

            interrupts.be_quiet()
            gc.disable()  # most commands end before it pays to look for garbage
        from flake8_celery_get.cli.commands import run

        code = run(argv)
        if argv is None:
            interrupts.ignore()
    except KeyboardInterrupt:
        return INTERRUPTED
    return code
