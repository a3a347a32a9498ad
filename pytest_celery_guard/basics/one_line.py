"""Fails a test with the text of an error of ours, and without a traceback through our code."""

from __future__ import annotations

import pytest

from pytest_celery_guard.errors import GuardError


class OneLine:
    """Makes a GuardError a failure of the test, which is told by its text alone."""

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, GuardError):
            raise pytest.fail.Exception(str(error), pytrace=False) from None


ONE_LINE = OneLine()
"""One for all: a context manager that a generator makes costs three times as much."""


def told_in_one_line() -> OneLine:
    """Make a GuardError a failure of the test, which is told by its text alone."""
    return ONE_LINE
