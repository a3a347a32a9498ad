"""The handle of worker mode has what that of step mode has, or skips the test with a reason."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import pytest_celery_guard
from pytest_celery_guard.handle.guard import CeleryGuard
from pytest_celery_guard.modes.real_guard import RealGuard
from pytest_celery_guard.options.settings import Settings

PACKAGE = Path(pytest_celery_guard.__file__).parent
PUBLIC = [name for name in dir(CeleryGuard) if not name.startswith("_")]
SHARED = [name for name in PUBLIC if hasattr(RealGuard, name)]


def bare() -> Any:
    """A handle that no run has begun."""
    return RealGuard.__new__(RealGuard)


def test_it_has_most_names_and_no_others() -> None:
    own = {name for name in dir(RealGuard) if not name.startswith("_")}
    assert own == set(SHARED)
    assert {"sent", "drain", "advance", "states", "failures", "history", "conf"} <= own


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_name_is_called_in_the_same_way(name: str) -> None:
    step, worker = getattr(CeleryGuard, name), getattr(RealGuard, name)
    assert callable(step) is callable(worker)
    if callable(step):
        assert str(inspect.signature(step)) == str(inspect.signature(worker))


@pytest.mark.parametrize("name", ["step", *(name for name in PUBLIC if name not in SHARED)])
def test_what_it_can_t_do_skips_the_test(name: str) -> None:
    with pytest.raises(pytest.skip.Exception, match=r"step mode only: .*\b" + name):
        getattr(bare(), name)()


def test_a_schedule_and_the_app_s_own_tables_skip_the_test() -> None:
    with pytest.raises(
        pytest.skip.Exception, match=r"step mode only: advance\(beat=True\)"
    ):
        bare().advance(days=1, beat=True)
    guard = bare()
    guard.settings = Settings(store="app")
    with pytest.raises(pytest.skip.Exception, match='step mode only: store="app"'):
        guard.enter()


def test_what_neither_has_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="drian"):
        bare().drian()


def test_it_has_what_the_plugin_itself_calls() -> None:
    called = {
        name
        for file in (
            PACKAGE / "plugin.py",
            PACKAGE / "fixtures.py",
            *(PACKAGE / "report").glob("*.py"),
        )
        for name in re.findall(r"\bguard\.([a-z_]+)", file.read_text(encoding="utf-8"))
        if hasattr(CeleryGuard, name)
    }
    assert {"verify", "leave", "account"} <= called
    assert called <= set(SHARED)
