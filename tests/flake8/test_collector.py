"""What was read is set aside from Python's collector, and does not pile up for ever."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_celery_get import plugin
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from tests.cli.project import WAITS


class Circle:
    """Refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def inside_flake8(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/flake8"])
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("inside_flake8")
def test_the_collector_passes_over_what_was_read() -> None:
    left = weakref.ref(Circle())
    plugin._set_aside()
    gc.collect()
    assert left() is not None


@pytest.mark.usefixtures("inside_flake8")
def test_what_very_many_projects_left_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    left = weakref.ref(Circle())
    plugin._set_aside()
    monkeypatch.setattr(plugin, "MOST_SET_ASIDE", 0)
    plugin._set_aside()
    assert left() is None


PROGRAMS = {
    "/usr/bin/flake8": True,
    "flake8.exe": True,
    "/site-packages/flake8/__main__.py": True,
    "/usr/bin/pytest": False,
    "/site-packages/pytest/__main__.py": False,
    "-c": False,
    "": False,
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_that_calls_flake8_is_left_alone(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [program])
    try:
        plugin._set_aside()
        assert bool(gc.get_freeze_count()) is PROGRAMS[program]
    finally:
        gc.unfreeze()


def test_the_collector_is_still_off_when_what_was_read_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text(WAITS)
    was_on: list[bool] = []
    engine = Engine(Options(cache=False), lambda: was_on.append(gc.isenabled()))
    assert engine.check(str(tmp_path / "tasks.py"))
    assert was_on == [False]
    assert gc.isenabled()
