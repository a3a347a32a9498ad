"""What beat sends: each entry of a schedule is a caller of its own."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.picture.naming import Naming
from flake8_celery_get.model.picture.shape import SCHEDULE, Caller, Place, Send
from flake8_celery_get.model.picture.tasks import Tasks
from flake8_celery_get.model.sends.sent_tasks import definition_of
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.source import code
from flake8_celery_get.source.text import clean

DECORATOR = "periodic_task"


def schedules(world: World, naming: Naming, tasks: Tasks) -> Iterator[tuple[Caller, Send]]:
    """Every entry of a schedule, with what it sends."""
    for entry in world.sending.beat.entries() if world.sending is not None else ():
        if world.is_test(entry.path):
            continue
        task = tasks.meant(entry.task.name, definition_of(entry.task))
        place = naming.place(entry.path, entry.at[0])
        when = _when(world, entry.path, entry.when)
        yield _pair(naming, clean(entry.name) or task.name, place, when, task.id)
    for definition, task in tasks.defined():
        if isinstance(definition, FunctionSymbol) and definition.is_decorated(DECORATOR):
            place = naming.place_of_symbol(definition)
            when = _in_decorator(world, definition)
            yield _pair(naming, task.name, place, when, task.id)


def _pair(
    naming: Naming, name: str, place: Place, when: str, task: str
) -> tuple[Caller, Send]:
    caller = Caller(naming.unique(f"{SCHEDULE}:{name}"), SCHEDULE, name, name, place, when)
    return caller, Send(caller.id, task, place, (), place)


def _in_decorator(world: World, symbol: FunctionSymbol) -> str:
    function = world.calls.function_code(symbol)
    for decorator in function.decorators if function is not None else ():
        for argument in decorator.arguments if isinstance(decorator, code.Call) else ():
            if argument.name in {"run_every", ""}:
                return _when(world, symbol.scope.path, argument.value)
    return ""


def _when(world: World, path: str, node: code.Expression) -> str:
    """The schedule as it is written; plain numbers are seconds."""
    if isinstance(node, code.Constant):
        return f"every {node.value} s"
    at = code.place(node)
    if at == code.NOWHERE:
        return code.describe(node)
    return world.project.source(path).snippet(at)
