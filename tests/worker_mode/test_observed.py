"""What the journal tells, whichever process writes first."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from threading import Timer

from celery import Celery

import pytest_celery_guard
from pytest_celery_guard.real_worker.observed import Observed
from pytest_celery_guard.real_worker.processes.journal import Journal
from pytest_celery_guard.world import story

PACKAGE = Path(pytest_celery_guard.__file__).parent


def test_a_failure_that_is_stored_before_the_worker_tells_of_it(tmp_path: Path) -> None:
    app = Celery("shop", backend="cache+memory://", set_as_current=False)
    journal = Journal(tmp_path / "journal")
    observed = Observed(app, journal, app.backend)
    error = {"exc_type": "KeyError", "exc_message": ["plum"], "exc_module": "builtins"}
    meta = app.backend.encode({"status": "FAILURE", "result": error, "traceback": ""})
    stored = base64.b64encode(meta.encode()).decode()

    raw = json.dumps({"headers": {"id": "1", "task": "price"}, "properties": {}})
    journal.write("sent", "1", queue="celery", raw=raw)
    journal.write("told", "1", state="ACCEPTED", meta=None, traceback=None)
    journal.write("stored", "1", state="FAILURE", meta=stored)
    told = {"state": "FAILURE", "meta": "KeyError('plum')", "traceback": ""}
    timer = Timer(0.2, lambda: journal.write("told", "1", **told))
    timer.start()

    observed.catch_up()
    timer.join()
    (failure,) = story.failures(observed)
    assert (failure.task, failure.exception) == ("price", "KeyError('plum')")
    journal.close()


def test_it_has_what_the_story_of_a_world_is_told_from(tmp_path: Path) -> None:
    """The story takes a world: what is watched of a real worker has to have the same parts."""
    observed = Observed(None, Journal(tmp_path / "journal"), None)
    told_by = (
        PACKAGE / "world" / "story.py",
        PACKAGE / "account" / "collect.py",
        PACKAGE / "turns" / "known_names.py",
    )
    text = "".join(path.read_text(encoding="utf-8") for path in told_by)
    for owner, names in (
        (observed, set(re.findall(r"(?<![.\w])world\.(\w+)", text))),
        (observed.worker, set(re.findall(r"(?<![.\w])world\.worker\.(\w+)", text))),
    ):
        assert {name for name in names if not hasattr(owner, name)} == set()
