"""Sends many messages in each of several tests, and tells what memory that takes.

Run inside an environment with Celery and the guard: ``sends.py NUMBER TESTS MODE`` prints
a JSON list, one entry a test, and one before them. MODE is ``sent`` or ``run``.
"""

from __future__ import annotations

import gc
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")


def tests(number: int, count: int, mode: str) -> list[dict[str, int]]:
    """Return the memory after a test with one message, then after each large one."""
    # A sibling: this file runs as a script.
    from contestants import real  # type: ignore[import-not-found]

    from pytest_celery_guard.handle.attach import Attachment

    project = real()
    kept = Attachment(project.app)
    test(project, kept, 1, mode)
    found = [memory()]
    for _ in range(count):
        test(project, kept, number, mode)
        found.append(memory())
    return found


def test(project: Any, kept: Any, number: int, mode: str) -> None:
    """Send so many messages under the guard, as one test does, and perhaps run them."""
    from pytest_celery_guard import CeleryGuard
    from pytest_celery_guard.handle.steps import Steps

    steps = Steps(project.app, attachment=kept)
    with CeleryGuard(project.app, engine=steps, allow_leftover=True) as guard:
        for _ in range(number):
            project.task.delay()
        if mode == "run" and guard.drain(limit=number + 1) != number:
            raise SystemExit(f"only {project.ran} tasks ran")


def memory() -> dict[str, int]:
    """Return the highest number of bytes so far, and how many blocks Python holds now."""
    gc.collect()
    return {"peak": peak(), "blocks": sys.getallocatedblocks()}


def peak() -> int:
    """Return the highest number of bytes so far; Linux counts in kilobytes, macOS in bytes."""
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # There getrusage starts with what the process had that started this one.
    found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    return 1024 * int(found[1]) if found else 0


if __name__ == "__main__":
    print(json.dumps(tests(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
