"""Modules of tasks that no worker imports.

https://docs.celeryq.dev/en/stable/userguide/configuration.html#imports
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.settings.given import text
from flake8_celery_get.model.usage.tasks import place_of_name
from flake8_celery_get.model.usage.written.values import values_written
from flake8_celery_get.model.values.values import Items

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.usage.tasks import Defined

_IMPORTS_ANY = {"walk_packages", "iter_modules", "find_modules", "autodiscover_modules"}
"""Who mentions one of these may import any module."""

_LOADED_WITH_APPS = frozenset(
    {
        "admin", "apps", "cms_apps", "cms_menus", "cms_plugins", "cms_toolbars", "models",
        "search_indexes", "translation", "urls", "wagtail_hooks",
    }
)  # fmt: skip
"""The modules of installed apps that Django, or a package for it, imports in each process."""

_DYNAMIC = re.compile(
    rb"\b(?:import_module|__import__|import_string|load_module|finalize)\("
)
_PACKAGES = re.compile(r"""["'](\w+)[\w.]*["']\s*[,)\]]""")
"""The packages in a list of modules."""
_RUN = re.compile(r"__name__\s*==\s*[\"']__main__[\"']")
_ASIDE = re.compile(
    r"(?i)(?:^|/)(?:alembic|benchmarks?|bin|conftest|demos?|docs?|examples?|fixtures|migrations"
    r"|notebooks|samples?|scripts?|templates?|tests?|testing|tools|tutorials?|versions)(?:/|\.py|$)"
)
"""Folders of code that runs on its own, or that is no part of the project."""


@dataclass(frozen=True, slots=True)
class Unreached(Note):
    """A module of tasks that nothing imports: its name, and that of its first task."""

    module: str
    task: str
    others: int


def unreached_tasks(
    world: Surroundings, apps: Apps, tasks: Iterable[Defined]
) -> Iterator[Unreached]:
    """The modules whose tasks no worker can know."""
    by_path: dict[str, list[Defined]] = {}
    for task in tasks:
        by_path.setdefault(task.symbol.scope.path, []).append(task)
    reach = _Reach(world, apps, by_path)
    if not by_path or not reach.is_known:
        return
    for path, found in by_path.items():
        if all(task.is_own for task in found) and not reach.may_reach(path):
            first = found[0].symbol
            module = world.project.modules.name_of(path)
            at = place_of_name(first)
            yield Unreached(path, at, None, module, first.name, len(found) - 1)


def registered(tasks: Iterable[Defined], unreached: Iterable[Unreached]) -> list[Defined]:
    """The tasks in all other modules."""
    paths = {note.path for note in unreached}
    return [task for task in tasks if task.symbol.scope.path not in paths]


class _Reach:
    """Who imports what, as far as text tells."""

    def __init__(
        self, world: Surroundings, apps: Apps, tasks: Mapping[str, list[Defined]]
    ) -> None:
        self._world = world
        self._tasks = tasks
        self._waiting = set(tasks)
        """Modules of tasks that have not been asked about on the way here."""
        self._project = world.project
        self._app_paths = {app.path for app in apps}
        self._tops = self._top_folders()
        self._included = self._read_settings(apps)
        self._finds_tasks = self._discovers()
        has_apps = any(self._outside_tests({"INSTALLED_APPS"}))
        self._looked_for = self._finds_tasks | (_LOADED_WITH_APPS if has_apps else set())

    @property
    def is_known(self) -> bool:
        """Whether all ways of naming a module can be read."""
        return (
            bool(self._app_paths)
            and self._included is not None
            # Without either, workers are told on their command line what to import.
            and bool(self._included or self._finds_tasks)
            and not any(self._outside_tests(_IMPORTS_ANY))
            and not self._project.celery_files(_DYNAMIC)
        )

    def _read_settings(self, apps: Apps) -> set[str] | None:
        """The modules in ``include`` and ``imports``; None where one can't be read."""
        found: set[str] = set()
        for setting in ("include", "imports"):
            for value, (_, at) in values_written(apps, setting):
                if not any(at):
                    continue
                parts = value.values if isinstance(value, Items) else (value,)
                names = [text(part) for part in parts]
                if None in names:
                    return None
                found.update(name for name in names if name)
        return found

    def _discovers(self) -> set[str]:
        """The names of modules that ``autodiscover_tasks`` looks for in packages."""
        names: set[str] = set()
        for path in self._outside_tests({"autodiscover_tasks"}):
            source = self._project.consult(path).text
            names |= {"tasks", *re.findall(r"related_name\s*=\s*[\"'](\w+)[\"']", source)}
        return names

    def _outside_tests(self, names: set[str]) -> Iterator[str]:
        for path in self._project.mentioning(names):
            if not self._world.is_test(path):
                yield path

    def may_reach(self, path: str) -> bool:
        """Whether something may import the module at a path."""
        relative = self._project.relative(path)
        module = self._project.modules.name_of(path)
        last = module.rpartition(".")[2]
        if path in self._app_paths or last in self._looked_for or _ASIDE.search(relative):
            return True
        if path.endswith("__init__.py") or not self._is_beside_an_app(path):
            return True
        if self._project.source(path).holds(_RUN):
            return True
        if any(
            module == one or one.endswith(f".{module}") or module.endswith(f".{one}")
            for one in self._included or ()
        ):
            return True
        return self._is_imported(path, last) or self._project.beside.mention({module, last})

    def _leads_here(self, path: str, importer: str) -> bool:
        """Whether a worker may have the importer: one with tasks of its own may be unreached."""
        if path not in self._waiting or importer not in self._waiting:
            return True
        self._waiting.remove(path)
        try:
            return self.may_reach(importer)
        finally:
            self._waiting.add(path)

    def _is_beside_an_app(self, path: str) -> bool:
        """Whether the module belongs to the package, or the folder, of an app."""
        parts = self._project.relative(path).split("/")
        return len(parts) == 1 or parts[0] in self._tops

    def _top_folders(self) -> set[str]:
        """The folders at the root with an app, and those of Django's installed apps."""
        tops = {self._project.relative(app).split("/")[0] for app in self._app_paths}
        for path in self._outside_tests({"INSTALLED_APPS"}):
            tops.update(_PACKAGES.findall(self._project.consult(path).text))
        return tops

    def _is_imported(self, path: str, last: str) -> bool:
        """Whether another file names the module in an import, or in a text.

        The name of one of its tasks, as in beat's schedule, imports nothing.
        """
        tasks = "|".join(task.symbol.name for task in self._tasks.get(path, ())) or "(?!)"
        named = re.compile(
            rf"(?:\bfrom\b|\bimport\b)[^\n]*\b{re.escape(last)}\b"
            rf"|\bimport\s*\((?:[^)]*\b){re.escape(last)}\b"
            rf"|[\"'][\w.:/]*\b{re.escape(last)}\b(?!\.(?:{tasks})[\"'])[\w.:]*[\"']"
        )
        package = os.path.basename(os.path.dirname(path))
        naming = self._project.matching({last}, named)
        if any(
            self._is_other(path, each) and self._leads_here(path, each) for each in naming
        ):
            return True
        star = re.compile(rf"\bfrom\s+(?:\.|[\w.]*\b{re.escape(package)})\s+import\s+\*")
        whole = self._project.matching({package}, star) if package else iter(())
        return any(self._is_other(path, each) for each in whole)

    def _is_other(self, path: str, other: str) -> bool:
        return other != path and not self._world.is_test(other)
