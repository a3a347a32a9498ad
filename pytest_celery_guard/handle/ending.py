"""What a test must not leave behind, at its end and after the ends of its fixtures."""

from __future__ import annotations

from collections.abc import Sized
from itertools import islice
from typing import NamedTuple

from pytest_celery_guard.basics import secrets
from pytest_celery_guard.explain.misuses import told
from pytest_celery_guard.explain.verdict import verdict
from pytest_celery_guard.findings.doubts import warn
from pytest_celery_guard.handle.wider_fixtures import Left
from pytest_celery_guard.options.settings import Settings
from pytest_celery_guard.world import story
from pytest_celery_guard.world.ledger import Ledger

IN_TEARDOWN = (
    "This happened in the teardown of the test: in a fixture after its yield, in a finalizer or in"
    " teardown_method. Call drain() there, too, and read the results there."
)


class Ended(NamedTuple):
    """How much a test had done when its own code ended."""

    happened: int
    errors: int
    overruns: int
    breaches: int
    doubts: int
    misuses: int

    def since(self, ledger: Ledger, left: Left) -> Left:
        """What of the rest came later."""
        ids = {each.task_id for each in ledger.log.since(self.happened)}
        return Left(
            [each for each in left.sends if each.id in ids],
            [each for each in left.failures if each.id in ids],
        )


def ended(ledger: Ledger) -> Ended:
    """The test ends now."""
    boxes: tuple[Sized, ...] = (
        ledger.log,
        ledger.errors,
        ledger.overruns,
        ledger.breaches,
        ledger.doubts,
        ledger.misuses,
    )
    return Ended(*map(len, boxes))


def verdict_of_test(ledger: Ledger, settings: Settings, left: Left) -> str:
    """What a test must not leave behind, but for misuses."""
    breaches = [*ledger.breaches, *warn(ledger.doubts)]
    in_vain = ledger.faults.never_struck()
    errors = [*ledger.errors, *story.discarded(ledger)]
    return _told(ledger, settings, breaches, in_vain, errors, left, ledger.overruns)


def verdict_of_teardown(ledger: Ledger, settings: Settings, left: Left, end: Ended) -> str:
    """The same of what came after the end of the test; it was told of the rest."""
    breaches = [*ledger.breaches[end.breaches :], *warn(ledger.doubts[end.doubts :])]
    errors, overruns = ledger.errors[end.errors :], ledger.overruns[end.overruns :]
    misused = told(dict(islice(ledger.misuses.items(), end.misuses, None)))
    rest = end.since(ledger, left)
    text = _told(ledger, settings, breaches, [], errors, rest, overruns)
    found = list(filter(None, [*misused, text]))
    return "\n\n".join([*found, IN_TEARDOWN]) if found else ""


def masked(ledger: Ledger, text: str) -> str:
    """A text without the secrets among the arguments of what was sent."""
    if text:
        secrets.learn(ledger.sends)
    return secrets.masked_text(text) if text else ""


def _told(
    ledger: Ledger,
    settings: Settings,
    breaches: list[str],
    in_vain: list[str],
    errors: list[str],
    left: Left,
    overruns: list[str],
) -> str:
    sends, unseen = left
    told = "".join(each.exception for each in unseen)
    hint = ledger.worker.starting.hint(told) if told else ""
    tasks = ledger.app.tasks
    return verdict(
        settings, breaches, in_vain, errors, unseen, sends, tasks, overruns, hint
    )
