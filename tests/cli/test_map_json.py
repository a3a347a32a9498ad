"""``celery-guard map --format json``: a document for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.project import Project

PROJECT = """\
from celery import Celery
from celery.result import AsyncResult

app = Celery("posts", broker="redis://", backend="redis://")
app.conf.beat_schedule = {"daily": {"task": "attic.sweep", "schedule": 60}}


@app.task
def post(to):
    return to


def fetch(result):
    return result.get()


def page(request, id):
    return fetch(post.delay(id)), AsyncResult(id).get()
"""


def test_everything_of_a_small_project(project: Project) -> None:
    project.write("posts.py", PROJECT)
    report = project.guard("map", "--format", "json").json
    assert report.pop("tool").startswith("celery-guard ")
    posts = {"path": "posts.py"}
    redis = {"state": "set", "value": "redis://", "may_differ": False}
    assert report == {
        "version": 1,
        "project": project.folder.name,
        "apps": [
            {"id": "app:posts", "label": "posts", **posts, "line": 4}
            | {"broker": redis, "backend": redis}
        ],
        "tasks": [
            {"id": "task:posts.post", "name": "posts.post", "label": "post"}
            | {**posts, "line": 9, "app": "app:posts"}
            | {"ignores_result": False, "tracks_started": False},
            {"id": "task:attic.sweep", "name": "attic.sweep", "label": "attic.sweep"}
            | {"path": None, "line": None, "app": "app:posts"}
            | {"ignores_result": None, "tracks_started": None},
        ],
        "callers": [
            {"id": "view:posts.page", "kind": "view", "name": "posts.page"}
            | {"label": "page", **posts, "line": 17, "when": None},
            {"id": "schedule:daily", "kind": "schedule", "name": "daily"}
            | {"label": "daily", **posts, "line": 5, "when": "every 60 s"},
        ],
        "sends": [
            {"from": "schedule:daily", "to": "task:attic.sweep", **posts, "line": 5}
            | {"through": [], "sent_at": {**posts, "line": 5}},
            {"from": "view:posts.page", "to": "task:posts.post", **posts, "line": 18}
            | {"through": [], "sent_at": {**posts, "line": 18}},
        ],
        "waits": [
            {"from": "view:posts.page", "to": None, **posts, "line": 18}
            | {"through": [], "read_at": {**posts, "line": 18}}
            | {"polls": False, "inside_task": False},
            {"from": "view:posts.page", "to": "task:posts.post", **posts, "line": 18}
            | {"through": [{"name": "posts.fetch", **posts, "line": 13}]}
            | {"read_at": {**posts, "line": 14}, "polls": False, "inside_task": False},
        ],
        "cycles": [],
    }


def test_nothing_to_see(project: Project) -> None:
    project.write("fine.py", "answer = 42\n")
    run = project.guard("map", "--format", "json")
    assert run.code == 0
    parts = ("apps", "tasks", "callers", "sends", "waits", "cycles")
    assert [run.json[part] for part in parts] == [[], [], [], [], [], []]
