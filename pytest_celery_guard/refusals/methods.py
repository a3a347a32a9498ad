"""Methods of Celery and kombu, and what starts processes: they refuse, and stay from test to test.

Replacing them for each fixture and each test would cost more than all that they do. What a test
puts there itself, such as a mock, is left alone: nothing gets out through it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from itertools import repeat
from types import FunctionType
from typing import Any

from pytest_celery_guard.basics.callers import is_users_own
from pytest_celery_guard.basics.restoring import NOTHING, drop_or_set
from pytest_celery_guard.basics.undo import Undo

Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]

Refusing = tuple[Any, str, Wrap]
"""A class or a module, the name of a method or function, and what makes one of it that refuses."""


class Method:
    """A method of a class, and the one that refuses in its place."""

    __slots__ = ("_before", "_wrap", "attributes", "name", "owner", "refusing")

    def __init__(self, owner: Any, name: str, wrap: Wrap) -> None:
        self.owner, self.name, self._wrap = owner, name, wrap
        self.attributes = vars(owner)  # a view, which shows what is set later, too
        self._before: object = NOTHING
        self.refusing: object = None

    def replace(self) -> None:
        """Let it refuse, unless it does or a test has put something else there."""
        found = self.attributes.get(self.name, NOTHING)
        if self._is_fake(found):
            return
        self._before = found
        method = getattr(self.owner, self.name)
        self.refusing = functools.wraps(method)(self._wrap(method))
        setattr(self.owner, self.name, self.refusing)

    def put_back(self) -> None:
        """Make it what it was; what a test has put there, it takes away itself."""
        if self.attributes.get(self.name) is self.refusing:
            drop_or_set(self.owner, self.name, self._before)

    def _is_fake(self, found: object) -> bool:
        if hasattr(found, "assert_called"):  # a mock, or a function made of one
            return True
        is_later = self.refusing is not None
        return is_later and isinstance(found, FunctionType) and is_users_own(found)


class Methods:
    """Those that refuse for as long as they have members, who may end in any order."""

    def __init__(self, refusing: Callable[[], Iterable[Refusing]]) -> None:
        self._refusing = refusing
        self._methods: list[Method] = []
        self._members: list[object] = []
        self._owners: list[Any] = []
        self._names: list[str] = []
        self._replaced: list[object] = []

    def join(self, undo: Undo, member: object) -> None:
        """Refuse at least until ``undo`` is closed."""
        if not self._members:
            self.replace()
        self._members.append(member)
        undo.callback(self._leave, member)

    def stay(self) -> None:
        """Refuse until the end of the process."""
        if self not in self._members:
            self.join(Undo(), self)

    def replace(self) -> None:
        """Let them refuse, also those that a test has put back."""
        self._methods = self._methods or [Method(*each) for each in self._refusing()]
        if self._are_in_place():
            return
        for method in self._methods:
            if method.attributes.get(method.name) is not method.refusing:
                method.replace()
        self._owners = [each.owner for each in self._methods]
        self._names = [each.name for each in self._methods]
        self._replaced = [each.refusing for each in self._methods]

    def _are_in_place(self) -> bool:
        """Whether all refuse, at one look: each test asks."""
        found = list(map(getattr, self._owners, self._names, repeat(None)))
        return bool(found) and found == self._replaced

    def _leave(self, member: object) -> None:
        self._members.remove(member)
        if not self._members:
            for method in reversed(self._methods):
                method.put_back()
