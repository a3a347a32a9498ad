"""When a guard is on: for one test, or for several that each begin with what is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, NamedTuple

from pytest_celery_guard.app.find_app import an_app
from pytest_celery_guard.app.parameters import parameters_of
from pytest_celery_guard.basics import secrets
from pytest_celery_guard.basics.changed import Changed
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.explain.hooks import unfired
from pytest_celery_guard.faults.reordering import seed_of
from pytest_celery_guard.handle.answers import Answers
from pytest_celery_guard.handle.ending import (
    Ended,
    ended,
    masked,
    verdict_of_teardown,
    verdict_of_test,
)
from pytest_celery_guard.handle.steps import Steps
from pytest_celery_guard.handle.wider_fixtures import (
    Before,
    Left,
    SetUp,
    WiderFixtures,
    before,
    left_in,
)
from pytest_celery_guard.options.settings import Settings, check_setting, settings_of
from pytest_celery_guard.world import story
from pytest_celery_guard.world.engine import Engine, StepMode, in_step_mode


class Outer(NamedTuple):
    """What a guard is while none of its parts is under way."""

    settings: Settings
    undo: Undo
    is_eager: bool
    before: Before
    wider: WiderFixtures


NOT_ON = (
    "This CeleryGuard is not enabled. Write with CeleryGuard(app) as guard, and use it inside the"
    " block."
)


class Lifetime(Answers, StepMode):
    """A guard that is turned on and off, with the settings of its test.

    ``eager`` runs each task before the call that sends it returns. ``engine`` runs them.
    """

    _has_begun = False
    _before = Before()

    def __init__(
        self,
        app: Any,
        *,
        eager: bool = False,
        engine: Engine | None = None,
        **options: Any,
    ) -> None:
        __tracebackhide__ = True
        an_app(app, "CeleryGuard({}): it requires a Celery app, such as CeleryGuard(app).")
        self.settings = settings_of(options)
        seed_of(self.settings.seed)  # a wrong one is told before anything is turned on
        self.app = app
        self._is_eager = eager
        self._own_engine = engine or Steps(app, self.settings.hostname)
        self._undo = Undo()
        self._sending = Undo()
        self._outer: list[Outer] = []
        self._wider = WiderFixtures()
        self._seen_in_parts: set[str] = set()
        self._run_in_parts: set[str] = set()
        self._ends: list[Ended] = []

    @property
    def _engine(self) -> Engine:
        __tracebackhide__ = True
        if not self._has_begun:
            raise GuardError(NOT_ON)
        return self._own_engine

    def enter(self) -> None:
        """Begin: what is sent through the app from now on stays here."""
        self._enter(is_shared=False)

    def enter_shared(self) -> None:
        """Begin for several tests, each of which is a part."""
        self._own_engine.check_step_mode("enter_shared")
        self._enter(is_shared=True)

    def leave(self) -> None:
        """End: put the app back as it was."""
        self._sending.close()
        self._undo.close()
        self._wider = WiderFixtures()
        self._has_begun = False

    @in_step_mode
    def begin_part(
        self, *, is_shared: bool = False, eager: bool = False, **options: Any
    ) -> None:
        """Begin a test, or a class of them, with what is there, under its own settings.

        Raises WrongOptionError.
        """
        settings = settings_of(options)
        self._sending.close()
        outer = Outer(self.settings, self._undo, self._is_eager, self._before, self._wider)
        self._outer.append(outer)
        self._wider = WiderFixtures()
        self.settings, self._undo = settings, Undo()
        self._is_eager = eager
        self._engine.begin_part(self._undo, settings)
        self._before = before(self._ledger)
        try:
            self._begin(self._undo, is_shared=is_shared)
        except BaseException:
            self.end_part()
            raise

    @in_step_mode
    def end_part(self) -> None:
        """End it: all is as it was when it began."""
        self._note_what_is_done(self._before)
        self._sending.close()
        self._undo.close()
        outer = self._outer.pop()
        self.settings, self._undo, self._is_eager, self._before, self._wider = outer
        self._check_sends()

    @in_step_mode
    def begin_fixture(self) -> Callable[[], None]:
        """A fixture of a wider scope is set up; call what is returned when it is over."""
        fixture = SetUp(before(self._ledger), self._engine.world.keep_but_findings())
        self._wider.begin(fixture)
        return partial(self._end_fixture, fixture, self._wider)

    def _end_fixture(self, fixture: SetUp, wider: WiderFixtures) -> None:
        if wider is self._wider:  # its part is not over yet
            secrets.learn(self._ledger.sends)
            self._note_what_is_done(fixture.before)
            wider.end(fixture, self._left)

    def _note_what_is_done(self, begun: Before) -> None:
        """Remember what was run, revoked or looked at: all is to be as it was when it began."""
        ledger, (failed, waiting) = self._ledger, begun
        self._seen_in_parts |= ledger.seen & (failed | waiting)
        if waiting:
            still = story.to_run(ledger, ledger.messages)
            self._run_in_parts |= waiting - {each.id for each in still}

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
        self._engine.drain_each_send(self._sending)

    def conf(self, **overrides: Any) -> Changed:
        """Override settings until the end of the test, or of a ``with`` block.

        Also reaches what tasks copy from settings: ``task_track_started``, ``task_acks_late`` …
        """
        if not overrides:
            return Changed(lambda: None)
        __tracebackhide__ = True
        known = [*self.app.conf]
        for name, value in overrides.items():
            check_setting(name, value, known)
        way_back = self._engine.change_settings(overrides)
        self._undo.callback(way_back)
        return Changed(way_back)

    def allow(self, *codes: str) -> Changed:
        """Pass over findings of these codes until the end of the test, or of a ``with`` block."""
        __tracebackhide__ = True
        return Changed(self._ledger.allowed.add(codes))

    def keep_hooks(self) -> None:
        """Remember what waits for a commit: a TestCase rolls back before its verdict."""
        self._engine.keep_hooks()

    def verify(self) -> None:
        """Raise GuardError for what the test must not leave behind; called at its end."""
        ledger = self._ledger
        ledger.catch_up()
        left = self._wider.left.and_also(self._left())
        rest = masked(ledger, verdict_of_test(ledger, self.settings, left))
        hooks = "" if self.settings.allow_leftover else unfired(self._engine.unfired())
        misused = self.misused() if ledger.misuses else ""
        if text := "\n\n".join(filter(None, [misused, rest, hooks])):
            raise GuardError(text)

    def note_end(self) -> None:
        """The test's own code is over, and its fixtures end next."""
        self._ends.append(ended(self._ledger))

    def left_by_teardown(self) -> str:
        """What its fixtures must not leave behind when they end; empty if they may."""
        ledger = self._ledger
        end = self._ends.pop() if self._ends else None
        if end is None or end == ended(ledger):  # the test did not begin, or all is told
            return ""
        ledger.catch_up()
        left = self._left()
        return masked(ledger, verdict_of_teardown(ledger, self.settings, left, end))

    def _left(self) -> Left:
        left = left_in(self._ledger)
        if not any(left):
            return left
        known = Before(
            self._before.failed | self._seen_in_parts,
            self._before.waiting | self._run_in_parts,
        )
        return left.but_for(known)

    def _enter(self, *, is_shared: bool) -> None:
        __tracebackhide__ = True
        self._own_engine.enter(self._undo, self.settings)
        self._has_begun = True
        try:
            self._begin(self._undo, is_shared=is_shared)
        except BaseException:
            self.leave()
            raise

    def _begin(self, undo: Undo, *, is_shared: bool) -> None:
        ledger = self._ledger
        parameters = partial(parameters_of, self.app)
        secrets.keep(undo, self.settings.secrets, parameters, lambda: ledger.sends)
        self._engine.begin(undo, self.settings, is_shared=is_shared)
        ledger.allowed.clear()
        if self.settings.allow:
            ledger.allowed.add(self.settings.allow)
        ledger.external.set(self.settings.external, self.app.tasks)
        self._check_sends()
        if self.settings.conf:
            self.conf(**self.settings.conf)
        self._engine.go(undo, self.settings)

    def _check_sends(self) -> None:
        if self.settings.contract != "off":
            self._engine.check_each_send(self._sending, self.settings.contract)
        if self._is_eager:
            self.run_each_send()
