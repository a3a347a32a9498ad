"""What a condition is that is put together of others."""

from __future__ import annotations

from collections.abc import Callable

from flake8_celery_get.source import code


def combined(
    test: code.Expression, alone: Callable[[code.Expression], bool | None]
) -> bool | None:
    """What ``not``, ``and`` and ``or`` make of what ``alone`` tells; None for "nobody knows"."""
    if isinstance(test, code.Not):
        told = combined(test.value, alone)
        return None if told is None else not told
    if isinstance(test, code.Boolean):
        decides = test.operator == "or"
        sides = [combined(each, alone) for each in (test.left, test.right)]
        return decides if decides in sides else None if None in sides else not decides
    return alone(test)
