"""A read, or a write, of a result in a backend that the guard does not stand in for.

Most often it belongs to another app. It may be the guarded app's own, too: a result that was
sent before the guard was on keeps the backend that it was made with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from celery.backends.asynchronous import AsyncBackendMixin
from celery.backends.base import (
    Backend,
    BaseKeyValueStoreBackend,
    DisabledBackend,
    SyncBackendMixin,
)
from celery.backends.rpc import RPCBackend

from pytest_celery_guard.explain import refusals
from pytest_celery_guard.refusals import before
from pytest_celery_guard.refusals.guarded import Guarded, is_ours, names, of, refuse
from pytest_celery_guard.restoring import Change

METHODS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Backend, ("get_task_meta", "get_group_meta", "store_result", "forget", "save_group")),
    (
        SyncBackendMixin,
        ("add_pending_result", "wait_for_pending", "wait_for", "iter_native"),
    ),
    (AsyncBackendMixin, ("add_pending_result", "wait_for_pending", "iter_native")),
    (BaseKeyValueStoreBackend, ("get_many",)),
    (RPCBackend, ("get_task_meta", "poll", "store_result")),
)
"""All ways from a result, or from ``app.backend``, to what a backend keeps."""


def changes() -> Iterator[Change]:
    """What refuses to reach a result backend outside the test."""
    for owner, methods in METHODS:
        for name in methods:
            yield owner, name, _reach(getattr(owner, name))


def _reach(original: Callable[..., Any]) -> Callable[..., Any]:
    def reach(backend: Any, what: Any, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if not (is_ours(type(backend)) or isinstance(backend, DisabledBackend)):
            refuse(lambda place: _text(place, backend, what))
        return original(backend, what, *args, **options)

    return reach


def _text(place: str, backend: Any, what: Any) -> str:
    task_id = getattr(what, "id", what)
    guarded: Guarded | None = of(backend.app)
    if guarded is None:
        return refusals.read(place, task_id, backend.as_uri(), backend.app.main, names())
    return refusals.read_of_before(place, task_id, before.place_of(task_id), guarded.broker)
