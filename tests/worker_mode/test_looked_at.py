"""What a test and its tasks both use, each in its own process, is found by their code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery

from pytest_celery_guard.real_worker.looked_at import looked_at_here

PAID: list[str] = []
RATES = {"apple": 120}
HERE = sys.modules[__name__]


class Stock:
    left: dict[str, int] = {}  # noqa: RUF012 # shared by all, as in many a test suite


def note(item: str) -> None:
    PAID.append(item)


def note_later(item: str) -> None:
    note(item)


def charge(item: str) -> None:
    note_later(item)


def take(item: str) -> None:
    Stock.left[item] = 0


def price(item: str) -> int:
    return RATES[item]


def looks_at_a_list() -> None:
    assert PAID == ["apple"]


def looks_at_a_module() -> None:
    assert HERE.PAID == ["apple"]


def looks_at_a_class() -> None:
    assert list(Stock.left) == ["apple"]


def looks_in_a_function_of_its_own() -> None:
    def paid() -> list[str]:
        return PAID

    assert paid() == ["apple"]


def looks_at_nothing() -> None:
    assert True


@pytest.fixture
def app() -> Celery:
    app = Celery("shop", set_as_current=False)
    for function in (charge, take, price):
        app.task(name=function.__name__, shared=False)(function)
    app.finalize()
    return app


def found(app: Celery, task: str, test: Callable[[], None], **fixtures: Any) -> list[str]:
    item = SimpleNamespace(obj=test, funcargs=fixtures)
    names = looked_at_here(app, [task], item)
    return [name.removeprefix(f"{__name__}.") for name in names]


@pytest.mark.parametrize(
    ("task", "test", "names"),
    [
        ("charge", looks_at_a_list, ["PAID"]),
        ("charge", looks_at_a_module, ["PAID"]),
        ("charge", looks_in_a_function_of_its_own, ["PAID"]),
        ("take", looks_at_a_class, ["Stock.left"]),
        ("take", looks_at_a_list, []),
        ("price", looks_at_a_list, []),
        ("charge", looks_at_nothing, []),
        ("of another service", looks_at_a_list, []),
    ],
)
def test_what_both_use(app: Celery, task: str, test: Any, names: list[str]) -> None:
    assert found(app, task, test) == names


def test_what_a_fixture_has_captured(app: Celery) -> None:
    assert found(app, "charge", looks_at_nothing, caplog=None, tmp_path=None) == ["caplog"]
    assert found(app, "no task", looks_at_nothing, caplog=None) == []
