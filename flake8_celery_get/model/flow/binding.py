"""What an assignment binds: names, attributes, items, and tuples of these."""

from __future__ import annotations

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.flow.kept_ids import note_assigned
from flake8_celery_get.model.flow.shared import fill, keep, keep_in_module
from flake8_celery_get.model.flow.stores.kept import (
    store_attribute,
    store_element,
    store_item,
)
from flake8_celery_get.model.flow.written import holds_object, is_attribute_alike
from flake8_celery_get.model.values.mappings import Entry, entries_of, mapping_of
from flake8_celery_get.model.values.parts import either, elements, options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    Instance,
    Items,
    Literal,
    Value,
)
from flake8_celery_get.source import code


def assign(frame: Frame, target: code.Expression, value: Value) -> None:
    """Bind ``target``, taking ``value`` apart where the target is a tuple."""
    note_assigned(frame, target, value)
    if isinstance(target, code.Name):
        frame.bind(target.id, value)
        if target.id in frame.globals:
            keep(frame, target.id, value)
        elif target.id in frame.outer:
            bind_around(frame.parent, target.id, value)
    elif isinstance(target, code.Attribute):
        _assign_attribute(frame, target, value)
    elif isinstance(target, code.Subscript):
        _assign_item(frame, target, value)
    elif isinstance(target, code.Starred):
        assign(frame, target.value, Items((value,)))
    elif isinstance(target, code.Display):
        _unpack(frame, target, value)


def bind_around(frame: Frame | None, name: str, value: Value) -> None:
    """Bind a name of a function around: what does so may have been called, or not."""
    while frame is not None and name not in frame.state.names:
        frame = frame.parent
    if frame is not None:
        frame.bind(name, either([frame.state.names[name], value]))


def _assign_attribute(frame: Frame, target: code.Attribute, value: Value) -> None:
    name = code.dotted(target)
    if name:
        frame.bind(name, value)
    owner = _owner(frame, target.value, value)
    if _is_sure(frame, target, owner, value):
        frame.world.note_attribute(owner, target.name, value)
    keep_in_module(frame, owner, target.name, value)
    store_attribute(frame, target, owner, value)
    frame.world.acts.assigned(frame, owner, Literal(target.name), value, target)


def _is_sure(frame: Frame, target: code.Attribute, owner: Value, value: Value) -> bool:
    """Whether no other code sets the attribute to an object that need not wait."""
    if not isinstance(owner, (ClassValue, Instance)) or not holds_object(value):
        return True
    return is_attribute_alike(frame, target, owner.symbol)


def _owner(frame: Frame, node: code.Expression, value: Value) -> Value:
    """Whose attribute gets a value; one that leads to waits is worth a look at any variable."""
    owner = frame.evaluate(node)
    if owner != UNKNOWN or not isinstance(node, code.Name):
        return owner
    if any(
        isinstance(option, Instance) and frame.world.concerns(option.symbol)
        for option in options(value)
    ):
        with frame.world.looking_deep():
            return frame.evaluate(node)
    return owner


def _assign_item(frame: Frame, target: code.Subscript, value: Value) -> None:
    index = frame.evaluate(target.index) if target.index is not None else UNKNOWN
    name = code.dotted(target.value)
    if not name:
        return
    held = frame.evaluate(target.value)
    frame.world.acts.assigned(frame, held, index, value, target.value)
    store_item(frame, target, held, index, value)
    keys = (index,) if isinstance(index, Literal) else ()
    fill(frame, target.value, value, "mapping", keys)
    store_element(frame, target.value, value, "mapping")
    if isinstance(held, Items):
        place = frame.scope.path, code.place(target.value)
        is_own = name in frame.state.names
        entry = Entry(index, value, place)
        filled = _with_item(held, entry)
        frame.bind(name, filled)
        if not is_own:
            bind_around(frame.parent, name, filled)
        _tell_owner(frame, target.value, mapping_of((entry,)))
    if isinstance(target.index, code.Constant):
        frame.bind(code.dotted(target), value)


def _tell_owner(frame: Frame, filled: code.Expression, added: Items) -> None:
    """``app.conf.task_routes["add"] = …`` adds to what ``app.conf`` says."""
    if isinstance(filled, code.Attribute):
        owner = frame.evaluate(filled.value)
        frame.world.acts.assigned(frame, owner, Literal(filled.name), added, filled)


def _with_item(held: Items, entry: Entry) -> Items:
    entries = entries_of(held)
    if entries is None:
        return Items((*held.values, entry.value), held.kind)
    return mapping_of((*entries, entry))


def _fields_of(frame: Frame, row: Instance) -> Value:
    """The fields of an object that can be unpacked: that of a ``NamedTuple``."""
    classes = frame.world.classes
    if not classes.derives_from(row.symbol, "typing.NamedTuple"):
        return UNKNOWN
    found = (classes.variable(row.symbol, name) for name in row.symbol.fields)
    return Items(tuple(UNKNOWN if value is None else value for value in found), exact=True)


def _unpack(frame: Frame, target: code.Display, value: Value) -> None:
    starred = any(isinstance(item, code.Starred) for item in target.items)
    if isinstance(value, Instance):
        value = _fields_of(frame, value)
    for position, item in enumerate(target.items):
        if starred or not isinstance(value, Items) or not value.exact:
            part = elements(value)
        elif position < len(value.values):
            part = value.values[position]
        else:
            part = UNKNOWN
        assign(frame, item, part)
