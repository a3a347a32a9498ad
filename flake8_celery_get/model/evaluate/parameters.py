"""Which value each parameter of a call has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.classes.annotations import annotated
from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.flow.leading import is_leading_class
from flake8_celery_get.model.known.web.frameworks import DEPENDENCIES
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.lasting import is_telling, makes_handles
from flake8_celery_get.model.values.parts import elements, keys_in
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Callee,
    ClassValue,
    Closure,
    Handle,
    Instance,
    Items,
    Literal,
    Parameter,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given

Bound: TypeAlias = "dict[str, Value]"


def bind(
    node: code.Function | code.Lambda, given: Sequence[Given], skip_first: bool
) -> Bound:
    """The parameters that a call binds; those it may bind stand for anything."""
    positional = [p for p in node.parameters if p.kind == ""][int(skip_first) :]
    bound: Bound = {}
    position = 0
    for argument in given:
        if argument.name in {"*", "**"}:
            rest = elements(argument.value) if argument.name == "*" else UNKNOWN
            for parameter in positional[position:]:
                bound.setdefault(parameter.name, rest)
        elif argument.name:
            bound[argument.name] = argument.value
        elif position < len(positional):
            bound[positional[position].name] = argument.value
            position += 1
        else:
            _add_extra(node, bound, argument.value)
    return bound


def _add_extra(node: code.Function | code.Lambda, bound: Bound, value: Value) -> None:
    for parameter in node.parameters:
        if parameter.kind == "*":
            held = bound.get(parameter.name, Items(exact=True))
            values = held.values if isinstance(held, Items) else ()
            bound[parameter.name] = Items((*values, value), exact=True)


def defaults(
    world: Surroundings,
    callee: Callee,
    node: code.Function | code.Lambda,
    given: Sequence[Given],
    bound: Bound,
) -> Bound:
    """The tasks, and what makes handles, that a call leaves parameters to."""
    if isinstance(callee, Closure) or any(each.name == "**" for each in given):
        return {}
    scope = callee.symbol.scope
    named = {
        parameter.name: world.names.dotted(scope, code.dotted(parameter.default))
        for parameter in node.parameters
        if isinstance(parameter.default, (code.Name, code.Attribute))
        and parameter.name not in bound
    }
    return {
        name: value
        for name, value in named.items()
        if isinstance(value, TaskValue) or makes_handles(value)
    }


def skips_first(callee: Callee, node: code.Function | code.Lambda) -> bool:
    """Whether the first parameter is bound by no argument of the call."""
    if isinstance(callee, Closure):
        return False
    if callee.owner is not None:
        is_unbound = isinstance(
            callee.owner, ClassValue
        ) and not callee.symbol.is_decorated("classmethod")
        return not is_unbound and not _is_static(callee.symbol)
    # The first parameter of a bound task is the task itself.
    first = node.parameters[0].name if node.parameters else ""
    return first == "self" and bool(callee.symbol.definition.decorators)


def of_given_class(node: code.Function, bound: Bound) -> Value:
    """An instance of the class given for ``klass: type[T]``, where ``T`` is returned."""
    returned = set(code.names_in(node.returns)) if node.returns else set()
    for parameter in node.parameters:
        value, annotation = bound.get(parameter.name), parameter.annotation
        if (
            isinstance(value, ClassValue)
            and isinstance(annotation, code.Subscript)
            and code.last_name(annotation.value) in {"type", "Type"}
            and isinstance(annotation.index, code.Name)
            and annotation.index.id in returned
        ):
            return Instance(value.symbol)
    return UNKNOWN


def _is_static(symbol: FunctionSymbol | None) -> bool:
    return symbol is not None and symbol.is_decorated("staticmethod")


def bind_parameters(
    frame: Frame, node: code.Function | code.Lambda, bound: Bound | None
) -> None:
    """Give each parameter its value at the start of a run."""
    names = frame.state.names
    for position, parameter in enumerate(node.parameters):
        value = bound.get(parameter.name) if bound is not None else None
        if position == 0 and _is_bound(frame, parameter):
            names[parameter.name] = _first_of(frame)
            continue
        if value is None or not (is_telling(value) or is_leading_class(frame.world, value)):
            value = _unbound(frame, parameter, bound)
        elif not _is_annotated_handle(frame, parameter):
            frame.handed_in.update(keys_in(value))
        names[parameter.name] = value


def note_dependencies(frame: Frame, node: code.Function | code.Lambda) -> None:
    """Evaluate ``Depends(function)`` in a signature: that function answers requests, too."""
    if isinstance(node, code.Lambda):
        return
    signature = [*node.decorators]
    for parameter in node.parameters:
        signature += filter(None, (parameter.default, parameter.annotation))
    for call in _dependencies(*signature):
        frame.evaluate(call)


def _dependencies(*parts: code.Expression) -> Iterator[code.Call]:
    for part in parts:
        for call in code.walk(part):
            if (
                isinstance(call, code.Call)
                and code.last_name(call.function) in DEPENDENCIES
            ):
                yield call


def _given_by_dependency(frame: Frame, parameter: code.Parameter) -> Value:
    """What ``result=Depends(function)`` gives, where the framework calls the function."""
    for call in _dependencies(*filter(None, (parameter.default, parameter.annotation))):
        for argument in call.arguments[:1]:
            return frame.called(frame.evaluate(argument.value), (), call)
    return UNKNOWN


def _is_bound(frame: Frame, parameter: code.Parameter) -> bool:
    """Whether the first parameter is what the function is bound to."""
    if frame.owner is not None:
        return not _is_static(frame.symbol)
    symbol = frame.symbol
    return symbol is not None and parameter.name == "self" and frame.world.is_task(symbol)


def _first_of(frame: Frame) -> Value:
    owner = frame.owner
    if owner is None:
        return TaskValue(frame.symbol.name if frame.symbol else "")
    is_class_method = frame.symbol is not None and frame.symbol.is_decorated("classmethod")
    if isinstance(owner, Instance) and is_class_method:
        return ClassValue(owner.symbol)
    return owner


def _is_annotated_handle(frame: Frame, parameter: code.Parameter) -> bool:
    """Whether an annotation says that no caller gives anything but a handle."""
    return isinstance(_annotated(frame, parameter), Handle)


def _annotated(frame: Frame, parameter: code.Parameter) -> Value:
    if parameter.annotation is None:
        return UNKNOWN
    return annotated(frame, parameter.annotation, code.Name(parameter.name))


def _unbound(frame: Frame, parameter: code.Parameter, bound: Bound | None) -> Value:
    given = _given_by_dependency(frame, parameter) if bound is None else UNKNOWN
    if is_telling(given):
        return given  # it also knows whether a handle is finished
    value = _annotated(frame, parameter)
    if value != UNKNOWN:
        return value
    default = parameter.default
    if bound is None and isinstance(default, (code.Name, code.Attribute)):
        made_by = frame.evaluate(default)
        return made_by if makes_handles(made_by) else Parameter(parameter.name)
    if bound is None or parameter.name in bound:
        return Parameter(parameter.name)
    if isinstance(default, code.Constant) and (
        default.value is None or isinstance(default.value, bool)
    ):
        return Literal(default.value)
    return Parameter(parameter.name)
