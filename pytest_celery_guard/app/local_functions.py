"""Functions that are defined inside others, as in a test."""

from __future__ import annotations

from types import FunctionType


def is_local(function: object) -> bool:
    """Whether a function, or a method's function, was defined inside another one."""
    function = getattr(function, "__func__", function)
    return isinstance(function, FunctionType) and "<locals>" in function.__qualname__
