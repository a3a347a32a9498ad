"""A read that skips time, while nothing happens but what always does."""

from __future__ import annotations

PATIENCE = 100
"""So often timers that repeat themselves may fire, and nothing else happen, before a read."""


class Idle:
    """Counts how often time was skipped, and nothing has changed since."""

    def __init__(self) -> None:
        self._seen: tuple[int, ...] = ()
        self._times = 0

    def is_in_vain(self, so_far: tuple[int, ...]) -> bool:
        """Whether that is so often that nothing will; ``so_far`` is what counts as a change."""
        self._times = self._times + 1 if so_far == self._seen else 0
        self._seen = so_far
        return self._times > PATIENCE
