"""Which task is meant, and which tasks are to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_celery_guard.errors import GuardError, WrongOptionError
from pytest_celery_guard.sends.wildcards import shown
from pytest_celery_guard.world.parts import Wanted


def id_of(result: Any) -> str:
    """The task id of a result; an id stays what it is.

    Raises GuardError for a group, which has no states of its own, and for what is no result.
    """
    __tracebackhide__ = True
    if hasattr(result, "results"):
        raise GuardError(
            "a group has no states; pass one of its members, in result.results"
        )
    task_id = result if isinstance(result, str) else getattr(result, "id", None)
    if task_id is None:
        raise GuardError(
            f"{shown(result)} is not a result; pass what delay() or apply_async() returned, or"
            " its id"
        )
    return str(task_id)


def ids_of(result: Any) -> list[str]:
    """The task ids of a result: of all members of a group."""
    members = getattr(result, "results", None)
    if members is None:
        return [id_of(result)]
    return [task_id for member in members for task_id in ids_of(member)]


def wanted_by(queue: str | None, only: object) -> Wanted | None:
    """Which tasks to run: None for all."""
    if queue is None and only is None:
        return None
    names = (
        None if only is None else {name for each in listed(only) for name in names_of(each)}
    )

    def wanted(task_id: str, task: str, in_queue: str) -> bool:
        return queue in {None, in_queue} and (
            names is None or bool({task_id, task} & names)
        )

    return wanted


def listed(only: object) -> Iterable[object]:
    """One thing, or a list of them, as a list."""
    return only if isinstance(only, list | tuple | set) else [only]


def names_of(wanted: Any) -> list[str]:
    """A task's name, or the ids of a result; signatures stand for their task."""
    if isinstance(wanted, str):
        return [wanted]
    if isinstance(wanted, Mapping):
        return [str(wanted["task"])]
    if not callable(wanted):  # a result has a name too, but not before it is there
        return ids_of(wanted)
    name = getattr(wanted, "name", None)
    if not isinstance(name, str):
        raise WrongOptionError(f"{shown(wanted)} is not a task.{task_behind(wanted)}")
    return [name]


def task_behind(value: object) -> str:
    """What to write in place of a task's method, such as ``add.delay``; else what is possible."""
    task = getattr(value, "__self__", None)
    if isinstance(name := getattr(task, "name", None), str) and hasattr(task, "delay"):
        return f" Write the task itself: {name.rpartition('.')[2]}."
    return " Pass a task, its name, a signature or a result."
