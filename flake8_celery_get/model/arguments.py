"""The arguments of a call, as it gives them."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_celery_get.model.values import (
    Value,
)
from flake8_celery_get.source import code


@dataclass(frozen=True, slots=True)
class Given:
    """One argument as a call gives it: ``name`` is the keyword, ``"*"``, ``"**"`` or empty."""

    name: str
    value: Value
    node: code.Expression
