"""Options of tasks that a class has as attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol
    from flake8_celery_get.source.code import Span

Attributes = dict[str, tuple[code.Expression, "Span"]]
"""The value of each attribute, and where its name stands."""


Inherited = dict[str, tuple[Frame, code.Expression, "Span"]]
"""The same, and where the value is evaluated."""


def attributes(world: Surroundings, symbol: ClassSymbol) -> Inherited:
    """What a class has of its own, and else of its bases in the project, the nearest first."""
    found: Inherited = {}
    for ancestor in reversed(world.classes.line(symbol)):
        frame = Frame(world, ancestor.scope)
        own = own_attributes(ancestor).items()
        found |= {name: (frame, node, at) for name, (node, at) in own}
    return found


def own_attributes(symbol: ClassSymbol) -> Attributes:
    """What the body of a class itself sets."""
    found: Attributes = {}
    for definition in symbol.statements:
        for statement in symbol.scope.source.code(definition):
            if isinstance(statement, code.Assign) and statement.value is not None:
                for name in definition.names:
                    at = definition.line, definition.column
                    found[name] = statement.value, (*at, at[0], at[1] + len(name))
    return found
