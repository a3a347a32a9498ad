"""Lists, sets and dicts: what goes in comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.binding import assign, bind_around
from flake8_celery_get.model.flow.comparisons import chosen
from flake8_celery_get.model.flow.shared import fill
from flake8_celery_get.model.flow.stores.kept import store_element
from flake8_celery_get.model.settings.given import mapping
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.lasting import carries
from flake8_celery_get.model.values.mappings import entries_of, mapping_of
from flake8_celery_get.model.values.parts import either, element, elements
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Items,
    Literal,
    Signature,
    StateValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame


GROWS = frozenset({"append", "add", "appendleft", "insert", "setdefault", "push"})


def container_method(
    frame: Frame, owner: Items, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What a method of a list, set or dict gives."""
    values = tuple(argument.value for argument in given)
    if name in GROWS and values:
        return _grown(frame, node, owner, (frame.as_known(values[-1]),))
    if name == "update" and (merged := _merged(frame, owner, given, node)) is not None:
        return _grown(frame, node, owner, merged.values, merged)
    if name in {"extend", "update"} and values:
        more = (each.value if each.name else elements(each.value) for each in given)
        return _grown(frame, node, owner, tuple(more))
    if name == "items":
        return Items((Items((_key_of(owner), elements(owner)), exact=True),))
    if name == "keys":
        return Items(owner.keys or (UNKNOWN,))
    if name in {"values", "copy"}:
        return Items(owner.values)
    if name in {"get", "pop"} and values and owner.kind == "mapping":
        if isinstance(values[0], StateValue):
            return chosen(owner, values[0], values[1:])
        return _under_key(owner, name, values)
    if name in {"get", "pop", "popleft", "popitem"}:
        return elements(owner)
    return UNKNOWN


def _key_of(owner: Items) -> Value:
    """The keys of a mapping, if they are handles: ``{add.delay(row): row}``."""
    handles = [key for key in owner.keys if carries(key)]
    return either(handles) if handles else UNKNOWN


def _under_key(owner: Items, method: str, values: tuple[Value, ...]) -> Value:
    """What ``mapping.get(key, default)`` gives, or ``pop``: the default if the key may lack."""
    found = element(owner, values[0])
    if values[0] in owner.keys and UNKNOWN not in owner.keys:
        return found
    default = values[1:2] or ((Literal(None),) if method == "get" else ())
    return either([found, *default])


def perhaps_grown(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Value:
    """What a Celery value is appended to is a container, though nobody saw it made."""
    if given and carries(given[-1].value):
        # What a canvas holds by now comes first; handles are all that matters of others.
        is_part = isinstance(given[-1].value, Signature)
        owner = Items((UNKNOWN,) if is_part else ())
        return container_method(frame, owner, code.last_name(node.function), given, node)
    return UNKNOWN


def _merged(
    frame: Frame, owner: Items, given: tuple[Given, ...], node: code.Call
) -> Items | None:
    """A mapping after ``update``; None where not all of its keys are known."""
    had, more = entries_of(owner), mapping(given, (frame.scope.path, node.at))
    if had is None or not more or any(entry.is_open for entry in more):
        return None
    return mapping_of((*had, *more))


def _grown(
    frame: Frame,
    node: code.Call,
    owner: Items,
    more: tuple[Value, ...],
    grown: Items | None = None,
) -> Value:
    if isinstance(node.function, code.Attribute):
        grown = grown or Items(tuple(dict.fromkeys((*owner.values, *more))), owner.kind)
        target = _place_of(node.function.value)
        if isinstance(target, (code.Name, code.Attribute)):
            kind = "mapping" if node.function.name == "setdefault" else "sequence"
            for each in more:
                fill(frame, target, each, kind)
                store_element(frame, target, each, kind)
        if isinstance(target, (code.Name, code.Attribute, code.Subscript)):
            is_own = code.dotted(target) in frame.state.names
            assign(frame, target, grown)
            if isinstance(target, code.Name) and not is_own:
                bind_around(frame.parent, target.id, grown)
    return more[0]


def _place_of(container: code.Expression) -> code.Expression:
    """Where a container is kept: ``rows.setdefault(key, [])`` is ``rows[key]``."""
    if not isinstance(container, code.Call) or not container.arguments:
        return container
    method = container.function
    if not isinstance(method, code.Attribute) or method.name != "setdefault":
        return container
    return code.Subscript(method.value, container.arguments[0].value)
