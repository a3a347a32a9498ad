"""What a handle has for hooks that wait for a commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pytest_celery_guard.commits import hooks, transactions
from pytest_celery_guard.commits.hook import Hook, sends
from pytest_celery_guard.commits.patches import commit_at_once, note_blocks, note_hooks
from pytest_celery_guard.commits.rows import note_rows
from pytest_celery_guard.explain.hooks import hook
from pytest_celery_guard.options.settings import Settings
from pytest_celery_guard.world.world import World


class Commits:
    """Runs the hooks of Django's ``transaction.on_commit``."""

    settings: Settings
    _world: World
    _undo: ExitStack
    _kept: list[Hook]

    def keep_hooks(self) -> None:
        """Remember what waits for a commit: a TestCase rolls back before its verdict."""
        self._kept = hooks.waiting()

    def _notice_hooks(self) -> None:
        self._kept = []
        transactions.begin()
        note_hooks(self._undo)
        note_blocks(self._undo)
        note_rows(self._undo)
        if self.settings.commit:
            commit_at_once(self._undo)

    @contextmanager
    def _committing(self, commit: bool) -> Iterator[None]:
        """Run hooks before the first step and after each one."""
        worker = self._world.worker
        before = worker.between_steps
        if commit:
            worker.between_steps = hooks.run
        try:
            yield
        finally:
            worker.between_steps = before

    def _unfired(self) -> list[str]:
        """The hooks that would send a task and that no one has run, in words."""
        left = {id(each): each for each in [*self._kept, *hooks.waiting()]}.values()
        told = ((each.place, sends(each)) for each in left if not each.has_run)
        return [hook(place, what) for place, what in told if what]
