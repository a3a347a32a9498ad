"""What the model notices of handles besides waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.model.ask.model import Model
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.noticed.notes import (
    Access,
    Comparison,
    Meant,
    Rebuilt,
    StateUpdate,
)
from flake8_celery_get.options import Options
from flake8_celery_get.project.project import Project

TASKS = """\
from celery import Celery, shared_task
from celery.result import AsyncResult

app = Celery("proj")


@shared_task(ignore_result=True)
def quiet(): ...


@app.task(bind=True)
def loud(self):
    self.update_state(state="PROGRESS", meta={"done": 1})
"""


@pytest.fixture
def noticed(tmp_path: Path) -> Module:
    """The module of the test's own file, beside some tasks."""
    (tmp_path / "tasks.py").write_text(TASKS, encoding="utf-8")
    return _module(tmp_path, "views.py", VIEWS)


VIEWS = """\
from celery.result import AsyncResult, GroupResult
from tasks import AsyncResult, app, loud, quiet


def show(request, task_id):
    result = AsyncResult(task_id)
    if result.state == "DONE":
        return result
    match result.status:
        case "LATE" | "LOST":
            pass
    if loud.delay() and not result:
        return 1 + result
    return quiet.delay().state


def other(request):
    sent = loud.delay()
    app.AsyncResult(sent.id)
    AsyncResult("some", app=app)
    return quiet.AsyncResult("other").get("a key"), GroupResult.restore("some").save()
"""


def _module(root: Path, name: str, text: str) -> Module:
    (root / "setup.cfg").touch()
    (root / name).write_text(text, encoding="utf-8")
    project = Project(str(root), Options(cache=False))
    project.open()
    (module,) = (m for m in Model(project).modules() if m.path == str(root / name))
    return module


def test_each_access_is_noticed_where_it_stands(noticed: Module) -> None:
    found = [(note.at[0], note.name, note.is_call) for note in noticed.notes(Access)]
    assert found == [
        (7, "state", False),
        (9, "status", False),
        (14, "state", False),
        (19, "id", False),
        (21, "get", False),
        (21, "save", False),
        (21, "save", True),
    ]


def test_a_comparison_tells_what_is_compared(noticed: Module) -> None:
    found = noticed.notes(Comparison)
    assert [(note.at, note.operator) for note in found] == [
        ((7, 7, 7, 29), "=="),
        ((10, 13, 10, 28), "in"),
    ]


def test_a_handle_that_is_taken_for_its_value_is_noticed(noticed: Module) -> None:
    found = [(note.at[:2], note.use) for note in noticed.notes(Meant)]
    assert found == [
        ((8, 15), "return"),
        ((12, 7), "condition"),
        ((12, 28), "condition"),
        ((13, 15), "arithmetic"),
        ((14, 11), "return"),
    ]


def test_the_task_and_the_app_of_a_handle_are_known(noticed: Module) -> None:
    by_name = {note.name: note.handle for note in noticed.notes(Access)}
    assert (by_name["state"].task, by_name["state"].options.ignores) == ("quiet", "yes")
    unsaid = by_name["id"].options
    assert (by_name["id"].task, unsaid.ignores, unsaid.tracks) == (
        "loud",
        "no",
        "as its app",
    )
    assert unsaid.app[1:] == (4, 6)


def test_a_handle_made_from_an_id_knows_whose_id_it_is(noticed: Module) -> None:
    found = {note.at[0]: note for note in noticed.notes(Rebuilt)}
    assert [(line, note.handle.task) for line, note in found.items()] == [
        (6, ""),
        (19, "loud"),
        (20, ""),
        (21, ""),
    ]
    source = found[19].source
    assert source is not None
    assert source.task == "loud"
    assert found[20].handle.options.app == found[19].handle.options.app != ()


def test_a_state_that_a_task_stores_is_noticed(tmp_path: Path) -> None:
    (update,) = _module(tmp_path, "tasks.py", TASKS).notes(StateUpdate)
    assert update.at == (13, 4, 13, 57)


def test_the_function_around_a_note_is_known(noticed: Module) -> None:
    kinds = {noticed.kind_of(note) for note in noticed.notes(Access)}
    assert kinds == {"view"}
