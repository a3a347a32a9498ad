"""Nothing leaves the test while the guard is on: no message, no read, no connection."""

from __future__ import annotations

from contextlib import ExitStack

from pytest_celery_guard.refusals import connections, reads, sends
from pytest_celery_guard.refusals.guarded import ON, Guarded
from pytest_celery_guard.restoring import Shared, swap_all


def refuse_the_rest(undo: ExitStack, guarded: Guarded) -> None:
    """Raise RealBrokerError wherever code goes past the guards that are on.

    The refusal is in the send and in the read, since connections may be open already. A worker
    that celery.contrib.testing runs in a thread goes on.
    """
    _patches.join(undo, guarded)


def _patch(undo: ExitStack) -> None:
    swap_all(undo, (*sends.changes(), *reads.changes(), *connections.changes()))


_patches = Shared[Guarded](_patch, ON)
