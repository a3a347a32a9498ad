"""A delay as code writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.source.code import Span


@dataclass(frozen=True, slots=True)
class Delay:
    """How many seconds a message waits, or its task runs, and which option says so."""

    path: str
    at: Span
    within: object
    what: str
    seconds: float
