"""The names in a list of queues, however its code makes it: a loop, a helper, a comprehension."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.evaluate.parameters import bind
from flake8_celery_get.model.flow.binding import assign
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.settings.given import text
from flake8_celery_get.model.usage.written.nodes import given_at
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.values import FunctionValue, Items, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import Scope
    from flake8_celery_get.model.values.values import Place
    from flake8_celery_get.source.outline import Definition

_COPIES = frozenset({"list", "set", "sorted", "tuple"})


def queues_at(world: Surroundings, place: Place) -> set[str] | None:
    """The names of the queues that the setting at a place lists; None where one is not known."""
    given = given_at(world, place)
    if given is None:
        return None
    frame, node = given
    # The variable of a settings module, where more may be added to it.
    name = _bound_to(frame.scope, node, place[1][0])
    return _queues_in(frame, code.Name(name) if name else node)


def _bound_to(scope: Scope, node: code.Expression, line: int) -> str:
    """The variable of the module that is bound to the node in a line; empty for none."""
    for name, definitions in scope.variables.items():
        here = (each for each in definitions if each.spans(line))
        statements = (each for d in here for each in scope.source.code(d))
        for each in statements:
            if isinstance(each, code.Assign) and each.value is node:
                return name if name in map(code.dotted, each.targets) else ""
    return ""


def _queues_in(frame: Frame, node: code.Expression) -> set[str] | None:
    """The names in a list of queues, or in a dict by name; None where one is not known."""
    names = set(_names(frame, node))
    known = {name for name in names if name is not None}
    return known if len(known) == len(names) else None


def _names(frame: Frame, node: code.Expression) -> Iterator[str | None]:
    """The names of the queues that an expression lists; None for what nobody can tell."""
    match node:
        case code.Mapping():
            yield from (key and text_of(frame, key) for key in node.keys)  # type: ignore[misc]
        case code.Display():
            for item in node.items:
                yield from _of_item(frame, item)
        case code.Comprehension(clauses=[code.Clause(tests=[]) as clause]):
            for each in _rounds(frame, clause.target, clause.iterable):
                yield None if each is None else _of_element(each, node)
        case code.Binary(operator="+"):
            yield from _names(frame, node.left)
            yield from _names(frame, node.right)
        case code.Call():
            yield from _of_call(frame, node)
        case code.Name():
            yield from _of_variable(frame, node.id)
        case _:
            yield None


def _of_item(frame: Frame, item: code.Expression) -> Iterator[str | None]:
    if isinstance(item, code.Starred):
        yield from _names(frame, item.value)
    else:
        yield _of_queue(frame, item)


def _of_element(frame: Frame, node: code.Comprehension) -> str | None:
    return _of_queue(frame, node.element) if node.key is None else text_of(frame, node.key)


def _of_queue(frame: Frame, node: code.Expression) -> str | None:
    """The name that ``Queue(name)`` gives, or a function that returns such a queue."""
    if not isinstance(node, code.Call):
        return None
    if code.last_name(node.function) != "Queue":
        inside = _returned(frame, node)
        return None if inside is None else _of_queue(*inside)
    for position, argument in enumerate(node.arguments):
        if argument.name == "name" or (position == 0 and not argument.name):
            return text_of(frame, argument.value)
    return None


def text_of(frame: Frame, node: code.Expression) -> str | None:
    """The constant text that an expression is, in whichever module it is defined."""
    return text(_value(frame, node))


def _value(frame: Frame, node: code.Expression) -> Value:
    with frame.world.looking_deep():
        return frame.evaluate(node)


def _rounds(
    frame: Frame, target: code.Expression, iterable: code.Expression
) -> Iterator[Frame | None]:
    """A frame for each time around a loop; None where nobody can tell how often."""
    items = _value(frame, iterable)
    if not isinstance(items, Items) or not items.exact:
        yield None
        return
    for value in items.values:
        inside = Frame(frame.world, frame.scope, frame)
        assign(inside, target, value)
        yield inside


def _of_call(frame: Frame, node: code.Call) -> Iterator[str | None]:
    if code.dotted(node.function) in _COPIES and len(node.arguments) == 1:
        yield from _names(frame, node.arguments[0].value)
        return
    inside = _returned(frame, node)
    if inside is None:
        yield None
    else:
        yield from _names(*inside)


def _returned(frame: Frame, node: code.Call) -> tuple[Frame, code.Expression] | None:
    """What a function of the project returns, where it does nothing else."""
    function = _value(frame, node.function)
    if not isinstance(function, FunctionValue) or function.owner is not None:
        return None
    body = frame.world.calls.function_code(function.symbol)
    last = body.body[-1] if body is not None and body.body else None
    if body is None or not isinstance(last, code.Return) or last.value is None:
        return None
    if not all(map(_is_docstring, body.body[:-1])):
        return None
    inside = Frame(frame.world, function.symbol.scope)
    for parameter in body.parameters:
        if parameter.default is not None:
            inside.state.names[parameter.name] = inside.evaluate(parameter.default)
    given = tuple(_given(frame, node.arguments))
    inside.state.names |= bind(body, given, False)
    return inside, last.value


def _given(frame: Frame, arguments: Iterable[code.Argument]) -> Iterator[Given]:
    for each in arguments:
        yield Given(each.name, _value(frame, each.value), each.value, each.at)


def _is_docstring(statement: code.Statement) -> bool:
    return isinstance(statement, code.Evaluate) and isinstance(
        statement.value, code.Constant
    )


def _of_variable(frame: Frame, name: str) -> Iterator[str | None]:
    """The queues in a list at the top of the module, with what its loops append."""
    definitions = frame.scope.variables.get(name, [])
    is_local = frame.state.names.get(name) is not None
    if not definitions or is_local or _is_changed_elsewhere(frame, name, definitions):
        yield None
    for definition in definitions:
        yield from _of_definition(frame, name, definition)


def _is_changed_elsewhere(
    frame: Frame, name: str, definitions: Iterable[Definition]
) -> bool:
    """Whether something else than these statements may change the list, a function for one."""
    source = frame.scope.source
    changes = re.compile(rf"\b{name}(?:\.\w+\(|\[[^\]\n]*\] *=[^=]| *\+=)")
    here = "\n".join(each.text(source.lines) for each in definitions)
    return len(changes.findall(here)) != len(changes.findall(source.text))


def _of_definition(frame: Frame, name: str, definition: Definition) -> Iterator[str | None]:
    if definition.is_conditional:
        yield None
    for statement in frame.scope.source.code(definition):
        yield from _of_statement(frame, name, statement)


def _of_statement(
    frame: Frame, name: str, statement: code.Statement
) -> Iterator[str | None]:
    match statement:
        case code.Assign(targets=[code.Name(id=bound)], value=value) if bound == name:
            is_own = value is None or name in code.names_in(value)
            yield from (None,) if is_own or value is None else _names(frame, value)
        case code.For(orelse=[]):
            for inside in _rounds(frame, statement.target, statement.iterable):
                for each in statement.body:
                    yield from _of_statement(inside, name, each) if inside else (None,)
        case code.Evaluate(
            value=code.Call(
                function=code.Attribute(value=code.Name(id=filled), name="append"),
                arguments=[argument],
            )
        ) if filled == name:
            yield _of_queue(frame, argument.value)
        case _:
            yield None
