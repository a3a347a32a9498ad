"""Objects that are put into the stores of web apps, and taken out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.shared import outlasts
from flake8_celery_get.model.flow.stores.slots import (
    may_hold,
    slot_of_attribute,
    slot_of_item,
)
from flake8_celery_get.model.values.parts import keys_in
from flake8_celery_get.model.values.values import UNKNOWN, Items
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.values import Slot, Value


def store_attribute(
    frame: Frame, target: code.Attribute, owner: Value, value: Value
) -> None:
    """``app.state.jobs = value``."""
    if outlasts(frame.world, value):
        slot = slot_of_attribute(frame, target.value, owner, target.name)
        put(frame, slot, target.value, value)


def store_item(
    frame: Frame, target: code.Subscript, owner: Value, index: Value, value: Value
) -> None:
    """``app["jobs"] = value``, ``app.extensions["jobs"] = value``."""
    if outlasts(frame.world, value):
        slot = slot_of_item(frame, target.value, owner, target.index, index)
        put(frame, slot, target.value, value)


def stored_attribute(frame: Frame, owner: Value, node: code.Attribute) -> Value | None:
    """What is kept as ``request.app.state.jobs``."""
    if not may_hold(node.value, owner) or not frame.world.stored.keeps(node.name):
        return None
    return taken(frame, slot_of_attribute(frame, node.value, owner, node.name))


def stored_item(
    frame: Frame, owner: Value, node: code.Subscript, index: Value
) -> Value | None:
    """What is kept as ``request.app["jobs"]``, ``current_app.extensions["jobs"]``."""
    if not may_hold(node.value, owner):
        return None
    return taken(frame, slot_of_item(frame, node.value, owner, node.index, index))


def store_element(
    frame: Frame, container: code.Expression, value: Value, kind: str
) -> None:
    """``request.app.state.jobs[number] = value``, ``app["jobs"].append(value)``."""
    if not isinstance(container, (code.Attribute, code.Subscript)):
        return
    if not outlasts(frame.world, value):
        return
    holder = container.value
    owner, index = frame.evaluate(holder), None
    if isinstance(container, code.Attribute):
        slot = slot_of_attribute(frame, holder, owner, container.name)
    else:
        index = UNKNOWN if container.index is None else frame.evaluate(container.index)
        slot = slot_of_item(frame, holder, owner, container.index, index)
    put(frame, slot, holder, Items((value,), kind))


def put(frame: Frame, slot: Slot | None, holder: code.Expression, value: Value) -> None:
    """Note that code has put a value into a slot of ``holder``."""
    if slot is not None:
        frame.world.stored.note(frame.scope.path, slot, code.last_name(holder), value)


def taken(frame: Frame, slot: Slot | None) -> Value | None:
    """What code takes out of a slot."""
    found = frame.world.stored.in_slot(slot) if slot is not None else None
    if found is not None:
        frame.taken.update(keys_in(found))
    return found
