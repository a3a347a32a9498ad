"""Handles that go where only plain data may go: into JSON, into a web response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import is_handle
from flake8_celery_get.model.values.arguments import named_by_place
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.parts import either, options
from flake8_celery_get.model.values.values import UNKNOWN, Items, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

_TAKES_DATA = {
    "dumps": ("json", "simplejson", "ujson", "orjson", "rapidjson"),
    "dump": ("json", "simplejson", "ujson"),
    "JsonResponse": ("django",),
    "jsonify": ("flask", "quart"),
    "make_response": ("flask", "quart"),
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
    found = next(_handles_among(given), UNKNOWN)
    frame.world.notes.meant(frame, node.at, found, path)


def note_arguments(
    frame: Frame, name: str, given: tuple[Given, ...], node: code.Call
) -> None:
    """Note a handle that a task is to get in a message."""
    places = _PLACES.get(name)
    if any(argument.name == "serializer" for argument in given):
        return
    sent = given
    if places is not None:
        named = (*named_by_place(given, places), *given)
        sent = tuple(argument for argument in named if argument.name in places)
    found = next(_handles_among(sent), UNKNOWN)
    frame.world.notes.meant(frame, node.at, found, ARGUMENT)


ARGUMENT = "argument"
_PLACES = {
    "apply_async": {"args": 0, "kwargs": 1},
    "signature": {"args": 0, "kwargs": 1},
    "subtask": {"args": 0, "kwargs": 1},
    "send_task": {"args": 1, "kwargs": 2},
}
"""Where the arguments of a task stand, if they are not just those of the call."""


def note_return(frame: Frame, node: code.Return, value: Value) -> None:
    """Note a handle that is returned, itself or in a dict, list or tuple."""
    notes = frame.world.notes
    notes.meant(frame, node.at, value, "return")
    notes.meant(frame, node.at, _inside(value), "return", is_inside=True)


def _inside(value: Value) -> Value:
    """A handle inside a container, which may be empty."""
    ways = [option for option in options(value) if option not in _EMPTY]
    return either(
        next(_handles(way), UNKNOWN) if isinstance(way, Items) else UNKNOWN for way in ways
    )


_EMPTY = (Items(), Items(exact=True), Items(kind="mapping"))


def _handles_among(given: tuple[Given, ...]) -> Iterator[Value]:
    for argument in given:
        if argument.name not in {"*", "**"}:
            yield from _handles(argument.value)


def _handles(value: Value) -> Iterator[Value]:
    """The handles that are a value, or are surely in it."""
    if is_handle(value):
        yield value
    elif isinstance(value, Items):
        for inner in _surely_in(value):
            yield from _handles(inner)


def _surely_in(items: Items) -> Iterable[Value]:
    """What a container holds, as far as nothing can have taken its place."""
    entries = entries_of(items)
    if entries is None:
        return items.values if items.exact else [either(items.values)]
    kept: dict[Value, Value] = {}
    for entry in entries:
        if entry.is_open:  # it may replace any
            kept.clear()
        kept[entry.key] = entry.value
    return kept.values()
