"""Changes attributes and dicts, and puts them back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, Generic, TypeVar

from pytest_celery_guard.basics.undo import Undo

Member = TypeVar("Member")

Change = tuple[Any, str, Any]
"""An owner, the name of its attribute, and a value."""

CONTAINERS = (dict, list, set, deque)

NOTHING = object()
"""Stands for an attribute that was not there."""


class Shared(Generic[Member]):
    """A patch of the whole process: made for the first of its ``members``, undone after the last.

    Members may end in any order. A whole run can keep the patch between them.
    """

    def __init__(self, patch: Callable[[Undo], object]) -> None:
        self.members: list[Member] = []
        self._runs = 0
        self._patch = patch
        self._undo = Undo()

    def join(self, undo: Undo, member: Member) -> None:
        """Keep the patch at least until ``undo`` is closed."""
        if not (self.members or self._runs):
            self._patch(self._undo)
        self.members.append(member)
        undo.callback(self._leave, member)

    def stay(self, undo: Undo) -> None:
        """Keep it until then, though there may be no members meanwhile."""
        if not (self.members or self._runs):
            self._patch(self._undo)
        self._runs += 1
        undo.callback(self._end_run)

    def _leave(self, member: Member) -> None:
        self.members.remove(member)
        self._end()

    def _end_run(self) -> None:
        self._runs -= 1
        self._end()

    def _end(self) -> None:
        if not (self.members or self._runs):
            self._undo.close()


def swap(undo: Undo, owner: Any, name: str, value: object) -> None:
    """Set an attribute now and put back what was there, perhaps nothing, later."""
    swap_all(undo, [(owner, name, value)])


def swap_all(undo: Undo, changes: Iterable[Change]) -> None:
    """The same for many attributes: one entry of ``undo``, which every test pays for."""
    new = list(changes)
    before = [(owner, name, vars(owner).get(name, NOTHING)) for owner, name, _ in new]
    undo.callback(_swap_back, before)
    for owner, name, value in new:
        setattr(owner, name, value)


def _swap_back(before: list[Change]) -> None:
    for owner, name, value in reversed(before):
        if value is NOTHING:
            drop(owner, name)
        else:
            setattr(owner, name, value)


def drop_or_set(owner: Any, name: str, value: object) -> None:
    """Give an attribute its former value, which may have been nothing."""
    if value is NOTHING:
        drop(owner, name)
    else:
        setattr(owner, name, value)


def forget_for_now(undo: Undo, owner: Any, name: str) -> None:
    """Let a cached property be made anew, and again when the old one comes back."""
    before = vars(owner).pop(name, NOTHING)
    undo.callback(_swap_back, [(owner, name, before)])


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


class Kept:
    """What containers, or the containers of objects, hold now: it can be put back many times."""

    def __init__(self, owners: Iterable[Any]) -> None:
        self._held = [(owner, copied(contents_of(owner))) for owner in owners]

    def put_back(self) -> None:
        """Make all of them what they were."""
        for owner, held in self._held:
            fill(owner, copied(held))


def contents_of(owner: Any) -> Any:
    """A container itself, or the attributes of an object."""
    return owner if isinstance(owner, CONTAINERS) else vars(owner)


def copied(value: Any) -> Any:
    """A copy of a container and of those in it; anything else stays what it is."""
    if isinstance(value, dict):
        return type(value)((key, copied(each)) for key, each in value.items())
    return copy(value) if isinstance(value, CONTAINERS) else value


def fill(owner: Any, held: Any) -> None:
    """Give a container, or the attributes of an object, these contents."""
    target = contents_of(owner)
    target.clear()
    if isinstance(target, dict | set):
        target.update(held)
    else:
        target.extend(held)


def put_back(target: dict[str, Any], before: dict[str, Any]) -> None:
    """Make a dict what it was."""
    target.clear()
    target.update(before)
