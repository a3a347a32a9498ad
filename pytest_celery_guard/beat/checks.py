"""Each entry of a schedule held against the app's tasks: it exists, and the arguments fit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from pytest_celery_guard.basics.callers import users_place
from pytest_celery_guard.contract import arguments, names
from pytest_celery_guard.contract.call import Call, Finding
from pytest_celery_guard.contract.carried import carried_by
from pytest_celery_guard.contract.sends import FAILING
from pytest_celery_guard.explain import sending
from pytest_celery_guard.world.world import World


def check(world: World, entry: Any, level: str) -> bool:
    """Note what is wrong with an entry; whether anything is. ``level`` is the option contract."""
    if level == "off":
        return False
    found = list(findings(world, entry))
    for code, text, weight in found:
        origin = f"by the entry {entry.name!r} of the schedule"
        told = sending.told(entry.task, text, origin)
        place = users_place()
        if weight in FAILING[level] or place is None:
            world.found(code, told)
        else:
            world.doubt(code, told, place)
    return bool(found)


def findings(world: World, entry: Any) -> Iterator[Finding]:
    """Of the name and the arguments; here any unknown name is a breach."""
    args, kwargs = tuple(entry.args or ()), dict(entry.kwargs or {})
    task = world.app.tasks.get(entry.task)
    app, options, carried = world.app, entry.options, tuple(carried_by(entry.options))
    call = Call(
        app, entry.task, args, kwargs, task, False, options, carried, world.external
    )
    for code, text, _ in chain(names.check(call), arguments.check(call)):
        yield Finding(code, text)
