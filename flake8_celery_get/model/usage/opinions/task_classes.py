"""Options of tasks that a base class of the project has as attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.declarations.class_options import (
    attributes,
    own_attributes,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.declarations.class_options import Attributes
    from flake8_celery_get.model.values.definitions import ClassSymbol
    from flake8_celery_get.source.code import Span

_ASSIGNED = re.compile(rb"(?m)^[ \t]+autoretry_for[ \t]*[:=]")


def retrying_classes(world: Surroundings) -> Iterator[tuple[ClassSymbol, Attributes]]:
    """The classes of tasks with ``autoretry_for``, and what they or their bases set."""
    for path in world.project.celery_files(_ASSIGNED):
        if world.is_test(path):
            continue
        for symbol in world.scope(path).all_classes():
            own = own_attributes(symbol)
            if "autoretry_for" in own and world.classes.is_task(symbol):
                said = attributes(world, symbol).items()
                yield symbol, {name: (node, at) for name, (_, node, at) in said}


def place_of_class(symbol: ClassSymbol) -> Span:
    """Where the name of a class stands."""
    line, column = symbol.definition.line, symbol.definition.column
    text = symbol.scope.source.lines[line - 1]
    start = max(text.find(symbol.definition.name, column), column)
    return line, start, line, start + len(symbol.definition.name)
