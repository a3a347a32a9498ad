"""What a test can learn about misuse of results: the part of the handle for it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from pytest_celery_guard.explain.misuses import told

if TYPE_CHECKING:
    from pytest_celery_guard.findings.misuse import Misuse
    from pytest_celery_guard.world.world import World


class Watches:
    """What a handle has to watch reads."""

    _world: World

    @property
    def misuses(self) -> list[Misuse]:
        """What the code under test did with results and must not do, without what is allowed."""
        return list(self._world.misuses)

    def misused(self) -> str:
        """The same in words: what production does, and what to write; empty when nothing is."""
        return "\n\n".join(told(self._world.misuses))

    def unknown_id(self) -> str:
        """An id that no task was ever sent with; a look at it shows PENDING."""
        return str(uuid4())
