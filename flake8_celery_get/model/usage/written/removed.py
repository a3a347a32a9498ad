"""What Celery 6 takes away: old names of settings, modules and names.

https://docs.celeryq.dev/en/stable/internals/deprecation.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.notes import Note
from flake8_celery_get.model.known import spelling
from flake8_celery_get.model.known.celery_settings import SETTINGS
from flake8_celery_get.model.settings.django import OfDjango
from flake8_celery_get.model.usage.written.listed import Written, written_settings
from flake8_celery_get.model.usage.written.unread import bare_uses, is_read_as_key, readers
from flake8_celery_get.source.code import Imported

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.model.settings.apps.apps import Apps
    from flake8_celery_get.project.project import Project
    from flake8_celery_get.source.code import Span

_OLD = {old: name for name, old in SETTINGS.items() if old}

_MODULES = {
    "celery.decorators": "celery.app",
    "celery.execute": "celery.app",
    "celery.log": "celery.utils.log",
    "celery.messaging": "celery.app",
    "celery.registry": "celery.app",
    "celery.task": "celery.app",
}
"""Modules of Celery 2 that are gone, or that stand in for an app's own methods."""

_METHODS = {
    "celery.execute.send_task": "app.send_task",
    "celery.registry.tasks": "app.tasks",
    "celery.task.control": "app.control",
}
"""What of these modules an app has under another name."""

_NAMES = {
    ("celery.signals", "task_sent"): ("celery.signals", "after_task_publish"),
    ("celery.exceptions", "RetryTaskError"): ("celery.exceptions", "Retry"),
    ("celery.exceptions", "SystemTerminate"): ("celery.exceptions", "WorkerTerminate"),
    ("celery", "App"): ("celery", "Celery"),
    ("celery", "subtask"): ("celery", "signature"),
    ("celery", "maybe_subtask"): ("celery", "maybe_signature"),
    ("celery.app.task", "BaseTask"): ("celery.app.task", "Task"),
    ("celery.canvas", "subtask"): ("celery.canvas", "signature"),
    ("celery.canvas", "maybe_subtask"): ("celery.canvas", "maybe_signature"),
    ("celery.task.schedules", "crontab"): ("celery.schedules", "crontab"),
    ("celery.task.schedules", "schedule"): ("celery.schedules", "schedule"),
    ("celery.task.sets", "subtask"): ("celery", "signature"),
    ("celery.task", "chord"): ("celery", "chord"),
    ("celery.task", "group"): ("celery", "group"),
    ("celery.task", "subtask"): ("celery", "signature"),
}
"""Names of Celery 5 and before, and other names of the same things."""

_LIKE = {
    ("celery", "task"): ("celery", "shared_task"),
    ("celery.decorators", "task"): ("celery", "shared_task"),
    ("celery.task", "task"): ("celery", "shared_task"),
    ("celery.task", "Task"): ("celery", "Task"),
    ("celery.task.base", "Task"): ("celery", "Task"),
}
"""Names that are gone, and what does nearly the same."""

_OTHER_ARGUMENTS = {"task_sent"}
"""What stands for these is called with other arguments."""

_IMPORTS = re.compile(
    rb"celery\.(?:decorators|execute|log|messaging|registry|task)\b"
    rb"|\b(?:task_sent|RetryTaskError|SystemTerminate|subtask|maybe_subtask|App|BaseTask)\b"
    rb"|\bcelery\s+import\b[^\n]*\btask\b"
)


@dataclass(frozen=True, slots=True)
class OldSetting(Note):
    """A setting by its name before Celery 4; ``new`` is how it is written now.

    ``is_alone``: nothing but its own file uses the name, in the places of ``uses``, which the
    first one of the file has. Without a namespace, Django's settings can have no new name:
    ``new`` is empty.
    """

    name: str
    new: str
    setting: str
    is_alone: bool
    uses: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class NoNamespace(Note):
    """An app that takes old names from Django's settings, which have no namespace."""


@dataclass(frozen=True, slots=True)
class OldImport(Note):
    """A module or a name of Celery that is going away, and what to use.

    ``bare`` is the name alone. ``target`` are module and name of what stands for it, which
    is ``same`` or does nearly the same. ``is_shared``: other files import it from this one.
    """

    name: str
    new: str
    bare: str = ""
    target: tuple[str, str] | None = None
    same: bool = False
    is_shared: bool = False


def before_celery_6(world: World, apps: Apps) -> Iterator[Note]:
    """All that works with Celery 5 only, as far as some rule asks for it."""
    asks = world.project.options.asks
    if asks("CEL801"):
        yield from _settings(apps)
    if asks("CEL803"):
        yield from _imports(world)


def _settings(apps: Apps) -> Iterator[OldSetting | NoNamespace]:
    project = apps.world.project
    found = [each for each in written_settings(apps) if _is_old(each)]
    uses = {each: _uses(project, each) for each in found}
    named: set[tuple[str, str]] = set()
    for written in found:
        setting = _OLD[written.name]
        new = _new_name(written, setting)
        # One that keeps its old name beside new ones makes Celery refuse all of them.
        together = [each for each in found if each.place[0] == written.place[0]]
        is_alone = all(
            uses[each] is not None and _new_name(each, _OLD[each.name]) for each in together
        )
        path, at = written.place
        others = () if (path, written.name) in named else uses[written] or ()
        named.add((path, written.name))
        yield OldSetting(path, at, None, written.name, new, setting, is_alone, others)
    if any(written.in_django and not written.namespace for written in found):
        yield from _without_namespace(apps)


def _without_namespace(apps: Apps) -> Iterator[NoNamespace]:
    for app in apps:
        for source, (path, at) in app.calls_with(OfDjango):
            if not getattr(source, "namespace", "") and not apps.world.is_test(path):
                yield NoNamespace(path, at, None)


def _uses(project: Project, written: Written) -> tuple[Span, ...] | None:
    """Where the file itself uses the name; None where something else reads it."""
    if not written.is_variable:
        return None if is_read_as_key(project, written.name) else ()
    path = written.place[0]
    if set(readers(project, written.name)) - {path}:
        return None
    return bare_uses(project.source(path).lines, written.name)


def _is_old(written: Written) -> bool:
    bare = spelling.without_namespace(written.name, written.namespace)
    return written.name in _OLD and bare not in SETTINGS


def _new_name(written: Written, setting: str) -> str:
    namespace = written.namespace
    if namespace:
        return f"{namespace}_{setting}".upper() if namespace.isupper() else setting
    return "" if written.in_django else setting


def _imports(world: World) -> Iterator[OldImport]:
    for path in world.project.celery_files(_IMPORTS):
        if world.is_test(path):
            continue
        source = world.project.source(path)
        for imported in source.outline.imports:
            old, new = _gone(imported)
            if not new:
                continue
            at = _place(source.lines, imported.line, old.rpartition(".")[2])
            if at is not None:
                key = imported.module, imported.name
                is_shared = _is_shared(world, path, imported.alias)
                target = _NAMES.get(key) or _LIKE.get(key)
                same = key in _NAMES and imported.name not in _OTHER_ARGUMENTS
                yield OldImport(
                    path, at, None, old, new, imported.name, target, same, is_shared
                )


def _is_shared(world: World, path: str, name: str) -> bool:
    """Whether another file may import a name from this one."""
    stem = re.escape(path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2])
    reads = re.compile(
        rf"from\s+(?:[\w.]*\b{stem}|\.+)\s+import\b[^\n]*(?:\b{re.escape(name)}\b|\*)"
        rf"|\b{stem}\.{re.escape(name)}\b"
    )
    project = world.project
    return any(
        other != path and reads.search(project.consult(other).text)
        for other in project.mentioning({name})
    )


def _gone(imported: Imported) -> tuple[str, str]:
    """What is imported by an old name, and the new one; empty for anything else."""
    if imported.level:
        return "", ""
    key = imported.module, imported.name
    target = _NAMES.get(key) or _LIKE.get(key)
    if target is not None:
        is_near = target[0] == imported.module
        new = target[1] if is_near else ".".join(target)
        return f"{imported.module}.{imported.name}", new
    whole = f"{imported.module}.{imported.name}" if imported.name else imported.module
    for module, instead in _MODULES.items():
        if f"{whole}.".startswith(f"{module}."):
            method = _method(whole)
            return (whole, method) if method else (module, instead)
    return "", ""


def _method(whole: str) -> str:
    """What of an app does the same as a function or a module of Celery 4; empty for none."""
    for old, new in _METHODS.items():
        if f"{whole}.".startswith(f"{old}."):
            return new + whole.removeprefix(old)
    return ""


def _place(lines: list[str], first: int, word: str) -> Span | None:
    """Where a word stands in an import that begins at a line."""
    pattern = re.compile(rf"\b{re.escape(word)}\b")
    for row in range(first, min(first + 40, len(lines)) + 1):
        found = pattern.search(lines[row - 1])
        if found is not None:
            return row, found.start(), row, found.end()
    return None
