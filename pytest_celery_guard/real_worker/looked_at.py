"""What a test looks at in its own process, and tasks change in that of the worker."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any

CAPTURING = ("caplog", "capfd", "capsys", "mailoutbox", "recwarn")
"""Fixtures that have what was logged, printed or mailed in this process."""

CONTAINERS = (dict, list, set, deque, bytearray)

DEEP = 3
"""So many calls are followed from a task's body to what it changes."""

State = dict[int, str]
"""Containers by their ids, with the names that they have."""


def looked_at_here(app: Any, tasks: Iterable[str], item: Any) -> list[str]:
    """The names of what a test and the tasks that ran for it both use, each in its process."""
    bodies = [app.tasks[name].run for name in set(tasks) if name in app.tasks]
    if not bodies:
        return []
    changed: State = {}
    for body in bodies:
        changed |= state_of(body, DEEP)
    own = state_of(getattr(item, "obj", None), 1)
    found = [changed[each] for each in own if each in changed]
    fixtures = getattr(item, "funcargs", {})
    return [*found, *(name for name in CAPTURING if name in fixtures)]


def state_of(function: Any, depth: int) -> State:
    """The containers at module and class level that a function names, and what it calls."""
    function = unwrap(getattr(function, "__func__", function))
    if not isinstance(function, FunctionType):
        return {}
    found: State = {}
    for name, value in named(function):
        if isinstance(value, CONTAINERS):
            found.setdefault(id(value), name)
        elif isinstance(value, FunctionType) and depth > 1:
            found = {**state_of(value, depth - 1), **found}
    return found


def named(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """The globals that a function names, and the attributes of modules and classes among them."""
    space, names = function.__globals__, set(names_in(function.__code__))
    for name in sorted(names & space.keys()):
        value = space[name]
        yield f"{space.get('__name__')}.{name}", value
        if isinstance(value, ModuleType | type):
            inside = vars(value)
            yield from (
                (f"{value.__name__}.{each}", inside[each])
                for each in sorted(names & inside.keys())
            )


def names_in(code: CodeType) -> Iterator[str]:
    """The names in a function and in those that are defined in it."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from names_in(each)
