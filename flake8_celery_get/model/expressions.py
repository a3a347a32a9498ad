"""What an expression stands for. One function a kind of expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from flake8_celery_get.model import celery_words
from flake8_celery_get.model.attributes import ALWAYS_EAGER, attribute
from flake8_celery_get.model.binding import assign
from flake8_celery_get.model.calls import call, invert
from flake8_celery_get.model.comparisons import comparison
from flake8_celery_get.model.frame import Frame, Names, join
from flake8_celery_get.model.values import (
    UNKNOWN,
    Closure,
    Items,
    Key,
    Literal,
    Signature,
    TaskValue,
    Truth,
    Value,
    either,
    elements,
    implied,
    options,
)
from flake8_celery_get.source import code

_Evaluation: TypeAlias = Callable[[Frame, Any], Value]


_E = TypeVar("_E", bound=Callable[[Frame, Any], Value])


_KINDS: dict[type[code.Node], _Evaluation] = {}


def evaluate(frame: Frame, node: code.Expression) -> Value:
    """The value of ``node`` at this point of ``frame``; waits inside it are noted."""
    evaluation = _KINDS.get(type(node))
    return evaluation(frame, node) if evaluation else UNKNOWN


def _evaluates(kind: type[code.Node]) -> Callable[[_E], _E]:
    def register(function: _E) -> _E:
        _KINDS[kind] = function
        return function

    return register


@_evaluates(code.Constant)
def _constant(_: Frame, node: code.Constant) -> Value:
    return Literal(node.value)


@_evaluates(code.Name)
def _name(frame: Frame, node: code.Name) -> Value:
    return frame.lookup(node.id)


@_evaluates(code.Attribute)
def _attribute(frame: Frame, node: code.Attribute) -> Value:
    held = frame.state.names.get(code.dotted(node))
    if held is not None:
        return held
    return attribute(frame, evaluate(frame, node.value), node.name, node)


@_evaluates(code.Call)
def _call(frame: Frame, node: code.Call) -> Value:
    return call(frame, node)


@_evaluates(code.Invert)
def _invert(frame: Frame, node: code.Invert) -> Value:
    return invert(frame, evaluate(frame, node.value), node)


@_evaluates(code.Display)
def _display(frame: Frame, node: code.Display) -> Value:
    values: list[Value] = []
    exact = node.kind != "set"
    for item in node.items:
        if isinstance(item, code.Starred):
            values.append(elements(evaluate(frame, item.value)))
            exact = False
        else:
            values.append(evaluate(frame, item))
    return Items(tuple(values), exact=exact)


@_evaluates(code.Mapping)
def _mapping(frame: Frame, node: code.Mapping) -> Value:
    values = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            evaluate(frame, key)
        found = evaluate(frame, value)
        values.append(found if key is not None else elements(found))
    return Items(tuple(values), "mapping")


@_evaluates(code.Subscript)
def _subscript(frame: Frame, node: code.Subscript) -> Value:
    held = frame.state.names.get(code.dotted(node))
    value = evaluate(frame, node.value)
    index = evaluate(frame, node.index) if node.index is not None else None
    for part in node.parts:
        evaluate(frame, part)
    if isinstance(index, Literal) and index.value in celery_words.EAGER_SETTINGS:
        return ALWAYS_EAGER
    if held is not None:
        return held
    return either(_element(option, index) for option in options(value))


def _element(value: Value, index: Value | None) -> Value:
    if isinstance(value, (Signature,)):
        return value
    if index is None:  # a slice of a list is a list
        return value if isinstance(value, Items) else UNKNOWN
    if isinstance(value, Items) and value.exact and isinstance(index, Literal):
        position = index.value
        if isinstance(position, int) and -len(value.values) <= position < len(value.values):
            return value.values[position]
    return elements(value)


@_evaluates(code.Not)
def _not(frame: Frame, node: code.Not) -> Value:
    value = evaluate(frame, node.value)
    if isinstance(value, Truth):
        return Truth(value.when_false, value.when_true)
    if isinstance(value, Literal):
        return Literal(not value.value)
    return UNKNOWN


@_evaluates(code.Boolean)
def _boolean(frame: Frame, node: code.Boolean) -> Value:
    goes_on_when = node.operator == "and"
    left = evaluate(frame, node.left)
    before = frame.state.copy()
    frame.assume(left, goes_on_when)
    right = evaluate(frame, node.right)
    after = frame.state
    before_ends = before.copy()
    frame.state = before_ends
    frame.assume(left, not goes_on_when)
    names = {**before.names, **after.names} if after.reached else before.names
    frame.state = join([frame.state, after])
    frame.state.names.update(names)
    return _either_side(left, right, goes_on_when)


def _either_side(left: Value, right: Value, is_and: bool) -> Value:
    sides = (left, right)
    if any(isinstance(option, Truth) for side in sides for option in options(side)):
        both = _both(left, right, is_and)
        one = _one(left, right, not is_and)
        return Truth(both, one) if is_and else Truth(one, both)
    if is_and and isinstance(left, Literal):
        return right if left.value else left
    if not is_and and isinstance(left, Literal):
        return left if left.value else right
    return right if is_and else either(sides)


def _both(left: Value, right: Value, holds: bool) -> frozenset[Key]:
    """What is finished when both sides turn out so."""
    return (implied(left, holds) or frozenset()) | (implied(right, holds) or frozenset())


def _one(left: Value, right: Value, holds: bool) -> frozenset[Key]:
    """What is finished when one side or the other turns out so."""
    ways = [known for side in (left, right) if (known := implied(side, holds)) is not None]
    return frozenset.intersection(*ways) if ways else frozenset()


@_evaluates(code.Compare)
def _compare(frame: Frame, node: code.Compare) -> Value:
    left = evaluate(frame, node.left)
    results = []
    for operator, right_node in zip(node.operators, node.rights, strict=True):
        right = evaluate(frame, right_node)
        results.append(comparison(left, operator, right))
        left = right
    if len(results) == 1:
        return results[0]
    known = [implied(result, True) or frozenset() for result in results]
    return Truth(frozenset().union(*known))


@_evaluates(code.Binary)
def _binary(frame: Frame, node: code.Binary) -> Value:
    left, right = evaluate(frame, node.left), evaluate(frame, node.right)
    if node.operator == "|" and isinstance(left, (Signature, TaskValue)):
        return Signature("chain")
    if node.operator == "+" and isinstance(left, Items) and isinstance(right, Items):
        return Items((*left.values, *right.values), left.kind, left.exact and right.exact)
    if node.operator == "*" and isinstance(left, Items):
        return Items(left.values, left.kind)
    return UNKNOWN


@_evaluates(code.Conditional)
def _conditional(frame: Frame, node: code.Conditional) -> Value:
    test = evaluate(frame, node.test)
    before = frame.state
    ends, values = [], []
    for branch, holds in ((node.body, True), (node.orelse, False)):
        frame.state = before.copy()
        frame.assume(test, holds)
        if frame.state.reached:
            values.append(evaluate(frame, branch))
            ends.append(frame.state)
    frame.state = join(ends) if ends else before
    return either(values)


@_evaluates(code.Lambda)
def _lambda(frame: Frame, node: code.Lambda) -> Value:
    return Closure(node, frame)


@_evaluates(code.Comprehension)
def _comprehension(frame: Frame, node: code.Comprehension) -> Value:
    outer: Names = dict(frame.state.names)
    finished = frame.state.finished
    for clause in node.clauses:
        assign(frame, clause.target, elements(evaluate(frame, clause.iterable)))
        for test in clause.tests:
            frame.assume(evaluate(frame, test), True)
    frame.state.reached = True
    if node.key is not None:
        evaluate(frame, node.key)
    element = frame.as_known(evaluate(frame, node.element))
    frame.state.names = outer
    frame.state.finished = finished
    return Items((element,), "mapping" if node.kind == "dict" else "sequence")


@_evaluates(code.Await)
def _await(frame: Frame, node: code.Await) -> Value:
    value = evaluate(frame, node.value)
    if _is_pause(node.value):
        for loop in frame.loops:
            loop.awaits = True
    return value


def _is_pause(node: code.Expression) -> bool:
    return isinstance(node, code.Call) and code.last_name(node.function) in {
        "sleep", "wait", "wait_for", "checkpoint",
    }  # fmt: skip


@_evaluates(code.Yield)
def _yield(frame: Frame, node: code.Yield) -> Value:
    if node.value is not None:
        value = evaluate(frame, node.value)
        frame.yields.append(elements(value) if node.delegates else value)
    return UNKNOWN


@_evaluates(code.Walrus)
def _walrus(frame: Frame, node: code.Walrus) -> Value:
    value = evaluate(frame, node.value)
    assign(frame, node.target, value)
    return value


@_evaluates(code.Starred)
def _starred(frame: Frame, node: code.Starred) -> Value:
    return evaluate(frame, node.value)


@_evaluates(code.Other)
def _other(frame: Frame, node: code.Other) -> Value:
    for part in node.parts:
        evaluate(frame, part)
    return UNKNOWN
