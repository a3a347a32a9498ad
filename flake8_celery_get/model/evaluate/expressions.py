"""What an expression stands for. One function a kind of expression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias, TypeVar

from flake8_celery_get.model.calls.builtin_calls import named_global
from flake8_celery_get.model.calls.calls import call, invert
from flake8_celery_get.model.calls.environment import (
    ENVIRONMENT,
    is_default_set,
    name_of,
)
from flake8_celery_get.model.classes.attributes import ALWAYS_EAGER, attribute
from flake8_celery_get.model.classes.protocols import ask_truth, asked, called, iterated
from flake8_celery_get.model.classes.routed_views import note_route
from flake8_celery_get.model.evaluate.none_checks import binds_none, is_none_check
from flake8_celery_get.model.evaluate.task_names import task_elsewhere
from flake8_celery_get.model.flow.binding import assign
from flake8_celery_get.model.flow.comparisons import chosen, comparison, negated, searched
from flake8_celery_get.model.flow.constants import resolved
from flake8_celery_get.model.flow.frame import Frame, Names, join
from flake8_celery_get.model.flow.kept_ids import note_items
from flake8_celery_get.model.flow.narrowing import narrowing
from flake8_celery_get.model.flow.stores.kept import stored_item
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.notes import concerns_handle
from flake8_celery_get.model.sends.canvas import joined
from flake8_celery_get.model.sends.naive_now import moved
from flake8_celery_get.model.sends.paths import below
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.final_states import implied, possible
from flake8_celery_get.model.values.mappings import Entry, entries_of, mapping_of, unpacked
from flake8_celery_get.model.values.parts import either, element, elements, options
from flake8_celery_get.model.values.products import product
from flake8_celery_get.model.values.texts import formatted, percent_formatted, sliced
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Closure,
    External,
    FromEnvironment,
    Handle,
    Instance,
    Items,
    Key,
    Literal,
    Namespace,
    Rows,
    Signature,
    StateValue,
    TaskValue,
    Text,
    Truth,
    Value,
)
from flake8_celery_get.source import code
from flake8_celery_get.source.code import Span

_Evaluation: TypeAlias = Callable[[Frame, Any], Value]


_E = TypeVar("_E", bound=Callable[[Frame, Any], Value])


_KINDS: dict[type[code.Node], _Evaluation] = {}


def evaluate(frame: Frame, node: code.Expression) -> Value:
    """The value of ``node`` at this point of ``frame``; waits inside it are noted."""
    evaluation = _KINDS.get(type(node))
    return evaluation(frame, node) if evaluation else UNKNOWN


def condition(
    frame: Frame, node: code.Expression, use: str = "condition", at: Span | None = None
) -> Value:
    """The same for an expression that is asked for its truth, ``at`` its own place or another."""
    if isinstance(node, code.Boolean):  # then each side is, the last one too
        return _boolean(frame, node, partial(condition, use=use, at=at))
    asked = asked_by_bool(frame, node)
    if asked is not None:
        return condition(frame, asked, use, at or code.place(node))
    value = evaluate(frame, node)
    ask_truth(frame, value, node)
    handles = [option for option in options(value) if isinstance(option, Handle)]
    if not any(_is_about_none(frame, node, handle) for handle in handles):
        frame.world.notes.meant(frame, at or code.place(node), value, use)
    return value


def _is_about_none(frame: Frame, node: code.Expression, handle: Handle) -> bool:
    """Whether a test of a handle asks if there is one."""
    if _may_be_empty(frame, node, handle) or is_none_check(node, frame.decided):
        return True
    around = frame.world.calls.code_around(frame.within)
    return (
        isinstance(node, code.Name) and around is not None and binds_none(around, node.id)
    )


def _may_be_empty(frame: Frame, node: code.Expression, handle: Handle) -> bool:
    """Whether what holds the handle may hold None at another time."""
    if not isinstance(node, code.Name):
        return not isinstance(node, (code.Call, code.Await))
    return any(
        node.id in loop.names.bound and handle.key not in loop.made for loop in frame.loops
    )


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
    value = evaluate(frame, node.value)
    if value == UNKNOWN and node.name in celery_words.SENDERS:
        value = task_elsewhere(frame, node.value)
    return attribute(frame, value, node.name, node)


@_evaluates(code.Call)
def _call(frame: Frame, node: code.Call) -> Value:
    if asked_by_bool(frame, node) is None:
        return call(frame, node)
    return _truth_of(condition(frame, node))


def asked_by_bool(frame: Frame, node: code.Expression) -> code.Expression | None:
    """``value`` of ``bool(value)``."""
    if not isinstance(node, code.Call) or code.dotted(node.function) != "bool":
        return None
    if len(node.arguments) != 1 or node.arguments[0].name:
        return None
    is_builtin = frame.evaluate(node.function) == External("builtins.bool")
    return node.arguments[0].value if is_builtin else None


def _truth_of(value: Value) -> Value:
    """What ``bool`` makes of a value: a handle is none afterwards."""
    return either(
        UNKNOWN if isinstance(option, Handle) else option for option in options(value)
    )


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
    note_route(frame, node.items, values)
    return Items(tuple(values), exact=exact)


@_evaluates(code.Mapping)
def _mapping(frame: Frame, node: code.Mapping) -> Value:
    entries: list[Entry] = []
    values: list[Value] = []
    for key, value, at in zip(node.keys, node.values, node.places, strict=True):
        named = evaluate(frame, key) if key is not None else None
        found = evaluate(frame, value)
        values.append(found if key is not None else elements(found))
        place = frame.scope.path, at
        if named is None:
            entries += unpacked(found, place)
        else:
            entries.append(Entry(named, found, place))
    note_items(frame, zip(node.keys, values, node.places, strict=True))
    if frame.world.sending is not None:
        frame.world.sending.beat.mapped(frame, node, values)
    return mapping_of(entries)


@_evaluates(code.Subscript)
def _subscript(frame: Frame, node: code.Subscript) -> Value:
    held = frame.state.names.get(code.dotted(node))
    value = evaluate(frame, node.value)
    index = evaluate(frame, node.index) if node.index is not None else None
    for part in node.parts:
        evaluate(frame, part)
    if isinstance(index, StateValue):
        value = resolved(frame, node.value, value)
    if isinstance(index, Literal) and index.value in celery_words.EAGER_SETTINGS:
        return ALWAYS_EAGER
    if held is not None:
        return held
    kept = stored_item(frame, value, node, index) if index is not None else None
    if kept is not None:
        return kept
    if node.bounds:
        bounds = [
            Literal(None) if bound is None else evaluate(frame, bound)
            for bound in node.bounds
        ]
        return either(sliced(option, bounds) for option in options(value))
    return either(_item(frame, option, index, node) for option in options(value))


def _item(frame: Frame, value: Value, index: Value | None, node: code.Subscript) -> Value:
    if isinstance(value, Namespace):
        return named_global(frame, value, UNKNOWN if index is None else index)
    if value == _MODULES and isinstance(index, Literal):
        return frame.world.module_within(External(str(index.value)))
    if not isinstance(value, Instance) or index is None or node.index is None:
        return _element(value, index)
    given = Given("", index, node.index)
    found = called(frame, value, "__getitem__", node, given)
    return UNKNOWN if found is None else found


_MODULES = External("sys.modules")
"""``sys.modules[__name__]`` is the module that says so."""

_SAYS_MORE = frozenset(
    f"{package}.{name}"
    for package in ("typing", "typing_extensions")
    for name in ("Annotated", "Optional")
)
"""What stands around a class in a type: ``Annotated[Service, Depends(service)]``."""


def _element(value: Value, index: Value | None) -> Value:
    if isinstance(value, (Signature,)):
        return value
    if index is None:  # a slice of a list is a list
        return value if isinstance(value, (Items, Rows)) else UNKNOWN
    if isinstance(value, External) and value.path in _SAYS_MORE:
        return index.values[0] if isinstance(index, Items) and index.values else index
    if value == External(ENVIRONMENT) and (name := name_of(index)):
        return FromEnvironment(UNKNOWN, name)
    if isinstance(index, StateValue):
        return chosen(value, index)
    return element(value, index)


@_evaluates(code.Not)
def _not(frame: Frame, node: code.Not) -> Value:
    value = condition(frame, node.value)
    if isinstance(value, Handle) and not _is_about_none(frame, node.value, value):
        return Literal(False)  # whoever tests a handle does not come here
    return either(map(negated, options(value)))


@_evaluates(code.Boolean)
def _boolean(frame: Frame, node: code.Boolean, last: _Evaluation = evaluate) -> Value:
    goes_on_when = node.operator == "and"
    is_value = not goes_on_when and last is evaluate
    with frame.deciding(node.right, *([node.left] if is_value else [])):
        left = condition(frame, node.left)
    before = frame.state.copy()
    frame.assume(left, goes_on_when)
    right = last(frame, node.right)
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
        both_ways = possible(left, is_and) & possible(right, is_and)
        one_way = possible(left, not is_and) | possible(right, not is_and)
        if is_and:
            return Truth(both, one, both_ways, one_way)
        return Truth(one, both, one_way, both_ways)
    if is_and and isinstance(left, Literal):
        return right if left.value else left
    if not is_and and isinstance(left, Literal):
        return left if left.value else right
    if not is_and and isinstance(left, FromEnvironment) and not is_default_set(left):
        return replace(left, default=right)
    return either(sides)


def _both(left: Value, right: Value, holds: bool) -> frozenset[Key]:
    """What is finished when both sides turn out so."""
    return (implied(left, holds) or frozenset()) | (implied(right, holds) or frozenset())


def _one(left: Value, right: Value, holds: bool) -> frozenset[Key]:
    """What is finished when one side or the other turns out so."""
    ways = [known for side in (left, right) if (known := implied(side, holds)) is not None]
    return frozenset.intersection(*ways) if ways else frozenset()


@_evaluates(code.Compare)
def _compare(frame: Frame, node: code.Compare) -> Value:
    left = _side(frame, node.left)
    results = []
    for operator, right_node in zip(node.operators, node.rights, strict=True):
        right = _side(frame, right_node)
        if operator in {"in", "not in"}:
            asked(frame, right, "__contains__", node)
        if isinstance(left, StateValue):
            right = searched(resolved(frame, _without_keys(right_node), right), operator)
        frame.world.notes.compared(frame, node.at, left, operator, right)
        results.append(comparison(left, operator, right))
        left = right
    if len(results) == 1:
        return results[0]
    known = [implied(result, True) or frozenset() for result in results]
    return Truth(frozenset().union(*known))


def _side(frame: Frame, node: code.Expression) -> Value:
    """One side of a comparison: in the program that is started, ``__name__`` is another one."""
    if isinstance(node, code.Name) and node.id == "__name__":
        return UNKNOWN
    return evaluate(frame, node)


def _without_keys(node: code.Expression) -> code.Expression:
    """``LABELS`` of ``LABELS.keys()``: ``in`` looks through the same."""
    if isinstance(node, code.Call) and isinstance(node.function, code.Attribute):
        return node.function.value if node.function.name == "keys" else node
    return node


@_evaluates(code.Binary)
def _binary(frame: Frame, node: code.Binary) -> Value:
    left, right = evaluate(frame, node.left), evaluate(frame, node.right)
    side = right if concerns_handle(right) and not concerns_handle(left) else left
    if node.operator in {"+", "-", "*"}:  # "%" may as well format a string
        frame.world.notes.meant(frame, node.at, side, "arithmetic")
    if node.operator == "|" and frame.world.listener is not None:
        frame.world.listener.joined(frame, left, right, node)
    if node.operator == "|" and isinstance(left, (Signature, TaskValue)):
        chain = joined(frame, left, right, node.at)
        if frame.world.sending is None:
            return chain
        members = frame.world.sending.joined("chain", (left, right)).members
        return replace(chain, members=members)
    if node.operator == "+" and isinstance(left, Items) and isinstance(right, Items):
        return Items((*left.values, *right.values), left.kind, left.exact and right.exact)
    if node.operator in {"-", "&"} and isinstance(left, Items) and isinstance(right, Items):
        return _kept_of_set(left, node.operator, right)
    if node.operator == "*" and isinstance(left, Items):
        return Items(left.values, left.kind)
    if node.operator == "|" and isinstance(left, Items) and isinstance(right, Items):
        return _merged(left, right)
    known = moved(left, node.operator, right) or product(left, node.operator, right)
    return known or below(left, node.operator) or _text(left, node.operator, right)


def _kept_of_set(left: Items, operator: str, right: Items) -> Value:
    """``READY_STATES - {"REVOKED"}``, where all elements are constants."""
    if not all(isinstance(each, Literal) for each in (*left.values, *right.values)):
        return UNKNOWN
    is_kept = operator == "&"
    return Items(tuple(each for each in left.values if (each in right.values) is is_kept))


def _merged(left: Items, right: Items) -> Value:
    entries = entries_of(left), entries_of(right)
    if entries[0] is None or entries[1] is None:
        return Items((*left.values, *right.values), left.kind)
    return mapping_of((*entries[0], *entries[1]))


def _text(left: Value, operator: str, right: Value) -> Value:
    """``"redis://" + host`` and ``"redis://%s" % host``: the beginning is known."""
    if isinstance(left, Text) and operator == "+":
        return left
    if not (isinstance(left, Literal) and isinstance(left.value, str)):
        return UNKNOWN
    if operator == "%":
        return percent_formatted(left.value, right)
    if operator != "+":
        return UNKNOWN
    if isinstance(right, Literal) and isinstance(right.value, str):
        return Literal(left.value + right.value)
    return Text(left.value)


@_evaluates(code.Template)
def _template(frame: Frame, node: code.Template) -> Value:
    parts = [evaluate(frame, part) for part in node.parts]
    return formatted(node.start, parts, node.texts)


@_evaluates(code.Conditional)
def _conditional(frame: Frame, node: code.Conditional) -> Value:
    with frame.deciding(node.body, node.orelse):
        test = condition(frame, node.test)
    known = narrowing(frame, node.test)
    before = frame.state
    ends, values = [], []
    for branch, holds in ((node.body, True), (node.orelse, False)):
        frame.state = before.copy()
        frame.assume(test, holds)
        if known is not None:
            known.apply(frame, holds)
        if frame.state.reached:
            values.append(frame.as_known(evaluate(frame, branch)))
            ends.append(frame.state)
    frame.state = join(ends) if ends else before
    return either(values)


@_evaluates(code.Lambda)
def _lambda(frame: Frame, node: code.Lambda) -> Value:
    return Closure(node, frame)


@_evaluates(code.Comprehension)
def _comprehension(frame: Frame, node: code.Comprehension) -> Value:
    outer: Names = dict(frame.state.names)
    finished, final = frame.state.finished, frame.state.final
    for clause in node.clauses:
        items = evaluate(frame, clause.iterable)
        each = iterated(frame, items, clause.iterable)
        assign(frame, clause.target, each)
        for test in clause.tests:
            frame.assume(condition(frame, test, "check"), True)
            known = narrowing(frame, test)
            if known is not None:
                known.apply(frame, True)
    frame.state.reached = True
    key = evaluate(frame, node.key) if node.key is not None else UNKNOWN
    element = frame.as_known(evaluate(frame, node.element))
    frame.state.names = outer
    frame.state.finished, frame.state.final = finished, final
    if node.kind == "dict":
        return Items((element,), "mapping", keys=(key,) if isinstance(key, Handle) else ())
    return Items((element,))


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
    frame.may_leave_loops()  # whoever asks for the values may stop asking
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
