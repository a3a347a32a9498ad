"""Tasks that are classes: what a worker calls of them.

https://docs.celeryq.dev/en/stable/userguide/tasks.html#custom-task-classes
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.attributes import class_of
from flake8_celery_get.model.classes.task_options import of_class
from flake8_celery_get.model.known.celery_words import celery_word
from flake8_celery_get.model.sends.sent_tasks import definition_of
from flake8_celery_get.model.usage.tasks import Defined
from flake8_celery_get.model.values.definitions import ClassSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Literal, TaskValue
from flake8_celery_get.source.declared import Keywords

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol
    from flake8_celery_get.model.values.values import Value

_REGISTERING = r"\.(?:register_task|tasks\.register)\b(?:\(\s*([A-Za-z_][\w.]*))?"
_REGISTERS = re.compile(_REGISTERING.encode())
_REGISTERED = re.compile(_REGISTERING)
_NAMES_ITSELF = re.compile(r"\.name\s*=[^=]")

BOUND = Keywords(on=("bind",))
"""``run`` is a method: what calls it leaves its first parameter out, as for a bound task."""


def class_tasks(world: Surroundings) -> Iterator[Defined]:
    """The tasks that are instances of registered classes, and run as they are written."""
    for symbol in _registered(world):
        run = world.classes.method(symbol, "run")
        if run is not None and _is_plain(world, symbol, run):
            says, is_named = of_class(world, symbol), _is_named(world, symbol)
            own_name = f"{world.project.modules.name_of(symbol.scope.path)}.{symbol.name}"
            name = _said_name(world, symbol) if is_named else own_name
            yield Defined(run, name, is_named, None, says, BOUND, symbol)


def run_methods(world: Surroundings) -> Iterator[FunctionSymbol]:
    """What these tasks run, each method once."""
    yield from dict.fromkeys(task.symbol for task in class_tasks(world))


def _registered(world: Surroundings) -> Iterator[ClassSymbol]:
    """The classes that code hands to an app by a name, test code left out."""
    found = dict[ClassSymbol, None]()
    for path in world.project.celery_files(_REGISTERS):
        if not world.is_test(path):
            scope = world.scope(path)
            names = {name for name in _REGISTERED.findall(scope.source.text) if name}
            for name in sorted(names):
                found |= dict.fromkeys(_classes(world.deeply(scope, name)))
            found |= dict.fromkeys(filter(_is_decorated, scope.all_classes()))
    yield from found


def _is_decorated(symbol: ClassSymbol) -> bool:
    """Whether ``@app.register_task`` stands above the class."""
    return any(each.endswith(".register_task") for each in symbol.definition.decorators)


def _classes(value: Value) -> Iterator[ClassSymbol]:
    """The classes of tasks that a name stands for, or of what an app has registered."""
    for option in options(value):
        made = definition_of(option) if isinstance(option, TaskValue) else class_of(option)
        if isinstance(made, ClassSymbol):
            yield made


def _is_plain(world: Surroundings, symbol: ClassSymbol, run: FunctionSymbol) -> bool:
    """Whether Celery's own Task calls ``run``, which no decorator changes."""
    bases = world.classes.outside_bases(symbol)
    return (
        bool(bases)
        and all(celery_word(base).endswith("Task") for base in bases)
        and world.classes.method(symbol, "__call__") is None
        and not run.definition.decorators
    )


def _is_named(world: Surroundings, symbol: ClassSymbol) -> bool:
    """Whether a class says how its task is called, or may do so."""
    return any(
        "name" in ancestor.methods
        or any("name" in each.names for each in ancestor.statements)
        or _NAMES_ITSELF.search(ancestor.definition.text(ancestor.scope.source.lines))
        for ancestor in world.classes.line(symbol)
    )


def _said_name(world: Surroundings, symbol: ClassSymbol) -> str:
    """The name that is written out; empty for one that nobody can tell."""
    said = world.classes.bound(symbol, "name")
    return said.value if isinstance(said, Literal) and isinstance(said.value, str) else ""
