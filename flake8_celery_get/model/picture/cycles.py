"""Which tasks come back to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_celery_get.model.picture.shape import Cycle, Send, Wait


def cycles(
    tasks: Iterable[str], sends: Iterable[Send], waits: Iterable[Wait]
) -> list[Cycle]:
    """Rings of waits first: workers can stand still in them; then rings of sends."""
    known = set(tasks)
    waiting = _rings({(wait.waiter, wait.task) for wait in waits}, known)
    sending = _rings({(send.sender, send.task) for send in sends}, known)
    return [
        *(Cycle(ring, waits=True) for ring in sorted(waiting)),
        *(Cycle(ring, waits=False) for ring in sorted(sending - waiting)),
    ]


def _rings(edges: set[tuple[str, str]], known: set[str]) -> set[tuple[str, ...]]:
    """The sets of tasks that all lead to each other, or a task that leads to itself."""
    onward: dict[str, set[str]] = {}
    for start, end in edges:
        if start in known and end in known:
            onward.setdefault(start, set()).add(end)
    reach = {start: set(_reached(start, onward)) for start in onward}
    return {
        tuple(sorted(end for end in ends if start in reach.get(end, ())))
        for start, ends in reach.items()
        if start in ends
    }


def _reached(start: str, onward: dict[str, set[str]]) -> Iterator[str]:
    seen: set[str] = set()
    waiting = list(onward[start])
    while waiting:
        end = waiting.pop()
        if end not in seen:
            seen.add(end)
            yield end
            waiting += onward.get(end, ())
