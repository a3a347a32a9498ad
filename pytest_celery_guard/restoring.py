"""Changes attributes and dicts, and puts them back."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any


def swap(undo: ExitStack, owner: Any, name: str, value: object) -> None:
    """Set an attribute now and put back what was there, perhaps nothing, later."""
    attributes = vars(owner)
    if name in attributes:
        undo.callback(setattr, owner, name, attributes[name])
    else:
        undo.callback(drop, owner, name)
    setattr(owner, name, value)


def drop(owner: Any, name: str) -> None:
    """Forget an instance's attribute, if it has it."""
    vars(owner).pop(name, None)


def forget_cached(owner: Any, names: set[str]) -> None:
    """Drop properties of the class that were cached on an instance since it had ``names``.

    An app keeps its ``timezone``, for one, though a test changes the setting behind it.
    """
    for name in set(vars(owner)) - names:
        if hasattr(type(owner), name):
            del vars(owner)[name]


def put_back(target: dict[str, Any], before: dict[str, Any]) -> None:
    """Make a dict what it was."""
    target.clear()
    target.update(before)
