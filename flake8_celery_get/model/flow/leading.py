"""Which values lead to waits, as far as their classes tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import ClassValue, Value

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings


def is_leading_class(world: Surroundings, value: Value) -> bool:
    """Whether it is a class of which some member leads to a wait."""
    return isinstance(value, ClassValue) and world.concerns(value.symbol)
