"""Which store an expression means, and which of its keys.

Who answers a request takes an object out by another expression than the one by which it was
put in: ``app.state.jobs = Jobs()``, ``request.app.state.jobs``. Nothing but the names of the
store and of the object connects the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.known.web import stores as web_stores
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    External,
    Instance,
    Literal,
    Made,
    Method,
    Parameter,
    Unknown,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.values import Slot


def slot_of_attribute(
    frame: Frame, holder: code.Expression, value: Value, name: str
) -> Slot | None:
    """The slot of ``holder.name``, where ``holder`` is a store; ``app.state`` is none itself."""
    store = _store(frame, holder, value)
    is_slot = store and f"{store}.{name}" not in web_stores.STORES
    return (store, name) if is_slot else None


def slot_of_item(
    frame: Frame,
    holder: code.Expression,
    value: Value,
    node: code.Expression | None,
    key: Value,
) -> Slot | None:
    """The slot of ``holder[node]``, where ``holder`` is a store and ``key`` is known."""
    store = _store(frame, holder, value)
    name = _key(frame, node, key) if store else ""
    return (_of_items(store), name) if name else None


def may_hold(holder: code.Expression, value: Value) -> bool:
    """Whether it can be a store at all: most values can't."""
    is_outside = isinstance(value, (External, Made))
    return is_outside or web_stores.may_hold(code.last_name(holder))


def _of_items(store: str) -> str:
    is_own = store in (web_stores.APP, web_stores.REQUEST)
    return store + web_stores.ITEMS if is_own else store


def _key(frame: Frame, node: code.Expression | None, index: Value) -> str:
    """The text of a key, or the name of a constant that is one: ``JOBS = AppKey(…)``."""
    if isinstance(index, Literal):
        return index.value if isinstance(index.value, str) else ""
    first = node
    while isinstance(first, code.Attribute):
        first = first.value
    if node is None or not isinstance(first, code.Name) or first.id in frame.state.names:
        return ""  # a variable may be any key
    return code.last_name(node)


def _store(frame: Frame, node: code.Expression, value: Value) -> str:
    """The store that an expression means, whose value is known; empty for none."""
    if isinstance(node, code.Name) and node.id in web_stores.ROOMS and _is_open(value):
        node = _bound_to(frame, node)
    if isinstance(node, code.Attribute) and node.name in web_stores.ROOMS:
        store = f"{_holder_of_room(frame, node)}.{node.name}"
        return store if store in web_stores.STORES else ""
    holder = _holder(frame, node, value)
    is_other = holder == web_stores.REQUEST and not web_stores.may_hold(_name_of(node))
    return "" if is_other else holder


def _bound_to(frame: Frame, name: code.Name) -> code.Expression:
    """``request.app.state`` where the function says ``state = request.app.state``."""
    function = frame.world.calls.code_around(frame.within)
    found = [
        part.value
        for part in (code.walk(function) if function is not None else ())
        if isinstance(part, code.Assign) and part.value is not None
        if any(code.dotted(target) == name.id for target in part.targets)
    ]
    return found[0] if len(found) == 1 else name


def _holder_of_room(frame: Frame, room: code.Attribute) -> str:
    """Whether ``x`` of ``x.state`` is an app or a request."""
    owner = _known(frame, room.value)
    if room.name == "settings" and any(map(web_stores.is_handler, _bases(frame, owner))):
        return web_stores.APP
    return _holder(frame, room.value, owner)


def _known(frame: Frame, node: code.Expression) -> Value:
    """What an expression is, though nobody had to know: ``app = typer.Typer()`` is no web app."""
    value = frame.evaluate(node)
    if value != UNKNOWN or not isinstance(node, code.Name):
        return value
    if not web_stores.holder_by_name(node.id):
        return value
    with frame.world.looking_deep():
        return frame.evaluate(node)


def _holder(frame: Frame, node: code.Expression, value: Value) -> str:
    """Whether an expression means an app, a request or a context."""
    for option in options(value):
        paths = [option.path] if isinstance(option, (External, Made)) else []
        for path in (*paths, *_bases(frame, option)):
            if holder := web_stores.holder_by_path(path):
                return holder
    return web_stores.holder_by_name(_name_of(node)) if _is_open(value) else ""


def _name_of(node: code.Expression) -> str:
    """The last name of an expression; ``request.scope["app"]`` is an app, too."""
    if isinstance(node, code.Subscript) and isinstance(node.index, code.Constant):
        return str(node.index.value)
    return code.last_name(node)


def _bases(frame: Frame, value: Value) -> list[str]:
    if not isinstance(value, Instance):
        return []
    return frame.world.classes.outside_bases(value.symbol)


def _is_open(value: Value) -> bool:
    """Whether nothing is known of a value but what it is called."""
    if isinstance(value, Method):
        return isinstance(value.owner, Parameter)
    return isinstance(value, (Unknown, Parameter))
