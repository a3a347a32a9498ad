"""Which of the guard's findings a test allows, by their codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pytest_celery_guard.changed import Changed
from pytest_celery_guard.errors import WrongOptionError

CODES: Mapping[str, str] = {
    "CEL601": "wrong-task-arguments",
    "CEL602": "unserialisable-argument",
    "CEL603": "send-before-commit",
    "CEL607": "naive-eta",
    "CEL608": "unknown-task-name",
    "CEL611": "unknown-queue",
}
"""What the guard can find, with the names that the linter's rules have."""


class Allowed:
    """The codes that are allowed now."""

    def __init__(self) -> None:
        self._codes: list[str] = []

    def __contains__(self, code: str) -> bool:
        return code in self._codes

    def add(self, codes: Iterable[str]) -> Callable[[], None]:
        """Allow some codes more; return the way back. Raises WrongOptionError."""
        added = checked(codes)
        self._codes += added

        def remove() -> None:
            while added:
                self._codes.remove(added.pop())

        return remove

    def clear(self) -> None:
        """Allow nothing."""
        self._codes.clear()


class AllowsCodes:
    """What a handle has to allow codes."""

    _allowed: Allowed

    def allow(self, *codes: str) -> Changed:
        """Pass over findings of these codes until the end of the test, or of a ``with`` block."""
        __tracebackhide__ = True
        return Changed(self._allowed.add(codes))


def codes_in(text: str) -> list[str]:
    """The codes that an ini file or a command line names: ``CEL602, CEL603``."""
    return text.replace(",", " ").split()


def checked(codes: Iterable[str]) -> list[str]:
    """These codes. Raises WrongOptionError for one that the guard never finds."""
    __tracebackhide__ = True
    found = codes_in(codes) if isinstance(codes, str) else list(codes)
    for code in found:
        if code not in CODES:
            known = ", ".join(CODES)
            raise WrongOptionError(
                f"celery_guard finds nothing that is called {code!r}: allow knows {known}."
            )
    return found
