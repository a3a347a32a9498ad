"""Which of the guard's findings a test allows, by their codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pytest_celery_guard.basics.meant import closest, did_you_mean
from pytest_celery_guard.errors import WrongOptionError

CODES: Mapping[str, str] = {
    "CEL101": "blocking-read-in-task",
    "CEL102": "blocking-read-in-view",
    "CEL103": "blocking-read-in-coroutine",
    "CEL105": "busy-wait-for-result",
    "CEL106": "deadlock-guard-disabled",
    "CEL202": "result-read-without-backend",
    "CEL203": "ignored-result-read",
    "CEL204": "result-by-id-over-rpc",
    "CEL205": "chord-without-results",
    "CEL601": "wrong-task-arguments",
    "CEL602": "unserialisable-argument",
    "CEL603": "send-before-commit",
    "CEL607": "naive-eta",
    "CEL608": "unknown-task-name",
    "CEL611": "unknown-queue",
}
"""What the guard can find, with the names that the linter's rules have."""


PAGES = "https://celery-guard.readthedocs.io/en/latest/rules/"
"""Where each code has a page."""


def page_of(code: str) -> str:
    """The address of the page of a code."""
    return f"{PAGES}{code}/"


class Allowed:
    """The codes that are allowed now, some of them in a module only: ``CEL102:proj.legacy``."""

    def __init__(self) -> None:
        self._codes: list[str] = []

    def __contains__(self, code: str) -> bool:
        return code in self._codes

    def covers(self, code: str, modules: Iterable[str]) -> bool:
        """Whether a code is allowed, everywhere or in one of these modules, or in a package."""
        if code in self:
            return True
        within = [
            each.partition(":")[2] for each in self._codes if each.startswith(f"{code}:")
        ]
        names = [f"{module}." for module in modules] if within else []
        return any(name.startswith(f"{each}.") for name in names for each in within)

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


def codes_in(text: str) -> list[str]:
    """The codes that an ini file or a command line names: ``CEL602, CEL603``."""
    return text.replace(",", " ").split()


def checked(codes: Iterable[str]) -> list[str]:
    """These codes. Raises WrongOptionError for one that the guard never finds."""
    __tracebackhide__ = True
    found = codes_in(codes) if isinstance(codes, str) else list(codes)
    for each in found:
        code, colon, module = str(each).partition(":")
        if code not in CODES or (colon and not module):
            raise WrongOptionError(
                f"celery_guard's option allow: there is no code {each!r}.{meant(code)}"
            )
    return found


def meant(code: str) -> str:
    """The code that was probably meant, or all there are."""
    codes = f" Its codes are {', '.join(CODES)}."
    return did_you_mean(closest(code.upper(), CODES), codes, shown=str)
