"""The parts of chords that are done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Header:
    """The header of one chord: how many parts it has, and the encoded ones that are done.

    ``size`` is not known before the last part is sent; ``added`` are those that a part added.
    ``parts`` gives each its place in the header. A part that comes twice counts once.
    """

    size: int | None = None
    added: int = 0
    parts: dict[Any, float] = field(default_factory=dict)

    def is_complete(self) -> bool:
        """Whether the part that has just come was the last one."""
        return self.size is not None and len(self.parts) == self.size + self.added

    def in_order(self) -> list[Any]:
        """The parts by their place in the header, in the order of arrival where equal."""
        return sorted(self.parts, key=self.parts.__getitem__)
