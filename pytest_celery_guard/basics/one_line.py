"""Fails a test with the text of an error of ours, and without a traceback through our code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_celery_guard.errors import GuardError


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """Make a GuardError a failure of the test, which is told by its text alone."""
    try:
        yield
    except GuardError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
