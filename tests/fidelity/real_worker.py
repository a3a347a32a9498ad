"""What `celery -A` loads in a real worker: the apps, with journal and signals connected."""

from __future__ import annotations

import os
import signal
from threading import Thread

from tests.fidelity import journal, witness
from tests.fidelity.stage import REDIS, RUN, app, tuned

__all__ = ["app", "tuned"]


def end_with_parent() -> None:
    """Leave nothing behind when the tests end without stopping their workers."""
    # Returns when the other end of the pipe is gone.  Not sys.stdin.read(), whose lock a pool
    # process would inherit locked.
    os.read(0, 1)
    book.remove(f"{RUN}:*")
    os.killpg(0, signal.SIGKILL)


book = journal.RedisJournal(REDIS, f"{RUN}:journal")
journal.open_for_good(book)
witness.listen()
Thread(target=end_with_parent, daemon=True).start()
