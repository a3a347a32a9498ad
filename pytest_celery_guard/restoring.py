"""Changes attributes and dicts, and puts them back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Generic, TypeVar

Member = TypeVar("Member")


class Shared(Generic[Member]):
    """A patch of the whole process: made for the first of its ``members``, undone after the last.

    Members may end in any order.
    """

    def __init__(self, patch: Callable[[], AbstractContextManager[object]]) -> None:
        self.members: list[Member] = []
        self._patch = patch
        self._undo = ExitStack()

    @contextmanager
    def joined_by(self, member: Member) -> Iterator[None]:
        """Keep the patch at least as long as this member is there."""
        if not self.members:
            self._undo.enter_context(self._patch())
        self.members.append(member)
        try:
            yield
        finally:
            self.members.remove(member)
            if not self.members:
                self._undo.close()


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
