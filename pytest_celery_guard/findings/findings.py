"""What was found in the code under test, but for what the test allows."""

from __future__ import annotations

from typing import Any

from pytest_celery_guard.basics.callers import Place
from pytest_celery_guard.findings.allowed import Allowed
from pytest_celery_guard.findings.doubts import Doubt
from pytest_celery_guard.findings.external import External
from pytest_celery_guard.findings.misuse import Misuse
from pytest_celery_guard.sends.send import Send


class Findings:
    """What a world has for findings about the sends and the reads of an app.

    ``sends`` are those so far. ``breaches`` are what no test may do, ``doubts`` are warnings, and
    ``external`` are the tasks of other services. ``misuses`` are reads that production could not
    stand, with the ids of the tasks that did it. ``is_quiet``: what is sent now was checked before.
    ``lost`` are ids of tasks whose message reached no queue, with the reason.
    """

    app: Any
    sends: list[Send]
    allowed: Allowed
    external: External
    is_quiet = False
    breaches: list[str]
    doubts: list[Doubt]
    misuses: dict[Misuse, list[str]]
    lost: dict[str, str]

    def found(self, code: str, text: str) -> None:
        """Note a breach that has a code, unless the test allows that code."""
        if code not in self.allowed and (told := f"{code} {text}") not in self.breaches:
            self.breaches.append(told)

    def doubt(self, code: str, text: str, place: Place) -> None:
        """Note what is a warning, unless the test allows that code."""
        doubt = Doubt(f"{code} {text}", place)
        if code not in self.allowed and doubt not in self.doubts:
            self.doubts.append(doubt)

    def is_elsewhere(self, name: str) -> bool:
        """Whether another service runs a task: one that the app has a stub of runs here."""
        return name in self.external and name not in self.app.tasks

    def note_misuse(self, misuse: Misuse, task_id: str) -> None:
        """Keep what the code under test did, unless it is on purpose."""
        if not self.allowed.covers(misuse.code, (each.module for each in misuse.steps)):
            self.misuses.setdefault(misuse, []).append(task_id)
