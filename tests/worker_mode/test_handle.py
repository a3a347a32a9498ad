"""The handle of worker mode is that of step mode, or skips the test with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.options.settings import Settings
from pytest_celery_guard.real_worker.engine import RealWorker
from tests.guard_docs.page import write
from tests.worker_mode.conftest import REDIS, Play, listens

STEP_MODE_ONLY = (
    *("assert_idempotent", "backend_down", "broker_down", "delay_delivery", "due"),
    *("duplicate", "lose_worker", "redeliver", "redeliver_unacked", "step", "stub"),
    *("begin_part", "end_part", "enter_shared"),
)
ONE_HANDLE = """
from proj.tasks import price
from pytest_celery_guard import CeleryGuard


def test_it_is_the_same_handle(celery_guard: CeleryGuard):
    assert type(celery_guard) is CeleryGuard
    assert repr(celery_guard).startswith("<CeleryGuard of ")
    price.delay("apple")
    assert celery_guard.drain() == 1
"""


def bare() -> CeleryGuard:
    """A handle whose worker is in another process, and that no run has begun."""
    guard = CeleryGuard.__new__(CeleryGuard)
    guard._has_begun, guard._own_engine = True, RealWorker.__new__(RealWorker)
    return guard


@pytest.mark.parametrize("name", STEP_MODE_ONLY)
def test_what_it_can_t_do_skips_the_test(name: str) -> None:
    with pytest.raises(pytest.skip.Exception, match=r"step mode only: .*\b" + name):
        getattr(bare(), name)()


def test_the_world_of_step_mode_is_none_of_its_parts() -> None:
    with pytest.raises(pytest.skip.Exception, match="step mode only: the world"):
        _ = bare()._world


def test_a_schedule_and_the_app_s_own_tables_skip_the_test() -> None:
    engine = RealWorker.__new__(RealWorker)
    with pytest.raises(
        pytest.skip.Exception, match=r"step mode only: advance\(beat=True\)"
    ):
        engine.advance(60, beat=True)
    with pytest.raises(pytest.skip.Exception, match='step mode only: store="app"'):
        engine.enter(Undo(), Settings(store="app"))


def test_what_neither_has_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="drian"):
        bare().drian()  # type: ignore[attr-defined]


@pytest.mark.services
def test_a_test_in_worker_mode_holds_a_celery_guard(play: Play, shop: Path) -> None:
    if not listens(REDIS):
        pytest.skip(f"nothing listens at {REDIS}")
    write({"tests/test_shop.py": ONE_HANDLE}, shop)
    outcomes = play("--celery-guard-mode=worker", f"--celery-guard-broker={REDIS}")
    assert {each.kind for each in outcomes.values()} == {"passed"}
