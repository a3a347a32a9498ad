"""A test that a real worker can't run as it is meant is skipped, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import pytest

from pytest_celery_guard.private.pytest import AT_THE_TEST
from pytest_celery_guard.real_worker.out_of_reach import set_here, why_out_of_reach


def needs_step_mode(what: str, why: str) -> NoReturn:
    """Skip the test, and say what a real worker can't do."""
    __tracebackhide__ = True
    skip(f"step mode only: {what}: {why}")


def skip(reason: str) -> NoReturn:
    """Skip the test."""
    skipped = pytest.skip.Exception(reason)
    setattr(skipped, AT_THE_TEST, True)
    raise skipped


def keep_in_reach(app: Any, item: Any) -> Callable[[str], None]:
    """A function that skips the test when it sends a task that the worker can't run as meant."""

    def check(name: str) -> None:
        marker = item.get_closest_marker("celery_guard")
        is_marked = marker is not None and marker.kwargs.get("mode") == "worker"
        patches = item.funcargs.get("monkeypatch")
        if reason := why_out_of_reach(app, name, is_marked, patches):
            skip(f"step mode only: {reason}")

    return check


def changed_here(
    app: Any, item: Any, variables: Callable[[], Iterable[str]]
) -> Callable[[], str]:
    """A function that names what a test has changed and its worker does not see.

    ``variables`` are those of the environment.
    """
    return lambda: set_here(app, item.funcargs.get("monkeypatch"), variables())
