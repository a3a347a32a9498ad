"""Apps that run every task at once, in the process that sends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.answers import SetTo
from flake8_celery_get.model.settings.names import every_name
from flake8_celery_get.model.usage.written.unread import is_set_in

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import App, Apps
    from flake8_celery_get.model.values.values import Place

EAGER = "task_always_eager"

_FOR_DEVELOPERS = re.compile(
    r"(?i)(?:^|[/_.-])(?:ci|debug|demo|dev|devel|development|docker|drone|e2e|example|examples"
    r"|github|local|localhost|mock|sample|samples|test|testing|tests|testutils|travis|tutorial"
    r"|docs|scripts|notebooks|benchmarks|bench)(?=[/_.-]|$)"
)
"""Parts of a path that tell of settings for development or tests."""

_WRITTEN_OUT = re.compile(r"[=:]\s*(?:True|1)\b|,\s*True\b")
_DEBUGS = re.compile(r"(?m)^DEBUG\s*(?::[^=]*)?=\s*True\b")


class EagerApp(Note):
    """A setting that makes an app run its tasks eagerly."""


def eager_apps(apps: Apps) -> Iterator[EagerApp]:
    """The places outside of tests and development that switch eager mode on, for good."""
    places = dict.fromkeys(filter(None, map(_switched_on, apps)))
    for path, at in places:
        if _is_for_production(apps, path, at[0], at[2]):
            yield EagerApp(path, at, None)


def _switched_on(app: App) -> Place | None:
    answer = app.found(EAGER)
    return answer.place if isinstance(answer, SetTo) and app.is_eager else None


def _is_for_production(apps: Apps, path: str, line: int, end: int) -> bool:
    world = apps.world
    source = world.project.source(path)
    if world.is_test(path) or _FOR_DEVELOPERS.search(world.project.relative(path)):
        return False
    if _DEBUGS.search(source.text):
        return False
    if not _WRITTEN_OUT.search("\n".join(source.lines[line - 1 : end])):
        return False  # a name stands for it, which somebody may change
    names = every_name(EAGER)
    return not any(
        is_set_in(world.project, other, names)
        for other in world.project.mentioning(set(names))
        if other != path
        and not world.is_test(other)
        and not _FOR_DEVELOPERS.search(world.project.relative(other))
    )
