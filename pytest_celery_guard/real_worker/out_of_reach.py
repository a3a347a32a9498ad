"""Why a worker in another process can't run a task as this test means it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from types import ModuleType
from typing import Any

from pytest_celery_guard.app.local_functions import is_local
from pytest_celery_guard.private.frameworks import is_of_testcase
from pytest_celery_guard.private.pytest import attributes_patched, items_patched

ANYWAY = 'If the task does not use it, mark the test with @pytest.mark.celery_guard(mode="worker").'


def why_out_of_reach(app: Any, name: str, is_marked: bool, monkeypatch: Any) -> str:
    """The reason not to send a task of this name; empty when it may be sent.

    ``is_marked``: the test is marked for this mode, so that a patch is no reason.
    ``monkeypatch`` is the test's fixture, if it has it.
    """
    task = app.tasks.get(name)
    is_celerys = name.startswith("celery.")  # celery.starmap: each worker has it
    if task is not None and not is_celerys and is_local(task.run):
        return f"{name} is defined inside a function, and another process can't import it"
    if reason := of_django():
        return reason
    if is_marked:
        return ""
    for patch in (*patched(monkeypatch), *mocks(app)):
        return (
            f"{patch} is patched in this process, and the worker is another one. {ANYWAY}"
        )
    return ""


def of_django() -> str:
    """The reason, if it is the test's database."""
    if "django.db" not in sys.modules:
        return ""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        blocks = getattr(connection, "atomic_blocks", ())
        if any(map(is_of_testcase, blocks)):
            return (
                "the test's transaction never ends, and a worker in another process can't see its"
                " rows: use TransactionTestCase, or pytest.mark.django_db(transaction=True)"
            )
        in_memory = getattr(connection, "is_in_memory_db", None)
        if connection.connection is not None and in_memory and in_memory():
            return (
                "the database is in this process's memory: name a file in DATABASES['TEST']"
            )
    return ""


def set_here(app: Any, monkeypatch: Any, variables: Iterable[str]) -> str:
    """What this process has otherwise than the worker's, as far as one can see; empty if nothing.

    ``variables`` are those of the environment.
    """
    environment = (f"os.environ[{name!r}]" for name in variables)
    items = (f"the item {key!r}" for key in items_patched(monkeypatch))
    return next(chain(environment, patched(monkeypatch), items, mocks(app)), "")


def patched(monkeypatch: Any) -> Iterator[str]:
    """What the fixture ``monkeypatch`` has set."""
    for target, name in attributes_patched(monkeypatch):
        yield f"{getattr(target, '__name__', target)}.{name}"


def mocks(app: Any) -> Iterator[str]:
    """Mocks that the app's tasks can reach by a name of their module."""
    mock = sys.modules.get("unittest.mock")
    if mock is None:
        return
    for module in task_modules(app):
        for name, value in list(vars(module).items()):
            if isinstance(value, mock.NonCallableMock):
                yield f"{module.__name__}.{name}"
            elif isinstance(value, ModuleType | type):
                yield from (
                    f"{value.__name__}.{each}" for each in mocked(vars(value), mock)
                )


def mocked(names: Mapping[str, Any], mock: Any) -> Iterable[str]:
    """The names that stand for a mock."""
    return [
        name
        for name, value in list(names.items())
        if isinstance(value, mock.NonCallableMock)
    ]


def task_modules(app: Any) -> list[ModuleType]:
    """The modules that define the app's own tasks, in this process."""
    names = {
        getattr(task.run, "__module__", "") or task.__module__
        for name, task in app.tasks.items()
        if not name.startswith("celery.") and not is_local(task.run)
    }
    return [sys.modules[name] for name in sorted(names) if name in sys.modules]
