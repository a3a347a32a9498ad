"""Imports of modules and names that Celery 6 takes away, and what stands for them.

https://docs.celeryq.dev/en/stable/internals/deprecation.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.source.code import Imported
from flake8_celery_get.source.lines import Lines

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.source.code import Span

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
class OldImport(Note):
    """A module or a name of Celery that is going away, and what to use.

    ``bare`` is the name alone. ``target`` are module and name of what stands for it, which
    is ``same`` or does nearly the same, or has an ``attribute`` that does. ``is_shared``: other
    files import it from this one.
    """

    name: str
    new: str
    bare: str = ""
    target: tuple[str, str] | None = None
    same: bool = False
    is_shared: bool = False
    attribute: str = ""


def old_imports(world: Surroundings) -> Iterator[OldImport]:
    """The imports outside of test code."""
    for path in world.project.celery_files(_IMPORTS):
        if world.is_test(path):
            continue
        lines = world.project.source(path).lines
        for imported in world.project.source(path).outline.imports:
            for each in _whole_names(imported, lines):
                old, new = _gone(each)
                at = _place(lines, each.line, old.rpartition(".")[2]) if new else None
                if at is not None:
                    yield _old_import(world, path, at, each)


def _old_import(world: Surroundings, path: str, at: Span, imported: Imported) -> OldImport:
    old, new = _gone(imported)
    key = imported.module, imported.name
    is_shared = _is_shared(world, path, imported.alias)
    target, attribute = _NAMES.get(key) or _LIKE.get(key), ""
    if target is None and imported.name and new.startswith("app."):
        target, attribute = ("celery", "current_app"), new.removeprefix("app")
    same = key in _NAMES and imported.name not in _OTHER_ARGUMENTS
    return OldImport(
        path, at, None, old, new, imported.name, target, same, is_shared, attribute
    )


def _whole_names(imported: Imported, lines: Lines) -> Iterator[Imported]:
    """What is imported; ``import celery.task`` binds ``celery`` only."""
    if (imported.module, imported.name) != ("celery", ""):
        yield imported
        return
    for found in re.finditer(r"\bcelery(?:\.\w+)+", lines[imported.line - 1]):
        yield replace(imported, module=found[0])


def _is_shared(world: Surroundings, path: str, name: str) -> bool:
    """Whether another file may import a name from this one."""
    stem = re.escape(path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2])
    reads = re.compile(
        rf"from\s+(?:[\w.]*\b{stem}|\.+)\s+import\b[^\n]*(?:\b{re.escape(name)}\b|\*)"
        rf"|\b{stem}\.{re.escape(name)}\b"
    )
    return any(other != path for other in world.project.matching({name}, reads))


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


def _place(lines: Lines, first: int, word: str) -> Span | None:
    """Where a word stands in an import that begins at a line."""
    pattern = re.compile(rf"\b{re.escape(word)}\b")
    for row in range(first, min(first + 40, len(lines)) + 1):
        found = pattern.search(lines[row - 1])
        if found is not None:
            return row, found.start(), row, found.end()
    return None
