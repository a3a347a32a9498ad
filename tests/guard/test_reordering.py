"""Due tasks in random order."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from celery import chord

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import WrongOptionError


def noting(app: Any, ran: list[int]) -> Any:
    """A task that notes its argument."""

    def note(n: int) -> None:
        ran.append(n)

    app.tasks.pop("note", None)
    return app.task(name="note", shared=False)(note)


def order_of(app: Any, seed: Any, **options: Any) -> list[int]:
    """The numbers of ten tasks in the order of their runs."""
    ran: list[int] = []
    note = noting(app, ran)
    with CeleryGuard(app, seed=seed) as guard:
        for number in range(10):
            note.apply_async((number,), queue="ab"[number % 2], **options)
        guard.advance(minutes=1)
    return ran


@pytest.mark.parametrize("is_planned", [False, True])
def test_a_seed_gives_one_order(app: Any, is_planned: bool) -> None:
    moment = datetime.now(timezone.utc) + timedelta(seconds=30)
    options = {"eta": moment} if is_planned else {}
    order = order_of(app, 17, **options)
    assert order != list(range(10))
    assert sorted(order) == list(range(10))
    assert order_of(app, 17, **options) == order
    assert order_of(app, "17", **options) == order
    assert order_of(app, 18, **options) != order


def test_without_a_seed_it_is_the_order_of_sending(app: Any) -> None:
    assert order_of(app, 17) != order_of(app, None) == list(range(10))


def test_priorities_hold(app: Any) -> None:
    ran: list[int] = []
    note = noting(app, ran)
    with CeleryGuard(app, seed=1) as guard:
        for _ in range(5):
            note.apply_async((9,), priority=9)
            note.apply_async((0,), priority=0)
        guard.drain()
    assert ran == [0] * 5 + [9] * 5


def test_what_is_not_wanted_stays(app: Any, add: Any) -> None:
    with CeleryGuard(app, seed=1) as guard:
        wanted, other = add.delay(1), add.apply_async((2,), queue="slow")
        assert guard.drain(only=wanted) == 1
        assert guard.drain(queue="celery") == 0
        assert other.state == "PENDING"
        guard.drain()


def test_a_canvas_gives_the_same_in_any_order(app: Any, add: Any) -> None:
    @app.task(name="total", shared=False)
    def total(parts: list[int]) -> int:
        return sum(parts)

    for seed in range(5):
        with CeleryGuard(app, seed=seed):
            assert chord([add.s(n) for n in range(5)])(total.s()).get() == 10


@pytest.mark.parametrize("seed", ["often", -1, 1.5])
def test_a_seed_that_is_no_number(app: Any, seed: Any) -> None:
    with pytest.raises(WrongOptionError) as told:
        CeleryGuard(app, seed=seed)
    assert str(told.value) == (
        f"celery_guard's option seed is {seed!r}, but it must be a number or random."
    )


def test_a_drawn_seed_is_told(app: Any, add: Any) -> None:
    with CeleryGuard(app, seed="random") as guard:
        assert guard.account() == ""
        guard.run(add.s(1))
        assert "--celery-guard-seed=" in guard.account().splitlines()[1]


SUITE = """
import pytest
from celery import Celery

app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")
ran = []

@app.task
def note(n):
    ran.append(n)

@pytest.mark.parametrize("_", range(4))
def test_order(celery_guard, _):
    ran.clear()
    for n in range(8):
        note.delay(n)
    celery_guard.drain()
    print("ORDER", ran)
    assert False
"""


def orders(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line.startswith("ORDER")]


def test_a_failing_test_names_the_seed_that_repeats_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    options = ("-p", "no:django", "-p", "no:randomly")
    first = pytester.runpytest_subprocess(*options, "--celery-guard-seed=random")
    told, *_ = [line for line in first.outlines if "due tasks in random order" in line]
    (seed,) = [word for word in told.split() if word.startswith("--celery-guard-seed=")]
    again = pytester.runpytest_subprocess(*options, seed)
    assert orders(again) == orders(first) != []
    pytester.makeini(f"[pytest]\ncelery_guard_seed = {seed.partition('=')[2]}\n")
    assert orders(pytester.runpytest_subprocess(*options)) == orders(first)


def test_all_processes_share_a_drawn_seed(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist", reason="it starts the processes")
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_subprocess(
        "-p", "no:django", "-p", "no:randomly", "-n", "2", "--celery-guard-seed=random"
    )
    told = [line for line in result.outlines if "--celery-guard-seed=" in line]
    assert len(told) == 4
    assert len(set(told)) == 1
