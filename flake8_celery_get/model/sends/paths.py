"""Paths of files that an operator makes."""

from __future__ import annotations

from flake8_celery_get.model.values.values import External, Made, Value


def below(left: Value, operator: str) -> Value | None:
    """``Path("folder") / "name"``: another path; None for anything else."""
    is_known = isinstance(left, (External, Made)) and left.path.startswith("pathlib.Path")
    return left if is_known and operator == "/" else None
