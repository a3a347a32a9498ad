"""A worker ends with its parent, whatever has ended that: a signal or a crash.

Left alone, workers would wait forever for work and hold the parent's stdout open, so that
whoever reads it never sees its end.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from multiprocessing import parent_process
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


def end_with_parent() -> None:
    """End this process when its parent is gone, also when it is gone already."""
    parent = parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        _be_killed_by_the_kernel()
    Thread(target=_outlive_nobody, args=(parent,), daemon=True).start()


def _be_killed_by_the_kernel() -> None:
    """Not to wait until the thread gets its turn, which a long call of C code delays."""
    with suppress(ImportError, OSError, AttributeError):  # not every libc has it
        from ctypes import CDLL

        CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _outlive_nobody(parent: BaseProcess) -> None:
    # It waits for the end of a pipe that the parent alone holds open.
    parent.join()
    os._exit(1)
