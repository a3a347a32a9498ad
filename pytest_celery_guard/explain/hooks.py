"""What is said of hooks that wait for a commit."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_celery_guard.basics.callers import Place
from pytest_celery_guard.explain.verdict import MARK, listed


def hook(place: Place | None, what: str) -> str:
    """One hook: where it was made, and what it sends."""
    return f"{place}: {what}" if place else what


def unfired(hooks: Sequence[str]) -> str:
    """Hooks that a test left behind; empty when there are none."""
    if not hooks:
        return ""
    return "\n".join(
        [
            f"{counted(len(hooks))} would send a task but never ran:",
            *listed(hooks),
            "The transaction of a test never commits. Run its hooks, and what they send, with"
            " celery_guard.drain(commit=True).",
            f"If they don't have to run, mark the test with {MARK}(allow_leftover=True).",
        ]
    )


def waiting(hooks: Sequence[str]) -> str:
    """The same, beside the story of a test that failed."""
    if not hooks:
        return ""
    title = "These on_commit hooks never ran (celery_guard.drain(commit=True) runs them):"
    return "\n".join([title, *listed(hooks)])


def counted(count: int) -> str:
    """A count of hooks in words."""
    return "1 on_commit hook" if count == 1 else f"{count} on_commit hooks"
