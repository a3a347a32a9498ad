"""Sends while conftest.py is imported. Imports no Celery: conftest.py comes first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pytest_celery_guard.basics.when_imported import when_imported
from pytest_celery_guard.option_table import early_option

if TYPE_CHECKING:
    import pytest


@contextmanager
def nothing_sent(config: pytest.Config) -> Iterator[None]:
    """Let nothing out meanwhile, from when Celery is imported, unless that is allowed."""
    if early_option(config, "allow_broker"):
        yield
        return
    with ExitStack() as undo, when_imported("celery.app", lambda: _refuse(undo)):
        yield


def _refuse(undo: ExitStack) -> None:
    from pytest_celery_guard.in_pytest.imports import refused_in_conftest

    undo.enter_context(refused_in_conftest())
