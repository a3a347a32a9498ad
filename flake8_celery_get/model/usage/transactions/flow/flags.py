"""What conditions tell of ``created`` in ``row, created = Model.objects.get_or_create(…)``."""

from __future__ import annotations

from collections.abc import Mapping

from flake8_celery_get.source import code


def found_rows(
    test: code.Expression, flags: Mapping[str, str], *, holds: bool
) -> frozenset[str]:
    """The rows that were only found, not made, where a condition holds or doesn't.

    ``flags`` are names like ``created``, each with that of its row.
    """
    return frozenset(
        row for flag, row in flags.items() if _settled(test, flag, holds=holds) is False
    )


def _settled(test: code.Expression, flag: str, *, holds: bool) -> bool | None:
    """What a flag is if the condition holds or not; None where that can't be told."""
    if code.dotted(test) == flag:
        return holds
    if isinstance(test, code.Not):
        return _settled(test.value, flag, holds=not holds)
    if isinstance(test, code.Boolean) and (test.operator == "and") == holds:
        left = _settled(test.left, flag, holds=holds)
        return _settled(test.right, flag, holds=holds) if left is None else left
    return None
