"""Why a test that passes under eager mode may fail under the guard, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Evidence(NamedTuple):
    """What is known of a test that differs.

    ``text`` is that of the failure. ``states`` are all that its tasks went through. ``waits``: a
    task waits for its time. ``nests``: a task sent another one. ``ignores``: one stores no result.
    """

    text: str
    states: frozenset[str] = frozenset()
    waits: bool = False
    nests: bool = False
    ignores: bool = False


class Cause(NamedTuple):
    """A kind of difference, with what it means and what to write."""

    name: str
    holds: Callable[[Evidence], bool]
    advice: str


def says(pattern: str) -> Callable[[Evidence], bool]:
    """Whether the failure's text has this."""
    return lambda evidence: re.search(pattern, evidence.text) is not None


CAUSES = (
    Cause(
        "another app",
        says(r"celery_guard is only enabled for|found no Celery app|found \d+ Celery apps"),
        "a task is sent through an app that is not the one under test",
    ),
    Cause(
        "blocking read",
        says(r"Never call result\.get\(\) within a task"),
        "a task waits for a task, which can block all workers in production",
    ),
    Cause(
        "no result backend",
        says(r"no result_backend|No result backend is configured|DisabledBackend"),
        "eager mode returns results that production doesn't store",
    ),
    Cause(
        "serialization",
        says(
            r"not JSON serializable|EncodeError|ContentDisallowed|CEL602|assert \[.*\] == \("
        ),
        "arguments and results are serialized, as with a broker",
    ),
    Cause(
        "misuse of a send",
        says(r"\bCEL\d{3}\b"),
        "the code names the rule; allow=[code] allows it",
    ),
    Cause(
        "unregistered",
        says(r"NotRegistered|unregistered task"),
        "no task has this name",
    ),
    Cause(
        "retry",
        lambda e: "RETRY" in e.states or says(r"\bRetry\b|\bRETRY\b")(e),
        "a retry waits for its time: skip it with celery_guard.advance(...)",
    ),
    Cause(
        "countdown or eta",
        lambda e: e.waits or says(r"waits for its time")(e),
        "eager mode ignores countdown and eta: use celery_guard.advance(...)",
    ),
    Cause(
        "propagated exception",
        says(r"DID NOT RAISE"),
        "task_eager_propagates raises in the sender, which no worker does: read the result",
    ),
    Cause(
        "unchecked failure",
        says(r"failed.*, and the test did not check (?:it|them):"),
        "a task failed, and eager mode hid it",
    ),
    Cause(
        "ignored result",
        lambda e: e.ignores or says(r"ignore_result")(e),
        "eager mode returns the result of a task that doesn't store one",
    ),
    Cause(
        "order",
        lambda e: e.nests,
        "what a task sends runs after it, not inside it",
    ),
)

OTHER = Cause("other", lambda evidence: True, "compare the two runs of the test")
ONCE = Cause(
    "not repeatable",
    lambda evidence: False,
    "it fails when it runs twice, for a reason other than Celery",
)
ALL = {cause.name: cause for cause in (*CAUSES, OTHER, ONCE)}


def cause_of(evidence: Evidence) -> Cause:
    """The first cause that holds."""
    return next((cause for cause in CAUSES if cause.holds(evidence)), OTHER)
