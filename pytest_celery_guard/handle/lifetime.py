"""When a guard is on: for one test, or for several that each begin with what is there."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Any, NamedTuple

from pytest_celery_guard.app.parameters import parameters_of
from pytest_celery_guard.backends.app_results import AppResults
from pytest_celery_guard.basics import secrets
from pytest_celery_guard.basics.changed import Changed
from pytest_celery_guard.commits.handle import Commits
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.explain.hooks import unfired
from pytest_celery_guard.explain.verdict import verdict
from pytest_celery_guard.faults.reordering import seed_of
from pytest_celery_guard.findings.allowed import AllowsCodes
from pytest_celery_guard.findings.doubts import warn
from pytest_celery_guard.handle.attach import Attachment
from pytest_celery_guard.handle.watches import Watches
from pytest_celery_guard.options.settings import (
    Settings,
    check_name,
    settings_of,
)
from pytest_celery_guard.world import story
from pytest_celery_guard.world.world import World


class Before(NamedTuple):
    """Ids of tasks that had failed when a part began, and of those that were waiting."""

    failed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()


class Outer(NamedTuple):
    """What a guard is while none of its parts is under way."""

    settings: Settings
    undo: ExitStack
    is_eager: bool
    before: Before


class Lifetime(AllowsCodes, Commits, Watches):
    """A guard that is turned on and off, with the settings of its test.

    ``eager`` runs each task before the call that sends it returns. ``attachment`` is one that is
    kept from test to test.
    """

    _world: World

    def __init__(
        self,
        app: Any,
        *,
        eager: bool = False,
        attachment: Attachment | None = None,
        **options: Any,
    ) -> None:
        self.settings = settings_of(options)
        seed_of(self.settings.seed)  # a wrong one is told before anything is turned on
        self.app = app
        self._is_eager = eager
        self._is_its_own = attachment is None
        self._attach(attachment or Attachment(app, self.settings.hostname))
        self._undo = ExitStack()
        self._sending = ExitStack()
        self._outer: list[Outer] = []
        self._before = Before()
        self._seen_in_parts: set[str] = set()
        self._run_in_parts: set[str] = set()

    def enter(self) -> None:
        """Begin: what is sent through the app from now on stays here."""
        self._enter(is_shared=False)

    def enter_shared(self) -> None:
        """Begin for several tests, each of which is a part."""
        self._enter(is_shared=True)

    def leave(self) -> None:
        """End: put the app back as it was."""
        self._sending.close()
        self._undo.close()

    def begin_part(
        self, *, is_shared: bool = False, eager: bool = False, **options: Any
    ) -> None:
        """Begin a test, or a class of them, with what is there, under its own settings.

        Raises WrongOptionError.
        """
        settings = settings_of(options)
        self._sending.close()
        outer = Outer(self.settings, self._undo, self._is_eager, self._before)
        self._outer.append(outer)
        self.settings, self._undo = settings, ExitStack()
        self._is_eager = eager
        self._attachment.begin_part(self._undo, allow_broker=settings.allow_broker)
        self._before = before(self._world)
        try:
            self._begin(self._undo, is_shared=is_shared)
        except BaseException:
            self.end_part()
            raise

    def end_part(self) -> None:
        """End it: all is as it was when it began."""
        failed, waiting = self._before
        self._seen_in_parts |= self._world.seen & (failed | waiting)
        self._run_in_parts |= waiting - before(self._world).waiting
        self._kept = []
        self._sending.close()
        self._undo.close()
        self.settings, self._undo, self._is_eager, self._before = self._outer.pop()
        self._check_sends()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.verify()
        finally:
            self.leave()

    def run_each_send(self) -> None:
        """From now on run a task before the call that sends it returns."""
        self._attachment.drain_each_send(self._sending)

    def conf(self, **overrides: Any) -> Changed:
        """Override settings until the end of the test, or of a ``with`` block.

        Also reaches what tasks copy from settings: ``task_track_started``, ``task_acks_late`` …
        """
        if not overrides:
            return Changed(lambda: None)
        __tracebackhide__ = True
        known = [*self.app.conf]
        for name in overrides:
            check_name(name, known, "setting")
        way_back = self._attachment.change_settings(overrides)
        self._undo.callback(way_back)
        return Changed(way_back)

    def verify(self) -> None:
        """Raise GuardError for what the test must not leave behind; called at its end."""
        world = self._world
        breaches = [*world.breaches, *warn(world.doubts)]
        looked_at = self._before.failed | self._seen_in_parts
        unseen = [each for each in story.unseen(world) if each.id not in looked_at]
        run = self._before.waiting | self._run_in_parts
        left = [each for each in story.leftover(world) if each.id not in run]
        in_vain = world.faults.never_struck()
        tasks = self.app.tasks
        errors, overruns = world.errors, world.overruns
        hint = world.worker.starting.hint("".join(each.exception for each in unseen))
        rest = verdict(
            self.settings, breaches, in_vain, errors, unseen, left, tasks, overruns, hint
        )
        hooks = "" if self.settings.allow_leftover else unfired(self._unfired())
        if rest:
            secrets.learn(world.sends)
            rest = secrets.masked_text(rest)
        if text := "\n\n".join(filter(None, [self.misused(), rest, hooks])):
            raise GuardError(text)

    def _enter(self, *, is_shared: bool) -> None:
        if self._attachment.is_disposed:  # of a guard that is used again
            self._attach(Attachment(self.app, self.settings.hostname))
        self._attachment.enter(allow_broker=self.settings.allow_broker)
        if self._is_its_own:
            self._undo.callback(self._attachment.dispose)
        self._undo.callback(self._attachment.leave)
        try:
            self._begin(self._undo, is_shared=is_shared)
        except BaseException:
            self.leave()
            raise

    def _attach(self, attachment: Attachment) -> None:
        self._attachment = attachment
        self._world = attachment.world
        self._allowed = attachment.world.allowed

    def _begin(self, undo: ExitStack, *, is_shared: bool) -> None:
        worker = self._world.worker
        secrets.keep(undo, self.settings.secrets, partial(parameters_of, self.app))
        undo.callback(setattr, worker, "limit", worker.limit)
        worker.limit = self.settings.limit
        self._world.faults.reorder(seed_of(self.settings.seed))
        self._kept = []
        if not is_shared:  # the hooks of setUpTestData are no test's
            self._notice_hooks()
        self._allowed.clear()
        self._allowed.add(self.settings.allow)
        self._world.external.set(self.settings.external, self.app.tasks)
        self._check_sends()
        if self.settings.worker_signals:
            self._attachment.start_worker()
        if self.settings.virtual_sleep:
            self._attachment.sleep_virtually(undo)
        self.conf(**self.settings.conf)
        self._store_in_app(undo)

    def _store_in_app(self, undo: ExitStack) -> None:
        """Write results where the app keeps them, too, if that is the test's own database."""
        undo.callback(setattr, self._world, "app_results", self._world.app_results)
        store = self.settings.store
        self._world.app_results = (
            None if store == "guard" else AppResults(self.app, must=store == "app")
        )

    def _check_sends(self) -> None:
        if self.settings.contract != "off":
            self._attachment.check_each_send(self._sending, self.settings.contract)
        if self._is_eager:
            self.run_each_send()


def before(world: World) -> Before:
    """What a part begins with."""
    failed = frozenset(each.id for each in story.failures(world))
    return Before(failed, frozenset(each.task_id for each in world.messages))
