"""Runs Celery's tests once: on a real worker, or under the guard."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Literal

from bench.environments import REPOSITORY
from fidelity.environments import python_for
from fidelity.releases import Release, tests_of

Half = Literal["worker", "guard"]

FILES = ("test_canvas.py", "test_tasks.py")
SHARED = ("celery.contrib.pytest", "fidelity.time_limits", "fidelity.redis_port")
PLUGINS: dict[Half, tuple[str, ...]] = {
    "worker": SHARED,
    # Without reruns: under the guard a test that passes now and then does not pass.
    "guard": (*SHARED, "fidelity.guard_suite", "no:rerunfailures"),
}
# pytest's own: all passed, some failed.
ENDED = (0, 1)


class RunError(Exception):
    """A run that came to no end; ``str()`` tells where its output is."""


def log_of(release: Release, half: Half) -> Path:
    """Return where the log of the last run of a half is."""
    return tests_of(release).with_name(f"celery-{release.celery}-{half}.jsonl")


def run(release: Release, half: Half, redis_port: int, only: str = "") -> Path:
    """Run a half and return its log. Raises RunError when pytest itself fails."""
    log, folder = log_of(release, half), tests_of(release)
    command = [str(python_for(release)), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    # Python 3.11 may fail to parse the sources that pytest's own style shows; only messages count.
    command += ["--tb=native"]
    command += [part for plugin in PLUGINS[half] for part in ("-p", plugin)]
    command += [f"--report-log={log}", *(["-k", only] if only else [])]
    files = [f"t/integration/{name}" for name in FILES]
    with log.with_suffix(".txt").open("wb") as printed:
        done = subprocess.run(
            [*command, *files],
            cwd=folder,
            env=_surroundings(redis_port),
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
    if done.returncode not in ENDED:
        raise RunError(f"pytest ended with {done.returncode}, see {printed.name}")
    return log


def _surroundings(redis_port: int) -> dict[str, str]:
    url = f"redis://localhost:{redis_port}/0"
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "REDIS_HOST": "localhost",
        "REDIS_PORT": str(redis_port),
        "TEST_BROKER": url,
        "TEST_BACKEND": url,
        # Two tests read what the worker logs of a success.
        "WORKER_LOGLEVEL": "INFO",
    }
