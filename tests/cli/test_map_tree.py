"""``celery-guard map``: the tree that a terminal shows, and what can go wrong.

The README has the whole tree of an example; its tests compare it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.project import Project

RING = """\
from celery import shared_task


@shared_task
def hen():
    return egg.delay().get()


@shared_task
def egg():
    return hen.delay().get()


@shared_task
def alone(): ...
"""


def test_a_circle_of_waits(project: Project) -> None:
    project.write("farm.py", RING)
    assert (
        project.guard("map").out.partition("\n")[2]
        == """\

task alone                             farm.py:15

task egg                               farm.py:10
└─ sends and waits for hen             farm.py:11  in a cycle: all workers wait
   └─ sends and waits for egg (above)  farm.py:6  in a cycle: all workers wait

cycle: egg and hen wait for each other
"""
    )


def test_a_schedule_and_a_task_from_elsewhere(project: Project) -> None:
    project.write(
        "beat.py",
        """\
from celery import Celery

app = Celery()
app.conf.beat_schedule = {
    "nightly": {"task": "attic.tasks.sweep", "schedule": 60.0},
}
""",
    )
    assert (
        project.guard("map").out.partition("\n")[2]
        == """\

app beat                        beat.py:3
├─ broker: Celery's default, amqp://
└─ backend: none, results are discarded

schedule nightly, every 60.0 s  beat.py:5
└─ sends attic.tasks.sweep      beat.py:5
"""
    )


def test_only_a_part(project: Project) -> None:
    project.write("setup.cfg", "")
    project.write("farm/hens.py", RING)
    project.write("town/people.py", "from farm.hens import alone\nalone.delay()\n")
    run = project.guard("map", "town")
    assert run.out.splitlines() == [
        "town: 1 task, 1 module; 1 send, 0 waits",
        "",
        "module town.people  town/people.py:2",
        "└─ sends alone      town/people.py:2",
    ]
    of_file = project.guard("map", "town/people.py").out
    assert of_file == run.out.replace("town: ", "people.py: ", 1)


def test_a_project_without_celery(project: Project) -> None:
    project.write("fine.py", "answer = 42\n")
    run = project.guard("map", ".")
    name = project.folder.name
    assert (run.code, run.err) == (0, "")
    assert run.out == f"{name}: Nothing here sends a Celery task or waits for one.\n"


def test_the_same_with_and_without_a_cache(project: Project) -> None:
    project.write("farm.py", RING)
    cold = project.guard("map", "--no-cache").out
    assert project.guard("map").out == cold
    assert (project.folder / ".celery_guard_cache").is_dir()
    project.guard("check", ".")
    assert project.guard("map").out == cold


def test_a_terminal_without_the_characters_for_lines(project: Project) -> None:
    project.write("farm.py", RING)
    run = project.guard("map", PYTHONIOENCODING="ascii")
    assert "`- sends and waits for hen" in run.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        (["empty"], "empty: there are no Python files here"),
        ([".flake8"], ".flake8: there are no Python files here"),
        (["--output", "no/such/folder.txt"], "--output: no/such/folder.txt: No such file"),
        (["--roots", "nowhere"], "--roots: 'nowhere' is not a folder"),
        (
            ["--format", "png"],
            "--format/--output-format: 'png' is not a valid choice; choose from tree",
        ),
    ],
)
def test_a_wrong_command_line(
    project: Project, arguments: list[str], complaint: str
) -> None:
    project.write("fine.py", "answer = 42\n")
    (project.folder / "empty").mkdir()
    run = project.guard("map", *arguments)
    assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    assert (
        run.err.removeprefix("celery-guard map: ")
        .removeprefix("celery-guard: ")
        .startswith(complaint)
    )


def test_written_to_a_file(project: Project) -> None:
    project.write("farm.py", RING)
    shown = project.guard("map").out
    run = project.guard("map", "--output", "map.txt")
    assert (run.code, run.out, run.err) == (0, "", "")
    assert (project.folder / "map.txt").read_text(encoding="utf-8") == shown


def test_options_about_the_project(project: Project) -> None:
    project.write("proj/queue.py", "import celery\n\ndef job(f): ...\n")
    project.write("proj/jobs.py", "from .queue import job\n\n@job\ndef dig(): ...\n")
    project.write("proj/__init__.py", "from celery import Celery\n")
    run = project.guard("map", "--task-decorators", "proj.queue.job")
    assert "task dig  proj/jobs.py:4" in run.out


def test_a_decorator_of_the_projects_own(project: Project) -> None:
    project.write(
        "proj/queue.py",
        """\
from celery import Celery

app = Celery()


def job(function):
    return app.task(function)
""",
    )
    project.write("jobs/digging.py", "from proj.queue import job\n\n@job\ndef dig(): ...\n")
    assert re.search(r"^task dig +jobs/digging.py:4$", project.guard("map").out, re.M)


def test_a_name_can_not_command_the_terminal(project: Project) -> None:
    project.write(
        "a.py", 'from celery import Celery\nCelery().send_task("x\\x1b[31m\\n")\n'
    )
    out = project.guard("map").out
    assert "\x1b" not in out
    assert "sends x[31m" in out
