"""Findings that are warnings: what may be right, and often is not."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import NamedTuple

from pytest_celery_guard.basics.callers import Place
from pytest_celery_guard.errors import CeleryGuardWarning


class Doubt(NamedTuple):
    """A text, and the line of the user's code that it is about."""

    text: str
    place: Place


def warn(doubts: Iterable[Doubt]) -> list[str]:
    """Warn of each, at its line, where pytest shows it; return those that are errors.

    A filter such as ``filterwarnings = error`` makes them so.
    """
    refused = []
    for text, (file, line, _) in doubts:
        try:
            # Told once a test, not once a run: another test may be the one that matters.
            warnings.warn_explicit(text, CeleryGuardWarning, file, line, registry={})
        except CeleryGuardWarning:  # noqa: PERF203 - each of them can be the one
            refused.append(text)
    return refused
