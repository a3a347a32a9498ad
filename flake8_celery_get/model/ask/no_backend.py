"""Apps without a result backend, and the reads that fail because of that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from flake8_celery_get.model.ask import reads
from flake8_celery_get.model.settings.answers import NotSet, SetTo
from flake8_celery_get.model.usage.declarations.base_classes import OWN_TASK
from flake8_celery_get.model.usage.tasks import defined_tasks
from flake8_celery_get.model.values.values import YES
from flake8_celery_get.noqa import by_line, silences_file

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.model.ask.reads import Reading
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import App
    from flake8_celery_get.project.project import Project

MISSING_BACKEND = "CEL201"


@dataclass(frozen=True, slots=True)
class FailingRead:
    """One read that fails, in one module, and the app that it fails for."""

    module: Module
    reading: Reading
    app: App | None


class FailingReads:
    """The reads of a project that fail, each with the app whose finding covers it."""

    def __init__(self, project: Project, apps: Iterable[App]) -> None:
        self._project = project
        self._apps = {
            (app.path, app.at): app
            for app in apps
            if lacks_backend(app) and not self._is_silenced(app)
        }

    def of_module(self, module: Module) -> list[FailingRead]:
        """Those of one module."""
        return [
            FailingRead(module, reading, self._app_of(module, reading))
            for reading in reads.unreadable(module)
        ]

    def of_app(self, app: App, modules: Iterable[Module]) -> list[FailingRead]:
        """Those that a finding on an app covers, by path and place."""
        found = [
            read
            for module in modules
            if not module.is_test
            for read in self.of_module(module)
            if read.app is app
        ]
        return sorted(found, key=attrgetter("reading.note.path", "reading.note.at"))

    def _app_of(self, module: Module, reading: Reading) -> App | None:
        place = module.backend(reading.note.handle).place
        return self._apps.get(place) if place is not None else None

    def _is_silenced(self, app: App) -> bool:
        """Whether a comment silences what would be said of the app itself."""
        text = self._project.source(app.path).text
        if "noqa" not in text.lower():
            return False
        stretch = by_line(text).get(app.at[0])
        return silences_file(text) or (
            stretch is not None and stretch.silences(MISSING_BACKEND)
        )


def lacks_backend(app: App) -> bool:
    """Whether an app surely has no result backend, and does not say that it wants none."""
    if app.is_bare or app.follows_flask or not _wants_results(app):
        return False
    if not isinstance(app.setting("result_backend"), NotSet):
        return False
    return not (app.is_eager or app.only_watches or app.is_never_made)


def ignores_each_result(world: Surroundings) -> bool:
    """Whether a project defines tasks, and each of them says that nobody wants its result.

    A class may define tasks in other ways than a decorator does.
    """
    files = world.project.celery_files
    if any(not world.is_test(path) for path in files(OWN_TASK)):
        return False
    ignored = [task.options.ignores == YES for task in defined_tasks(world)]
    return bool(ignored) and all(ignored)


def _wants_results(app: App) -> bool:
    ignores = app.setting("task_ignore_result")
    if isinstance(ignores, SetTo):
        return not ignores.value and not ignores.may_differ
    return isinstance(ignores, NotSet)
