"""Signatures that the expression which builds them sends, alone or as part of a canvas."""

from __future__ import annotations

from collections.abc import Iterator, Set

from flake8_celery_get.model.known.celery_words import SENDERS
from flake8_celery_get.source import code

_CANVAS = frozenset({"chain", "chord", "group"})
_CALLBACKS = frozenset({"link", "link_error"})
_MAY_DIFFER = frozenset({"apply", "clone", "set"})
"""Methods by which a signature runs here, or gets another serializer."""


def sent_parts(function: code.Function, aliases: Set[str]) -> frozenset[code.Span]:
    """Where the signatures are built that a function surely sends, by the default serializer.

    Empty where it may run some of them itself. ``aliases`` are other names of a canvas.
    """
    calls = [node for node in code.walk(function) if isinstance(node, code.Call)]
    if any(map(_may_differ, calls)):
        return frozenset()
    canvas = _CANVAS | aliases
    return frozenset(part.at for call in calls for part in _sent_by(call, canvas))


def _may_differ(call: code.Call) -> bool:
    names = {argument.name for argument in call.arguments}
    is_method = isinstance(call.function, code.Attribute)
    return not names.isdisjoint({"serializer", "**"}) or (
        is_method and code.last_name(call.function) in _MAY_DIFFER
    )


def _sent_by(call: code.Call, canvas: Set[str]) -> Iterator[code.Call]:
    """The parts of what a call sends, and its callbacks."""
    if isinstance(call.function, code.Attribute) and call.function.name in SENDERS:
        yield from _parts(call.function.value, canvas)
        for argument in call.arguments:
            if argument.name in _CALLBACKS:
                yield from _parts(argument.value, canvas)
    elif isinstance(call.function, code.Call) and _is_canvas(call.function, canvas):
        yield from _parts(call, canvas)


def _parts(node: code.Expression, canvas: Set[str]) -> Iterator[code.Call]:
    if isinstance(node, code.Display):
        for item in node.items:
            yield from _parts(item, canvas)
    elif isinstance(node, code.Comprehension):
        yield from _parts(node.element, canvas)
    elif isinstance(node, code.Binary) and node.operator == "|":
        yield from _parts(node.left, canvas)
        yield from _parts(node.right, canvas)
    elif isinstance(node, code.Call):
        yield node
        if isinstance(node.function, code.Call):  # chord(header)(body)
            yield from _parts(node.function, canvas)
        if _is_canvas(node, canvas) or isinstance(node.function, code.Call):
            for argument in node.arguments:
                yield from _parts(argument.value, canvas)


def _is_canvas(call: code.Call, canvas: Set[str]) -> bool:
    return code.last_name(call.function) in canvas
