"""Sends that options delay: whether a row is committed by then, nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.sent.sends import PACKED
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.values import Value

_LATER = frozenset({"countdown", "eta"})
"""Options that delay a send, and that people give to ``delay()``, too."""


def may_be_delayed(world: Surroundings, sent: Sent) -> bool:
    """Whether an option, or a mapping that may hold one, delays a send on every way."""
    return any(_may_delay(world, sent, each) for each in sent.given)


def _may_delay(world: Surroundings, sent: Sent, argument: Given) -> bool:
    if argument.name != "**" or sent.way == "delay":
        return argument.name in _LATER
    if sent.way not in PACKED or not any(map(_is_prompt, options(argument.value))):
        return True
    return not _is_written_here(world, sent, argument.node)


def _is_prompt(given: Value) -> bool:
    """Whether a mapping of options surely has none that delays the send."""
    entries = entries_of(given)
    return entries is not None and all(
        entry.name is not None and entry.name not in _LATER for entry in entries
    )


def _is_written_here(world: Surroundings, sent: Sent, node: code.Expression) -> bool:
    """Whether all entries of a mapping are written in the function that sends."""
    if not isinstance(node, code.Name):
        return not isinstance(node, code.Attribute)
    within = sent.within
    function = (
        world.calls.function_code(within) if isinstance(within, FunctionSymbol) else None
    )
    return function is not None and _is_filled_in(function, node.id)


def _is_filled_in(function: code.Function, name: str) -> bool:
    """Whether a function makes a dict, and does nothing with it but to fill and unpack it."""
    made = filled = uses = 0
    for node in code.walk(function):
        uses += _is_name(node, name)
        if isinstance(node, code.Assign):
            made += sum(_is_name(target, name) for target in node.targets)
            filled += sum(_is_key(target, name) for target in node.targets)
        elif isinstance(node, code.Call):
            filled += sum(_is_unpacked(each, name) for each in node.arguments)
        elif isinstance(node, (code.Function, code.Lambda)) and node is not function:
            uses += sum(_is_name(each, name) for each in code.walk(node))
    return made > 0 and uses == made + filled


def _is_name(node: code.Node, name: str) -> bool:
    return isinstance(node, code.Name) and node.id == name


def _is_key(node: code.Expression, name: str) -> bool:
    """``name["key"]``."""
    if not isinstance(node, code.Subscript):
        return False
    return _is_name(node.value, name) and isinstance(node.index, code.Constant)


def _is_unpacked(argument: code.Argument, name: str) -> bool:
    return argument.name == "**" and _is_name(argument.value, name)
