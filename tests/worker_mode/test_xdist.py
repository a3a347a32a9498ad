"""Processes of pytest-xdist side by side: neither sees, runs or drops what the other one sends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guard_docs.page import write
from tests.worker_mode.conftest import Play
from tests.worker_mode.test_modes_agree import assert_nothing_is_left

MEET = """
import time
from pathlib import Path

DEADLINE_SECONDS = 60


def meet(me, other, where):
    Path(f"{where}-{me}").touch()
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not Path(f"{where}-{other}").exists():
        assert time.monotonic() < deadline, f"{other} does not come"
        time.sleep(0.01)
"""
ONE = """
from pathlib import Path

import pytest
from meet import meet
from proj.tasks import app, price


@pytest.mark.celery_guard(allow_leftover=True)
def test_one_leaves_a_message(celery_guard):
    options = app.conf.broker_transport_options
    Path("prefix-one").write_text(options["global_keyprefix"])
    price.delay("apple")
    meet("one", "two", "sent")


def test_one_has_dropped_it():
    meet("one", "two", "dropped")


def test_one_drains(celery_guard):
    prices = [price.delay("apple") for _ in range(5)]
    meet("one", "two", "again")
    assert celery_guard.drain() == 5
    assert celery_guard.sent == [price.s("apple")] * 5
"""
TWO = """
from pathlib import Path

from meet import meet
from proj.tasks import app, price


def test_two_keeps_its_messages(celery_guard):
    options = app.conf.broker_transport_options
    Path("prefix-two").write_text(options["global_keyprefix"])
    prices = [price.delay("pear") for _ in range(3)]
    meet("two", "one", "sent")
    meet("two", "one", "dropped")
    assert celery_guard.drain() == 3
    assert [each.get() for each in prices] == [140] * 3


def test_two_drains(celery_guard):
    price.delay("pear")
    meet("two", "one", "again")
    assert celery_guard.drain() == 1
    assert celery_guard.sent == [price.s("pear")]
"""


@pytest.fixture
def shop(shop: Path) -> Path:
    """The shop, with two files of tests that wait for each other."""
    (shop / "tests/test_shop.py").unlink()
    write({"meet.py": MEET, "tests/test_one.py": ONE, "tests/test_two.py": TWO}, shop)
    return shop


@pytest.mark.services
def test_two_processes_never_meet(play: Play, shop: Path, servers: tuple[str, ...]) -> None:
    pytest.importorskip("xdist", reason="needs pytest-xdist")
    parallel = ("-n", "2", "--dist=loadfile")
    outcomes = play("--celery-guard-mode=worker", *servers, *parallel)
    assert len(outcomes) == 5
    assert [each for each in outcomes.values() if each.kind != "passed"] == []
    prefixes = [(shop / f"prefix-{name}").read_text() for name in ("one", "two")]
    assert prefixes[0] != prefixes[1]
    for prefix in prefixes:
        assert_nothing_is_left(prefix)
