"""What became of each task, told from a world's log, messages and store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from pytest_celery_guard.basics.clock import as_datetime
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.explain import reads, sending
from pytest_celery_guard.explain.misuses import but_refused
from pytest_celery_guard.sends.decoding import text_of
from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.values.failures import Failure, failure_of
from pytest_celery_guard.values.log import (
    Transition,
)
from pytest_celery_guard.values.planned import Planned
from pytest_celery_guard.values.states import FOLLOWS, StatePath, last_stored, path_of
from pytest_celery_guard.world.ledger import Ledger


def task_name(world: Ledger, task_id: str) -> str:
    """The name of the task with this id, which was sent or is to follow one; else the id."""
    name = next((send.task for send in world.sends if send.id == task_id), None)
    return name or follower_name(world, task_id) or task_id


def follower_name(world: Ledger, task_id: str) -> str:
    """The name of a task that is to follow one that was sent; empty for an unknown id."""
    names = (send.followers.get(task_id) for send in world.sends)
    return next(filter(None, names), "")


def path(world: Ledger, task_id: str) -> StatePath:
    """The states an AsyncResult would have shown."""
    transitions = world.log.of(task_id)
    is_gone = last_stored(transitions) != "PENDING" and not is_kept(world, task_id)
    found = path_of(transitions, task_name(world, task_id), is_gone)
    if found.unknown == "never sent" and follower_name(world, task_id):
        found.unknown = FOLLOWS
    return found


def is_kept(world: Ledger, task_id: str) -> bool:
    """Whether a result that was stored can still be read."""
    return world.store.get(world.app.backend.get_key_for_task(task_id)) is not None


def history(world: Ledger, task_id: str) -> list[Transition]:
    """All transitions; an end that the worker tells and the backend stores counts once.

    A real worker may tell of it late, when the next run has begun in another process.
    """
    found: list[Transition] = []
    untold: Counter[str] = Counter()
    for each in world.log.of(task_id):
        if each.source == "worker" and untold[each.state]:
            untold[each.state] -= 1
            continue
        if each.source == "stored":
            untold[each.state] += 1
        found.append(each)
    return found


def failures(world: Ledger) -> list[Failure]:
    """Tasks whose last run failed, in the order of their sending."""
    names = {send.id: send.task for send in world.sends}  # task_name() looks at all sends
    told = (
        failure_of(world.log.of(each), names.get(each, each)) for each in world.log.ids()
    )
    return [each for each in told if each is not None]


def unseen(world: Ledger) -> list[Failure]:
    """Failures that the test did not look at, but for refused reads, which are told as misuse."""
    found = [each for each in failures(world) if each.id not in world.seen]
    return but_refused(found, world.misuses)


def expire(world: Ledger, task_id: str) -> None:
    """Drop a stored result as if its time were over. Raises GuardError when there is none."""
    if last_stored(world.log.of(task_id)) == "PENDING":
        raise GuardError(f"expire: no result of {task_name(world, task_id)} is stored")
    world.store.delete(world.app.backend.get_key_for_task(task_id))
    world.record(task_id, "PENDING", "dropped", "expired")


def scheduled(world: Ledger) -> list[Planned]:
    """What waits for its time, received by the worker or not, the earliest first."""
    return sorted([*_received(world), *_not_received(world)], key=lambda each: each.due)


def why_never(world: Ledger, task_id: str) -> str:
    """Why the result of a task can't come any more, or not yet."""
    name = task_name(world, task_id)
    if world.is_elsewhere(name):
        return reads.elsewhere(name)
    due = [each.due for each in scheduled(world) if each.id == task_id]
    waits = due[0].timestamp() - world.clock.now() if due else None
    unknown = path(world, task_id).unknown
    history = world.log.of(task_id)
    message = world.delivered.get(task_id)
    is_kept = message is not None and world.worker.has_unacked(message)
    if why := world.lost.get(task_id):
        return reads.lost(task_id, name, why)
    if before := _lost_before(world, task_id):
        return reads.lost_before(task_id, before.task, world.lost[before.id])
    if before := _elsewhere_before(world, task_id):
        return reads.elsewhere_before(task_id, before.task)
    if why := follows_in_vain(world, task_id):
        return why
    if message is not None and not is_kept and len(history) < 2:
        return reads.not_run(task_id, name)
    return reads.why_never(task_id, name, history, waits, unknown, is_kept=is_kept)


def _lost_before(world: Ledger, task_id: str) -> Send | None:
    """The send that a task was to follow, in a chain or a chord, and that is lost."""
    lost = (send for send in world.sends if send.id in world.lost)
    return next((send for send in lost if task_id in send.followers), None)


def _elsewhere_before(world: Ledger, task_id: str) -> Send | None:
    """The send to another service that a task was to follow, and that nobody runs here."""
    if task_id in world.latest:
        return None
    waiting = (send for send in world.sends if world.is_elsewhere(send.task))
    return next((send for send in waiting if task_id in send.followers), None)


def follows_in_vain(world: Ledger, task_id: str) -> str:
    """Why a task of a canvas was never sent: the one before it has not succeeded; else empty."""
    before = _unfinished_before(world, task_id)
    if before is None or world.log.of(task_id):
        return ""
    states = [each.state for each in world.log.of(before.id)]
    return reads.never_sent(task_id, task_name(world, task_id), before.task, states)


def _unfinished_before(world: Ledger, task_id: str) -> Send | None:
    """The send that a task was to follow, and that did not succeed: the first one of a chord."""
    before = (send for send in world.sends if task_id in send.followers)
    ends = ((send, last_stored(world.log.of(send.id))) for send in before)
    return next((send for send, end in ends if end != "SUCCESS"), None)


def leftover(world: Ledger) -> list[Send]:
    """Messages that are due and were never run, but for those of other services."""
    now = world.clock.now()
    return to_run(world, (each for each in world.messages if (due_of(each) or 0) <= now))


def to_run(world: Ledger, messages: Iterable[Message]) -> list[Send]:
    """Those of some messages that the app's worker would run, which are not revoked."""
    now = as_datetime(world.clock.now())
    own = (each for each in messages if each.is_task and not world.is_elsewhere(each.task))
    left = [Send(each, now) for each in own]
    return [each for each in left if not world.worker.has_revoked(each.id, each.headers)]


def discarded(world: Ledger) -> list[str]:
    """What waits for the worker and is no task, in words."""
    others = (each for each in world.messages if not each.is_task)
    return [sending.no_task(each.queue, text_of(json.loads(each.raw))) for each in others]


def due_of(message: Message) -> float | None:
    """When a message may run, in epoch seconds of the virtual clock; None for at once."""
    eta = Send(message, as_datetime(0)).eta
    return eta.timestamp() + message.offset if eta else None


def _received(world: Ledger) -> Iterator[Planned]:
    for each in world.worker.timer.queue:
        if (request := each.request) is not None:
            yield from _planned(world, request.id, each.eta)
        elif (delayed := each.delayed) is not None:
            yield from _planned(world, delayed.message.task_id, each.eta)


def _not_received(world: Ledger) -> Iterator[Planned]:
    for message in world.messages:
        if (due := due_of(message)) is not None:
            yield from _planned(world, message.task_id, due)


def _planned(world: Ledger, task_id: str, due: float) -> Iterator[Planned]:
    if send := world.latest.get(task_id):
        yield Planned(send, as_datetime(due), _retried_for(world, send))


def _retried_for(world: Ledger, send: Send) -> str:
    """What the run raised that sent a retry; the backend has it, else the worker's text of it."""
    told = (each for each in world.log.of(send.id) if each.retry is send)
    last = next(told, None)
    if last is None or last.meta is None:
        return ""
    return str(last.meta) if last.source == "worker" else repr(last.meta)
