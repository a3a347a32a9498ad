"""The worker's process: started, waited for, always ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from pytest_celery_guard.app.overrides import BEATS_CONF
from pytest_celery_guard.errors import GuardError

PLAN = "CELERY_GUARD_PLAN"
"""The environment variable that tells the worker's process what to load."""

COMMAND = (sys.executable, "-m", "celery", "-A", f"{__package__}.program:app", "worker")
START_SECONDS = 60
OPTIONS = (
    "--pool=prefork",
    "--concurrency=1",  # in order, one at a time, as in step mode
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
    "--loglevel=WARNING",
)


OWN_VARIABLES = frozenset({"PYTEST_CURRENT_TEST", *BEATS_CONF})
"""Environment variables that tell a task nothing."""


class WorkerProcess:
    """A worker that runs; ``name`` is its host name."""

    def __init__(self, plan: dict[str, Any], name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._environment = dict(os.environ)
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [*COMMAND, *OPTIONS, f"--hostname={name}"],
                env=environment(plan),
                stdin=subprocess.PIPE,  # the worker ends when we do, however that happens
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, so that stop() reaches its pool
            )

    def wait(self, app: Any) -> None:
        """Return when the worker answers. Raises GuardError, with its log, if it doesn't."""
        deadline = time.monotonic() + START_SECONDS
        while not app.control.ping([self.name], timeout=1, limit=1):
            if self.has_ended() or time.monotonic() > deadline:
                raise GuardError(f"celery_guard's worker does not start:\n{self.tail()}")

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    def lacks(self) -> list[str]:
        """The environment variables that this process has otherwise by now."""
        before, now = self._environment, dict(os.environ)
        names = sorted((before.keys() | now.keys()) - OWN_VARIABLES)
        return [each for each in names if before.get(each) != now.get(each)]

    def tail(self) -> str:
        """The end of the worker's log."""
        return self.log.read_text(errors="replace")[-3000:].strip()

    def stop(self) -> None:
        """End the worker and its pool at once: nothing is left to be saved."""
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


def environment(plan: dict[str, Any]) -> dict[str, str]:
    """What the process inherits: also the places that pytest added to ``sys.path``."""
    kept = {name: value for name, value in os.environ.items() if name not in BEATS_CONF}
    path = os.pathsep.join(each for each in sys.path if each)
    return {**kept, PLAN: json.dumps(plan), "PYTHONPATH": path, "C_FORCE_ROOT": "1"}
