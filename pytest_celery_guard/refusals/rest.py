"""Refuses all that goes past the guards that are on, or comes before any is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.refusals import (
    connections,
    control,
    earlier,
    processes,
    programs,
    reads,
    sends,
    threads,
)
from pytest_celery_guard.refusals.guarded import AROUND, ON, Around, Guarded, is_strict
from pytest_celery_guard.refusals.methods import Methods, Refusing


def refuse_the_rest(undo: Undo, guarded: Guarded) -> None:
    """Raise RealBrokerError wherever code goes past the guards that are on.

    The refusal is in the send and in the read, since connections may be open already. A worker
    that celery.contrib.testing runs in a thread goes on.
    """
    undo.callback(_stay_for_threads)
    _methods.join(undo, guarded)
    _methods.replace()
    ON.append(guarded)
    earlier.is_on(1)
    undo.callback(_end, guarded)


def _end(guarded: Guarded) -> None:
    earlier.is_on(-1)
    ON.remove(guarded)


@contextmanager
def refused_around(where: str, remedy: str) -> Iterator[list[str]]:
    """The same while no guard is on, for what would leave this machine.

    ``where`` names the place, and ``remedy`` says what to write. The list has what was refused,
    since code may swallow the error.
    """
    around = Around(where, remedy, [])
    with refused_if(lambda: around):
        yield around.told


@contextmanager
def refused_if(around: Callable[[], Around | None]) -> Iterator[None]:
    """The same, where it is known only at the moment: None lets everything out."""
    with Undo() as undo:
        _methods.join(undo, around)
        AROUND.append(around)
        undo.callback(AROUND.remove, around)
        yield


def stay_ready(undo: Undo) -> None:
    """Leave the methods in their places until the end of a run, though no guard is on."""
    _methods.join(undo, "the run")


def _stay_for_threads() -> None:
    if threads.are_left():
        _methods.stay()


def _refusing() -> Iterator[Refusing]:
    yield from sends.refusing()
    yield from reads.refusing()
    yield from connections.refusing()
    yield from control.refusing()
    yield from programs.refusing()
    yield from processes.refusing()
    yield from threads.noticing(is_strict)


_methods = Methods(_refusing)
