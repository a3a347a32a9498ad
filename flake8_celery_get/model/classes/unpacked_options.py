"""The options in ``**OPTIONS``, where nothing but one dict of the same module can be meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import Scope


def written_out(scope: Scope, arguments: Sequence[code.Argument]) -> list[code.Argument]:
    """Arguments of a decorator, with those of an unpacked dict in its place."""
    if all(argument.name != "**" for argument in arguments):
        return list(arguments)
    return [each for argument in arguments for each in _of_one(scope, argument)]


def _of_one(scope: Scope, argument: code.Argument) -> list[code.Argument]:
    if argument.name != "**":
        return [argument]
    entries = _entries(_dict_of(scope, argument.value))
    return [argument] if entries is None else entries


def _dict_of(scope: Scope, node: code.Expression) -> code.Expression:
    """The dict that a name stands for, if it is bound once and never changed."""
    if not isinstance(node, code.Name):
        return node
    changed = rf"\b{node.id}(?:\[|\.(?!get\b|items\b|keys\b|values\b|copy\b)| *\|=)"
    is_changed = re.search(changed, scope.source.text)
    return node if is_changed else scope.bound_once(node)


def _entries(node: code.Expression) -> list[code.Argument] | None:
    """The entries of a dict as arguments; None where some key is not known."""
    if isinstance(node, code.Call):
        is_dict = code.dotted(node.function) == "dict"
        is_known = all(each.name and "*" not in each.name for each in node.arguments)
        return list(node.arguments) if is_dict and is_known else None
    if not isinstance(node, code.Mapping):
        return None
    keys = [key.value if isinstance(key, code.Constant) else None for key in node.keys]
    found = zip(keys, node.values, node.places, strict=True)
    if not all(isinstance(key, str) for key in keys):
        return None
    return [code.Argument(str(key), value, at) for key, value, at in found]
