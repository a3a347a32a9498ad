"""Tests of a handle that are there for None: what they decide about uses the handle."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_celery_get.source import code


def is_none_check(node: code.Expression, decided: Sequence[Sequence[code.Node]]) -> bool:
    """Whether what a test decides about takes the tested handle for a handle.

    Who takes it for its value has no use for ``result.id``, nor for the members of a group.
    """
    name = code.dotted(node)
    return bool(name) and any(
        code.dotted(each) == name or any(_uses_as_handle(p, name) for p in code.walk(each))
        for nodes in decided
        for each in nodes
    )


def _uses_as_handle(node: code.Node, name: str) -> bool:
    if isinstance(node, (code.Attribute, code.Subscript)):
        return code.dotted(node.value) == name
    if isinstance(node, (code.For, code.Clause)):
        return code.dotted(node.iterable) == name
    if isinstance(node, code.Call) and code.dotted(node.function) == "len":
        return any(code.dotted(argument.value) == name for argument in node.arguments)
    return (
        isinstance(node, code.Return)
        and node.value is not None
        and code.dotted(node.value) == name
    )


def binds_none(function: code.Function, name: str) -> bool:
    """Whether the name stands for None somewhere in the function, on whatever way."""
    is_default = any(
        parameter.name == name and _is_none(parameter.default)
        for parameter in function.parameters
    )
    return is_default or any(
        isinstance(part, code.Assign)
        and _is_none(part.value)
        and any(code.dotted(target) == name for target in part.targets)
        for part in code.walk(function)
    )


def _is_none(node: code.Expression | None) -> bool:
    return isinstance(node, code.Constant) and node.value is None
