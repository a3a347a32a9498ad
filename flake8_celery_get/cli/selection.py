"""Which codes are reported: flake8's rules for ``--select`` and ``--ignore``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVERYTHING = ("",)


class SelectionError(ValueError):
    """A prefix that no code starts with; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Prefixes of codes to report and to leave out; the longer prefix decides."""

    select: tuple[str, ...] = _EVERYTHING
    ignore: tuple[str, ...] = ()

    @classmethod
    def parse(
        cls,
        known: Sequence[str],
        select: str | None = None,
        ignore: str | None = None,
        extend_select: str | None = None,
    ) -> Selection:
        """Read comma separated lists of prefixes of the known codes."""
        chosen = _EVERYTHING if select is None else _prefixes("--select", select, known)
        further = _prefixes("--extend-select", extend_select or "", known)
        return cls(chosen + further, _prefixes("--ignore", ignore or "", known))

    def has(self, code: str) -> bool:
        """Tell whether findings with this code are reported."""
        return _longest(self.select, code) > _longest(self.ignore, code)


def _prefixes(flag: str, value: str, known: Sequence[str]) -> tuple[str, ...]:
    prefixes = tuple(value.replace(",", " ").split())
    for prefix in prefixes:
        if not any(code.startswith(prefix) for code in known):
            raise SelectionError(f"{flag}: no rule's code starts with {prefix!r}")
    return prefixes


def _longest(prefixes: tuple[str, ...], code: str) -> int:
    return max((len(p) for p in prefixes if code.startswith(p)), default=-1)
