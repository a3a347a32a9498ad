"""Tasks whose time has not come yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """A task that waits for its eta, its retry or its rate limit; ``due`` is virtual time."""

    task: str
    id: str
    due: datetime
