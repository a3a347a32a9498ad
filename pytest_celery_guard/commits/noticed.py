"""The hooks that wait for a commit in one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.commits import hooks, transactions
from pytest_celery_guard.commits.hook import Hook, sends
from pytest_celery_guard.commits.patches import commit_at_once, note_blocks, note_hooks
from pytest_celery_guard.commits.written import note_rows
from pytest_celery_guard.explain.hooks import hook
from pytest_celery_guard.world.parts import Worker


def note_transactions(undo: Undo) -> None:
    """Note which blocks the application opens from now on, and the rows that it writes in them."""
    transactions.begin()
    note_blocks(undo)
    note_rows(undo)


class Noticed:
    """Runs the hooks of Django's ``transaction.on_commit``, and knows which have not run."""

    def __init__(self) -> None:
        self._kept: list[Hook] = []

    def keep(self) -> None:
        """Remember what waits for a commit: a TestCase rolls back before its verdict."""
        self._kept = hooks.waiting()

    def forget(self) -> None:
        """Remember nothing."""
        self._kept = []

    def notice(self, undo: Undo, *, commit: bool) -> None:
        """Note hooks, blocks and rows; with ``commit`` run hooks when a transaction ends."""
        note_hooks(undo)
        note_transactions(undo)
        if commit:
            commit_at_once(undo)

    @contextmanager
    def committing(self, worker: Worker, commit: bool) -> Iterator[None]:
        """Run hooks before the first step and after each one."""
        before = worker.between_steps
        if commit:
            worker.between_steps = hooks.run
        try:
            yield
        finally:
            worker.between_steps = before

    def unfired(self) -> list[str]:
        """The hooks that would send a task and that no one has run, in words."""
        left = {id(each): each for each in [*self._kept, *hooks.waiting()]}.values()
        told = ((each.place, sends(each)) for each in left if not each.has_run)
        return [hook(place, what) for place, what in told if what]
