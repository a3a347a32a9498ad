"""What is said of both runs at the end: values in, lines out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_celery_guard.parity.causes import ALL, ONCE
from pytest_celery_guard.parity.outcome import Difference, LeftOut

WIDEST = 200
"""Longer texts of a failure are cut."""

SHOWN = 5
"""So many tests of one reason are named."""

NOT_EAGER = "they send tasks without eager mode"

TOO_LATE = (
    "a task ran in eager mode in the second run, too: the test itself creates the app, or a"
    " fixture sends the task"
)


def title(
    compared: int, differences: Sequence[Difference], left_out: Sequence[LeftOut]
) -> str:
    """How many tests, how many differ, and how many say nothing."""
    differ = len(matters(differences))
    parts = [
        f"{tests(compared)} compared",
        "1 differs" if differ == 1 else f"{differ} differ",
        *([f"{len(left_out)} not compared"] if left_out else []),
    ]
    return f"celery_guard parity: {', '.join(parts)}"


def lines(differences: Sequence[Difference], left_out: Sequence[LeftOut]) -> Iterator[str]:
    """The tests that differ, by cause, and those not compared, the most frequent cause first."""
    for cause, number in most_frequent(each.cause for each in differences):
        yield f"{cause} ({number}): {ALL[cause].advice}"
        for each in differences:
            if each.cause == cause:
                yield f"  {each.test}"
                yield f"    {each.eager} eagerly, {each.guard} under the guard"
                if each.text:
                    yield f"    {each.text[:WIDEST]}"
    for reason, number in most_frequent(each.reason for each in left_out):
        yield f"not compared ({number}): {reason}"
        named = [f"  {each.test}" for each in left_out if each.reason == reason]
        yield from named[:SHOWN]
        if number > SHOWN:
            yield f"  … and {number - SHOWN} more"


def most_frequent(names: Iterator[str]) -> list[tuple[str, int]]:
    """Each name and how often it is there, the most frequent one first."""
    return sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))


def tests(count: int) -> str:
    """A count of tests in words."""
    return "1 test" if count == 1 else f"{count} tests"


def matters(differences: Sequence[Difference]) -> list[Difference]:
    """Those that tell of Celery."""
    return [each for each in differences if each.cause != ONCE.name]


def is_fine(differences: Sequence[Difference], left_out: Sequence[LeftOut]) -> bool:
    """Whether no test differs, and none that is in eager mode was left out."""
    return not matters(differences) and all(each.reason == NOT_EAGER for each in left_out)
