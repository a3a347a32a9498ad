"""What the base class of a task changes of how Celery sends and runs it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.celery_words import celery_word
from flake8_celery_get.model.usage.tasks import arguments
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import ClassValue, External
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.definitions import ClassSymbol

RUNS = frozenset({"__call__", "run"})
"""Methods that decide what the function of a task is called with."""

SENDS = frozenset(
    {"apply_async", "delay", "s", "si", "signature", "subtask", "_get_exec_options"}
)
"""Methods that decide what becomes of arguments and options of a send."""

BASE_OF_ALL = re.compile(
    rb"(?m)^(?![ \t]*(?:>>>|\.\.\.|#)).*(?:\.Task\s*=[^=]|\btask_cls\b|\btask_class\b)"
)
"""Text that gives all tasks of an app a base class; examples and comments do not."""

_GIVEN = re.compile(
    r"""(?m)^(?![ \t]*(?:>>>|\.\.\.|\#)).*?(?:\.Task|\btask_cls)[ \t]*=[ \t]*"""
    r"""(?:["'](?!celery\.)([\w.:]+)["']|(?!(?:[\w.]+\.)?Task\b|None\b)([\w.]+))[ \t]*(?:[,)#]|$)"""
)
"""What gives all tasks a class, by its path or itself; Celery's own is left out."""

_OWN_APP = re.compile(rb"(?m)^[ \t]*class\s+\w+\([^)]*\b(?:Celery|App)\w*\b[^)]*\):")
_MAKES_TASKS = re.compile(rb"(?m)^[ \t]+(?:def (?:task|_task_from_fun)\b|Task\s*=)")
_SENDS_TASKS = re.compile(rb"(?m)^[ \t]+def send_task\b")
_APP_IMPORTED = re.compile(
    rb"(?mi)^[ \t]*from (?!celery\b)[\w.]+ import\b(?:\s*\([^)]*?|(?:[^\n\\]|\\\r?\n)*?)celery"
)
OWN_TASK = re.compile(rb"(?m)^[ \t]*class\s+\w+\([^)]*Task\b[^)]*\):")
"""Text that defines a class of tasks."""

_CELERYS_OWN = frozenset({"celery", "djcelery", "tenant_schemas_celery"})
"""Packages whose decorators make tasks of Celery's own class, or whose options are known."""

_WITHOUT_MEMBERS = frozenset({"abc.ABC", "object"})
"""Bases that have no attribute a task could be told."""

_METHOD = re.compile(r"(?m)^[ \t]+(?:async )?def (\w+)|^[ \t]+(\w+) *[=:]")


class BaseClasses:
    """Tells of each task which members its class has beside those of Celery's own Task."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._has_own_tasks = _has_own_app(world, _MAKES_TASKS) or _has_foreign_app(world)
        self.has_own_app = self._has_own_tasks or _has_own_app(world, _SENDS_TASKS)
        self._of_all = self._common_members()

    def members(self, task: Defined) -> frozenset[str] | None:
        """The names of these members; None where nobody can tell."""
        is_sent_by_app = self.has_own_app and not self._has_own_tasks
        is_of_all = task.kind is None and task.leaves("base")
        return None if is_sent_by_app and is_of_all else self._known_members(task)

    def takes_arguments(self, task: Defined) -> bool:
        """Whether a send of a task surely checks its arguments as Celery does.

        Celery's own Task does so before the app's ``send_task`` gets them.
        """
        members = self._known_members(task)
        return members is not None and members.isdisjoint(SENDS)

    def _known_members(self, task: Defined) -> frozenset[str] | None:
        if task.kind is not None:
            return self._in_line(task.kind) - {"run"}
        if self._is_of_package(task):
            return None
        if "base" not in task.keywords.others:
            return self._of_all if task.leaves("base") else None
        base = option(self._world, task, "base")
        value = self._world.deeply(task.symbol.scope, code.dotted(base)) if base else None
        if not isinstance(value, ClassValue) or not self._is_celerys(value.symbol):
            return None
        return self._in_line(value.symbol)

    def changes(self, task: Defined, methods: frozenset[str]) -> bool:
        """Whether the class of a task has one of the methods, or may have it."""
        members = self.members(task)
        return members is None or not members.isdisjoint(methods)

    def _in_line(self, symbol: ClassSymbol) -> frozenset[str]:
        """The members of a class and its bases in the project."""
        line = self._world.classes.line(symbol)
        return frozenset(name for each in line for name in _members(each))

    def _is_of_package(self, task: Defined) -> bool:
        """Whether the app of a task comes from a package, which may have a class of its own."""
        if task.place is None:
            return False
        text = task.symbol.definition.decorators[task.place]
        value = self._world.deeply(task.symbol.scope, text)
        tops = {
            option.path.partition(".")[0]
            for option in options(value)
            if isinstance(option, External)
        }
        return bool(tops - _CELERYS_OWN - self._own_names)

    @cached_property
    def _own_names(self) -> frozenset[str]:
        """The names of the project's folders and files: a package may be any of them."""
        paths = map(self._world.project.relative, self._world.project.records)
        return frozenset(
            part.removesuffix(".py") for path in paths for part in path.split("/")
        )

    def _is_celerys(self, symbol: ClassSymbol) -> bool:
        """Whether nothing but Celery's own classes stands behind a class."""
        bases = set(self._world.classes.outside_bases(symbol)) - _WITHOUT_MEMBERS
        return all(celery_word(base).endswith("Task") for base in bases)

    def _is_defined(self, name: str) -> bool:
        """Whether the project has a class of this name."""
        project, opening = self._world.project, re.compile(rf"\bclass\s+{name}\b")
        return any(
            opening.search(project.source(path).text) is not None
            for path in project.mentioning({name})
        )

    def _common_members(self) -> frozenset[str] | None:
        """What all tasks have, where some app has a base class for all of them."""
        world = self._world
        if self._has_own_tasks:
            return None
        paths = [
            path
            for path in world.project.celery_files(BASE_OF_ALL)
            if not world.is_test(path)
        ]
        if not paths:
            return frozenset()
        if not all(
            self._is_defined(name) for path in paths for name in _given(world, path)
        ):
            return None
        texts = [
            world.project.source(path).text
            for path in world.project.celery_files(OWN_TASK)
            if not world.is_test(path)
        ]
        return frozenset(
            name for text in texts for found in _METHOD.findall(text) for name in found
        )


def _given(world: Surroundings, path: str) -> set[str]:
    """The names of the classes that a file gives all tasks of an app."""
    given = _GIVEN.findall(world.project.source(path).text)
    return {re.split(r"[.:]", by_path or itself)[-1] for by_path, itself in given}


def _has_own_app(world: Surroundings, does: re.Pattern[bytes]) -> bool:
    """Whether an app class of the project makes, or sends, tasks in its own way."""
    files = world.project.celery_files
    return any(
        not world.is_test(path) for path in {*files(_OWN_APP)}.intersection(files(does))
    )


def _has_foreign_app(world: Surroundings) -> bool:
    """Whether an app class of a package may do so."""
    return any(
        not world.is_test(path) and _imports_app(world, path)
        for path in world.project.celery_files(_APP_IMPORTED)
    )


def _imports_app(world: Surroundings, path: str) -> bool:
    """Whether a module gets an app class, or an app, from a package that is not Celery."""
    for imported in world.project.source(path).outline.imports:
        module, name = imported.module, imported.name
        is_app = name.lower().endswith(("celery", "celery_app")) and not imported.level
        if is_app and module.partition(".")[0] not in {"celery", "django_celery_beat"}:
            modules = world.project.modules
            if not modules.find(module, path) and not modules.find(
                f"{module}.{name}", path
            ):
                return True
    return False


def _members(symbol: ClassSymbol) -> set[str]:
    stated = {name for each in symbol.statements for name in each.names}
    return stated | symbol.methods.keys()


def option(world: Surroundings, task: Defined, name: str) -> code.Expression | None:
    """What the decorator of a task says for one option."""
    for argument in arguments(world, task):
        if argument.name == name:
            return argument.value
    return None
