"""What is said of both runs at the end: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_celery_guard.parity.causes import ALL, ONCE
from pytest_celery_guard.parity.outcome import Difference

WIDEST = 200
"""Longer texts of a failure are cut."""


def title(compared: int, differences: Sequence[Difference]) -> str:
    """How many tests, and how many differ."""
    count = len(matters(differences))
    differ = "1 differs" if count == 1 else f"{count} differ"
    tests = "1 test" if compared == 1 else f"{compared} tests"
    return f"celery_guard parity: {tests} with tasks, {differ}"


def lines(differences: Sequence[Difference], no_app: str) -> Iterator[str]:
    """The tests that differ, by cause, the most frequent cause first."""
    if no_app:
        yield f"some tests were not compared: {no_app}"
    causes = {each.cause for each in differences}
    for cause in sorted(causes, key=lambda name: (-count(name, differences), name)):
        yield f"{cause} ({count(cause, differences)}): {ALL[cause].advice}"
        for each in differences:
            if each.cause == cause:
                yield f"  {each.test}"
                yield f"    {each.eager} eagerly, {each.guard} under the guard"
                if each.text:
                    yield f"    {each.text[:WIDEST]}"


def count(cause: str, differences: Sequence[Difference]) -> int:
    """How many tests differ for this cause."""
    return sum(each.cause == cause for each in differences)


def matters(differences: Sequence[Difference]) -> list[Difference]:
    """Those that tell of Celery."""
    return [each for each in differences if each.cause != ONCE.name]
