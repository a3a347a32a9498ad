"""The scripts that run inside other environments, here inside this one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bench.counts import COUNTED, COUNTERS
from bench.environments import Environment
from bench.inside import PROBE, share
from bench.parts import PROBE as PARTS
from bench.parts_probe import REST, WATCHED
from bench.processes import output
from bench.setting import Project

PLAIN = "def add(a, b):\n    return a + b\n"
WAITS = """\
from celery import shared_task


@shared_task
def add(a, b):
    return a + b


@shared_task
def total(numbers):
    return add.delay(*numbers).get()
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "plain.py").write_text(PLAIN, encoding="utf-8")
    return Project("shop", tmp_path)


def spent(project: Project, plugin: str = "celery-guard") -> dict[str, float]:
    arguments = ["--isolated", "-j1", "--exit-zero", "--output-file=out.txt", "."]
    printed = output([sys.executable, PROBE, plugin, *arguments], project.folder)
    result: dict[str, float] = json.loads(printed)
    return result


def test_the_plugin_is_part_of_the_process(project: Project) -> None:
    (project.folder / "tasks.py").write_text(WAITS, encoding="utf-8")
    seconds = spent(project)
    assert 0 < seconds["plugin"] < seconds["process"]
    assert "CEL101" in (project.folder / "out.txt").read_text(encoding="utf-8")


def test_reading_definitions_shows_in_the_plugins_time(project: Project) -> None:
    before = spent(project)["plugin"]
    (project.folder / "tasks.py").write_text(WAITS, encoding="utf-8")
    assert spent(project)["plugin"] > before


def test_a_plugin_that_is_not_there_takes_no_time(project: Project) -> None:
    seconds = spent(project, "flake8-nothing")
    assert seconds["plugin"] < seconds["process"] / 100


def test_the_share_is_in_percent_of_the_rest(project: Project) -> None:
    environment = Environment(Path(sys.prefix))
    assert share(environment, "celery-guard", project) > 0


def test_counts_tell_what_libcst_is_given(project: Project) -> None:
    before = counted(project)
    assert before.pop("texts searched") >= 1
    assert before == {"files": 1}
    (project.folder / "tasks.py").write_text(WAITS, encoding="utf-8")
    counts = counted(project)
    assert set(counts) == set(COUNTED)
    assert counts["files"] == 2
    assert counts["modules parsed"] == 1
    assert counts["texts past the filter"] == 1
    assert 0 < counts["lines for libcst"] <= WAITS.count("\n")


def counted(project: Project) -> dict[str, int]:
    printed = output([sys.executable, COUNTERS, str(project.folder)], project.folder)
    result: dict[str, int] = json.loads(printed)
    return {what: number for what, number in result.items() if number}


def divided(project: Project) -> dict[str, float]:
    printed = output([sys.executable, PARTS, "."], project.folder)
    result: dict[str, float] = json.loads(printed)
    return result


def test_a_check_divides_into_parts(project: Project) -> None:
    (project.folder / "tasks.py").write_text(WAITS, encoding="utf-8")
    (project.folder / "other.py").write_text("ready = 1\n", encoding="utf-8")
    spent = divided(project)
    assert spent.keys() >= {REST, "importing libcst", *WATCHED}
    assert all(seconds > 0 for seconds in spent.values())


def test_a_project_without_celery_is_never_parsed(project: Project) -> None:
    assert not [part for part in divided(project) if part.startswith("definitions")]
