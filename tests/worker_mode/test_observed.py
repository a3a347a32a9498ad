"""What the journal tells, whichever process writes first."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from threading import Timer

from celery import Celery

from pytest_celery_guard.real_worker.observed import Observed
from pytest_celery_guard.real_worker.processes.journal import Journal
from pytest_celery_guard.world import story


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


def test_a_retry_of_which_the_worker_tells_when_the_next_run_has_begun(
    tmp_path: Path,
) -> None:
    app = Celery("shop", backend="cache+memory://", set_as_current=False)
    journal = Journal(tmp_path / "journal")
    observed = Observed(app, journal, app.backend)
    error = {"exc_type": "KeyError", "exc_message": ["plum"], "exc_module": "builtins"}
    meta = app.backend.encode({"status": "RETRY", "result": error, "traceback": ""})
    stored = base64.b64encode(meta.encode()).decode()

    for retries in (0, 1):
        headers = {"id": "1", "task": "price", "retries": retries}
        raw = json.dumps({"headers": headers, "properties": {}})
        journal.write("sent", "1", queue="celery", raw=raw)
        journal.write("told", "1", state="ACCEPTED", meta=None, traceback=None)
        if retries == 0:
            journal.write("stored", "1", state="RETRY", meta=stored)
    journal.write("told", "1", state="RETRY", meta="Retry()", traceback="")

    observed.refresh()
    states = [each.state for each in story.history(observed, "1")]
    assert states == ["PENDING", "ACCEPTED", "RETRY", "ACCEPTED"]
    journal.close()
