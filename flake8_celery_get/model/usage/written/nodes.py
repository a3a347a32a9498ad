"""The code of a setting's value, found by the place where the setting is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import Scope
    from flake8_celery_get.model.values.values import Place
    from flake8_celery_get.source.outline import Definition


def value_at(world: Surroundings, place: Place) -> tuple[Frame, code.Expression] | None:
    """What is given to the name at a place, and where to evaluate it.

    A name stands for what it is bound to at the top of the module, if that is once.
    """
    given = given_at(world, place)
    return None if given is None else (given[0], given[0].scope.bound_once(given[1]))


def given_at(world: Surroundings, place: Place) -> tuple[Frame, code.Expression] | None:
    """The same, as it is written."""
    path, at = place
    scope = world.scope(path)
    for definition in _around(scope, at[0]):
        for statement in scope.source.code(definition):
            nodes = list(code.walk(statement))
            for value_of in (_value_of, _value_of_statement):
                found = filter(None, (value_of(node, at) for node in nodes))
                for value in found:
                    return Frame(world, scope), value
    return None


def _around(scope: Scope, line: int) -> Iterator[Definition]:
    """The definitions that a line stands in."""
    for definition in scope.all_definitions():
        if definition.spans(line):
            yield definition


def _value_of(node: code.Node, at: code.Span) -> code.Expression | None:
    if isinstance(node, code.Assign) and node.value is not None:
        starts = {code.place(target)[:2] for target in node.targets}
        return node.value if at[:2] in starts else None
    if isinstance(node, code.Call):
        for argument in node.arguments:
            if argument.name and argument.at[:2] == at[:2]:
                return argument.value
    if isinstance(node, code.Mapping):
        for key, value in zip(node.places, node.values, strict=False):
            if key[:2] == at[:2]:
                return value
    return None


def _value_of_statement(node: code.Node, _at: code.Span) -> code.Expression | None:
    """What is bound to a name whose place is not kept."""
    if not isinstance(node, code.Assign):
        return None
    is_name = any(
        isinstance(each, code.Name) and each.at == code.NOWHERE for each in node.targets
    )
    return node.value if is_name else None
