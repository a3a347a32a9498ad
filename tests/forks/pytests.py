"""Runs pytest in a folder of its own, as a fork of a process that has imported Celery.

What ``Pytester.runpytest_subprocess`` does in a new process, where the imports take longest.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.forks.client import Forks

CELERY = (
    "celery.app.builtins",
    "celery.app.log",
    "celery.app.trace",
    "celery.backends.redis",
    "celery.contrib.testing.mocks",
    "celery.worker.consumer",
    "celery.worker.strategy",
    "kombu.transport.redis",
    "kombu.transport.virtual",
)
DJANGO = (
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.test",
)
PYTESTS = Forks(
    modules=("pytest",),
    loaded=(*CELERY, *DJANGO) if find_spec("django") else CELERY,
)
"""pytest loads plugins itself, so it rewrites their assertions."""

Run = Callable[..., pytest.RunResult]


def runner(pytester: pytest.Pytester) -> Run:
    """Stands in for a ``runpytest_subprocess``."""
    return partial(_run, pytester)


def _run(pytester: pytest.Pytester, *arguments: object) -> pytest.RunResult:
    base = pytester.path / f"run-{time.monotonic_ns()}"
    start = time.perf_counter()
    done = PYTESTS.run(
        ("-m", "pytest", f"--basetemp={base}", *map(str, arguments)),
        Path.cwd(),
        {},
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    print(out)
    print(err, file=sys.stderr)
    seconds = time.perf_counter() - start
    return pytest.RunResult(done.returncode, out.splitlines(), err.splitlines(), seconds)
