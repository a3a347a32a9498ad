"""What a comparison that fails may know of how its value came to be."""

from __future__ import annotations

from typing import Protocol


class Circumstances(Protocol):
    """How the states of a task, or the sends of a test, came to be in a real worker."""

    def why_more(self, at: int) -> str:
        """Why there is one more, at this place, than expected; empty when nobody knows."""

    def why_other(self) -> str:
        """Why one may be other than expected; empty when nobody knows."""
