"""A handle keeps the result that it has read, where the next test must not find it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from weakref import ref

from celery.result import AsyncResult

from pytest_celery_guard.basics.restoring import Shared, swap
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.private import celery as private

Handles = list[Callable[[], Any]]
"""Weak references to handles."""


def forget_after(undo: Undo) -> None:
    """Let handles forget, when ``undo`` is closed, what they read from now on.

    A fixture of a wider scope may have made them, and they outlive the test.
    """
    read: Handles = []
    undo.callback(_forget, read)
    _parts.join(undo, read)


def _note(undo: Undo) -> None:
    original = vars(AsyncResult)[private.KEEP_RESULT]

    @functools.wraps(original)
    def keep(result: Any, meta: Any) -> Any:
        _parts.members[-1].append(ref(result))
        return original(result, meta)

    swap(undo, AsyncResult, private.KEEP_RESULT, keep)


def _forget(read: Handles) -> None:
    for each in read:
        if (result := each()) is not None:
            private.forget_result(result)
            promise = result.on_ready
            promise.ready = promise.failed = False
            promise.value = promise.reason = None


_parts = Shared[Handles](_note)
