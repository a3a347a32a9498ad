"""The names under which a project's tasks are known to its workers.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#names
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.mentions import speaks_of
from flake8_celery_get.model.usage.chosen_names.computed import ComputedName, computed_names
from flake8_celery_get.model.usage.chosen_names.said import is_said
from flake8_celery_get.model.usage.names.own_names import sure_name_of
from flake8_celery_get.model.usage.names.typos import typo_of
from flake8_celery_get.model.usage.written.said_options import name_of
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import TaskValue

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope

_MAKES_TASKS = re.compile(r"@[\w.]*task\b|\bTask\)|\.register(?:_task)?\(|\btask\(\w+\)")
"""Text that makes a task, or may do so."""

_SCHEMES = {"gen_task_name", "_task_from_fun", "name_from_mangled"}
"""Who mentions one of these may name tasks by a scheme of its own."""


class Registered:
    """All task names of a project, as far as code tells."""

    def __init__(self, world: Surroundings, apps: Apps, tasks: Iterable[Defined]) -> None:
        self._world = world
        self._unnamed: set[str] = set()
        self._named: dict[FunctionSymbol, str] = {}
        self._tasks: dict[str, Defined] = {}
        self._modules: set[str] = set()
        self._of_modules: set[str] = set()
        self.names: dict[str, str] = {}
        for task in tasks:
            self._add(task)
        self._starts: set[str] = set()
        self._made: set[str] = set()
        for computed in computed_names(world) if self.names else ():
            self._add_computed(computed)
        self._mains = {app.name for app in apps if app.name}
        self.is_complete = not any(
            not world.is_test(path) for path in world.project.mentioning(_SCHEMES)
        )
        modules = world.project.modules
        paths = world.project.records
        self._packages = {modules.name_of(path).partition(".")[0] for path in paths}

    def _add(self, task: Defined) -> None:
        name = name_of(self._world, task)
        if name:
            self.names.setdefault(name, task.symbol.name)
            self._tasks.setdefault(name, task)
            self._named[task.symbol] = name
            if not task.is_named:
                self._modules.add(name.rpartition(".")[0])
                self._of_modules.add(name)
        else:
            self._unnamed.add(task.symbol.name)

    def _add_computed(self, computed: ComputedName) -> None:
        if computed.whole:
            self._made.add(computed.start)
        elif computed.start:
            self._starts.add(computed.start)
        else:
            self._unnamed.add("")
            self._modules.discard(self._world.project.modules.name_of(computed.path))

    @property
    def is_for_others(self) -> bool:
        """Whether the project has no task besides the one that the layout for Django brings."""
        return set(self.names.values()) <= {"debug_task"} and not self._unnamed

    def has(self, name: str) -> bool:
        """Whether some task has this name, or may have it."""
        last = name.rpartition(".")[2]
        if name in self.names or name in self._made or last in self._unnamed:
            return True
        if any(map(name.startswith, self._starts)):
            return True
        if "." in name and any(_may_be_one(name, one) for one in self._of_modules):
            return True
        if name.removesuffix(f".{last}") in self._mains and last in self.names.values():
            return True  # named after the app by a module that is run as a script
        return is_said(self._world, name)

    def has_in(self, module: str) -> bool:
        """Whether some task is named so, or may be, that a name of its module comes first."""
        is_named_so = any(one.startswith(f"{module}.") for one in self.names)
        return is_named_so or any(_may_be_one(module, own) for own in self._modules)

    def names_all_in(self, path: str) -> bool:
        """Whether a file has tasks of its own, and the names of all tasks are known.

        Tasks inside of functions, and those that are classes, are only seen in the text.
        """
        own = [symbol for symbol in self._named if symbol.scope.path == path]
        text = self._world.project.source(path).text
        is_seen = len(_MAKES_TASKS.findall(text)) == len(own)
        return bool(own) and is_seen and not self._unnamed

    def is_ours(self, name: str) -> bool:
        """Whether a name begins with a package of this project, and names nothing in it."""
        first, _, rest = name.partition(".")
        if not rest or first not in self._packages or first in _NOT_OURS:
            return False
        module, _, last = name.rpartition(".")
        if self._unnamed and module not in self._modules:
            return False  # it may be the name of one of these
        modules = self._world.project.modules
        path = modules.exactly(module) or modules.find(module, self._world.project.root)
        return path is None or self._is_missing(self._world.scope(path), last)

    def _is_missing(self, scope: Scope, last: str) -> bool:
        source = scope.source.text
        if last in scope.imports:
            return self._imported_task(scope, last)
        if last in scope.variables or last in scope.classes or scope.stars:
            return False
        symbol = scope.functions.get(last)
        if symbol is not None:
            is_plain = symbol in self._named or not symbol.definition.decorators
            return is_plain and not re.search(
                rf"task\(\s*{re.escape(last)}\b|\.register", source
            )
        is_read = bool(scope.source.outline.definitions) or not source.strip()
        return is_read and not speaks_of(source, {last}, in_sentences=False)

    def _imported_task(self, scope: Scope, last: str) -> bool:
        """Whether the module has a task under this name that is defined elsewhere."""
        with self._world.looking_deep():
            found = options(self._world.names.member(scope, last))
        return len(found) == 1 and isinstance(found[0], TaskValue)

    def meant_by(self, name: str) -> str:
        """The name that is meant; empty where none or several come close."""
        last = self.function_meant_by(name) or name.rpartition(".")[2]
        same = [one for one in self.names if one.rpartition(".")[2] == last and one != name]
        meant = same[0] if len(same) == 1 else typo_of(name, self.names)
        task = self._tasks.get(meant)
        return (sure_name_of(self._world, task) if task is not None else "") or meant

    def function_meant_by(self, name: str) -> str:
        """The task's function that a name without a module names, but for one letter."""
        functions = set(self.names.values())
        if "." in name or name in functions:
            return name if name in functions else ""
        return typo_of(name, functions) if len(name) >= SHORTEST else ""

    def is_typo(self, name: str) -> bool:
        """Whether a name differs from that of one task by a slip of one letter."""
        return len(name) >= SHORTEST and typo_of(name, self.names) != ""


def _may_be_one(name: str, other: str) -> bool:
    """Whether two names are one, but for a folder more or less that imports start from."""
    return name.endswith(f".{other}") or other.endswith(f".{name}")


_NOT_OURS = frozenset({"celery", "conftest", "docs", "manage", "setup", "test", "tests"})
SHORTEST = 8
"""Names of tasks that are shorter are too much alike."""
