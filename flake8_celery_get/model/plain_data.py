"""Handles that go where only plain data may go: into JSON, into a web response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.notes import is_handle
from flake8_celery_get.model.values import UNKNOWN, Items, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.arguments import Given
    from flake8_celery_get.model.frame import Frame

_TAKES_DATA = {
    "dumps": ("json", "simplejson", "ujson", "orjson", "rapidjson"),
    "dump": ("json", "simplejson", "ujson"),
    "JsonResponse": ("django",),
    "jsonify": ("flask", "quart"),
    "JSONResponse": ("fastapi", "starlette"),
    "Response": ("rest_framework",),
}
"""Last name, and the packages whose function of that name turns its arguments into JSON."""

_ENCODERS = frozenset({"cls", "default", "encoder", "**"})
"""Arguments that say how to encode what JSON does not know."""


def note_data(frame: Frame, path: str, given: tuple[Given, ...], node: code.Call) -> None:
    """Note a handle that a call is to turn into JSON, itself or in a dict or list."""
    top, _, _ = path.partition(".")
    if top not in _TAKES_DATA.get(path.rpartition(".")[2], ()):
        return
    if any(argument.name in _ENCODERS for argument in given):
        return
    for argument in given:
        found = next(_handles(argument.node, argument.value), None)
        if found is not None:
            frame.world.notes.meant(frame, node.at, found, path)
            return
    frame.world.notes.meant(frame, node.at, UNKNOWN, path)


def note_return(frame: Frame, node: code.Return, value: Value) -> None:
    """Note a handle that is returned, itself or in a dict or tuple that is written out."""
    notes = frame.world.notes
    notes.meant(frame, node.at, value, "return")
    if isinstance(node.value, (code.Display, code.Mapping)):
        found = next(_handles(node.value, value), UNKNOWN)
        notes.meant(frame, node.at, found, "return", is_inside=True)


def _handles(node: code.Expression | None, value: Value) -> Iterator[Value]:
    """The handles in an expression, as far as it is written out: a name may hold more."""
    if is_handle(value):
        yield value
    if isinstance(value, Items) and isinstance(node, (code.Display, code.Mapping)):
        parts = node.items if isinstance(node, code.Display) else node.values
        for part, inner in zip(parts, value.values, strict=False):
            yield from _handles(part, inner)
