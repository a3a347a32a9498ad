"""What is put into Django while a guard is on. Django itself is not imported for it."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from pytest_celery_guard.basics.callers import (
    LIBRARY,
    Place,
    package_of,
    users_place,
)
from pytest_celery_guard.basics.restoring import swap
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.commits import hooks
from pytest_celery_guard.commits.hook import Hook
from pytest_celery_guard.commits.transactions import opening
from pytest_celery_guard.private.frameworks import is_of_testcase


def note_hooks(undo: Undo) -> None:
    """Note each hook when it is made, and where."""
    base: Any = sys.modules.get("django.db.backends.base.base")
    if base is None:
        return
    on_commit = base.BaseDatabaseWrapper.on_commit

    def on_commit_noted(self: Any, func: Any, *args: Any, **kwargs: Any) -> Any:
        hook = Hook(func, users_place()) if callable(func) else func
        return on_commit(self, hook, *args, **kwargs)

    swap(undo, base.BaseDatabaseWrapper, "on_commit", on_commit_noted)


def note_blocks(undo: Undo) -> None:
    """Note of each transaction where it begins."""
    transaction: Any = sys.modules.get("django.db.transaction")
    if transaction is None:
        return
    enter = transaction.Atomic.__enter__

    def enter_noted(self: Any) -> Any:
        opening(self, users_block(sys._getframe(1)))
        return enter(self)

    swap(undo, transaction.Atomic, "__enter__", enter_noted)


def users_block(frame: FrameType) -> Place | None:
    """The line of a ``with`` block, or the function that ``atomic`` decorates."""
    function = frame.f_locals.get("func") if package_of(frame) == "contextlib" else None
    code = getattr(function, "__code__", None)
    if code is not None and not LIBRARY.search(code.co_filename):
        return Place(code.co_filename, code.co_firstlineno)
    return users_place()


def commit_at_once(undo: Undo) -> None:
    """Run hooks when the application's transaction ends, as if the test had none around it."""
    transaction: Any = sys.modules.get("django.db.transaction")
    if transaction is None:
        return
    base: Any = sys.modules["django.db.backends.base.base"]
    leave = transaction.Atomic.__exit__
    on_commit = base.BaseDatabaseWrapper.on_commit

    def leave_and_run(self: Any, *error: Any) -> None:
        leave(self, *error)
        if not is_of_testcase(self):
            hooks.run()

    def on_commit_now(self: Any, *args: Any, **kwargs: Any) -> None:
        on_commit(self, *args, **kwargs)
        hooks.run()  # without a transaction Django runs it at once

    swap(undo, transaction.Atomic, "__exit__", leave_and_run)
    swap(undo, base.BaseDatabaseWrapper, "on_commit", on_commit_now)
