"""What the tasks of a test did, as the text beside its failure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_celery_guard.account.record import (
    NEVER_SENT,
    SENT,
    STARTED,
    Moment,
    Record,
    SentTask,
    after,
)
from pytest_celery_guard.explain.exceptions import users_place
from pytest_celery_guard.explain.verdict import listed

ENDS_SHOWN = 20
"""So many moments are shown from the beginning, and as many from the end."""

DEEPEST = 6
"""Tasks that send each other without end are moved no further to the right."""

WIDEST_CALL, WIDEST_LINE = 60, 100
"""In characters: a line is to fit a terminal, and a log in a browser."""

ERRORS = frozenset({"FAILURE", "RETRY", "REVOKED", "REJECTED"})


def told(record: Record, said: str = "") -> str:
    """Problems, faults, what happened, and what still waits; empty when nothing did.

    Problems that were ``said`` already are left out.
    """
    problems = _listed("Problems:", [each for each in record.problems if each not in said])
    faults = _listed("Simulated failures:", record.faults)
    parts = [problems, faults, _story(record), _waiting(record)]
    return "\n".join(line for part in parts for line in part)


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield title
        yield from listed(lines)
        yield ""


def _story(record: Record) -> Iterator[str]:
    shown = [each for each in record.moments if each.what != STARTED]
    depths = depths_of(record.tasks)
    for moment in shown if len(shown) <= 2 * ENDS_SHOWN + 1 else shown[:ENDS_SHOWN]:
        yield from _lines(moment, record, depths)
    if len(shown) > 2 * ENDS_SHOWN + 1:
        yield f"… {len(shown) - 2 * ENDS_SHOWN} more …"
        for moment in shown[-ENDS_SHOWN:]:
            yield from _lines(moment, record, depths)


def _lines(moment: Moment, record: Record, depths: Sequence[int]) -> Iterator[str]:
    task = record.tasks[moment.task]
    margin = "  " * min(depths[moment.task], DEEPEST)
    head = f"{after(moment.at)}  {moment.what:<9} {margin}"
    is_error = moment.what in ERRORS
    notes = [f"queue={task.queue!r}"] if moment.what == SENT and task.queue else []
    if moment.note and not is_error:
        arrow = "" if moment.what == SENT else "-> "
        notes.append(arrow + shortened(moment.note, WIDEST_CALL))
    yield " ".join([head + call(task), *notes])
    if is_error and moment.note:
        yield " " * len(head) + shortened(moment.note, WIDEST_LINE - len(head))
        if place := users_place(moment.traceback):
            yield " " * len(head) + place
    if moment.retry:
        yield " " * len(head) + shortened(moment.retry, WIDEST_LINE - len(head))


def _waiting(record: Record) -> Iterator[str]:
    waiting = sorted(
        (task for task in record.tasks if task.due is not None),
        key=lambda task: task.due or 0,
    )
    if not waiting:
        return
    yield ""
    yield f"At the end, {after(record.end)}, these wait:"
    yield from listed([_planned(each, record.end) for each in waiting])


def _planned(task: SentTask, end: int) -> str:
    due = task.due or 0
    when = after(due) if due > end else "is due"
    queue = f" queue={task.queue!r}" if task.queue else ""
    if task.retry_arguments is not None:
        task = task._replace(arguments=task.retry_arguments)
    return f"{when:<9} {call(task)}{queue}"


def depths_of(tasks: Sequence[SentTask]) -> list[int]:
    """How many tasks stand above each one: 0 for what the test itself sent."""
    depths: list[int] = []
    for task in tasks:  # a parent comes before its children
        depths.append(0 if task.parent < 0 else depths[task.parent] + 1)
    return depths


def call(task: SentTask) -> str:
    """A task as its call would be written, its arguments cut short."""
    if task.name == NEVER_SENT:
        return f"{task.name} {task.arguments}"
    return f"{task.name}({shortened(task.arguments, WIDEST_CALL)})"


def shortened(text: str, widest: int) -> str:
    """The first line of a text, with … where something is left out."""
    first = text.partition("\n")[0]
    return text if text == first and len(text) <= widest else f"{first[: widest - 1]}…"
