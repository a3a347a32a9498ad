"""What code must not do in the test's own process, in whichever mode the tasks run.

A file of another project: it is copied there, and played in a process of its own.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from proj.tasks import app, charge, price, total  # type: ignore[import-not-found]

from proj import post, reports, stock, sums, waits  # type: ignore[import-not-found]

NO_DRAIN = pytest.mark.celery_guard(allow_leftover=True)


def ask(method: str, path: str, web: Any = reports.web) -> Any:
    """What an application answers."""
    client = pytest.importorskip("fastapi.testclient", reason="needs FastAPI")
    return client.TestClient(web).request(method, path).json()


@pytest.mark.filterwarnings("ignore:Using `httpx`")
def test_a_request_waits(celery_guard: Any) -> None:
    assert ask("POST", "/orders/A-17?cents=499") == {"payment": "A-17 is paid"}


@pytest.mark.filterwarnings("ignore:Using `httpx`")
@pytest.mark.celery_guard(allow=["CEL102:proj.reports"])
def test_a_request_waits_on_purpose(celery_guard: Any) -> None:
    assert ask("POST", "/orders/A-17?cents=499") == {"payment": "A-17 is paid"}


@pytest.mark.filterwarnings("ignore:Using `httpx`")
def test_a_request_polls(celery_guard: Any) -> None:
    result = charge.delay("A-17", 499)
    assert ask("GET", f"/payments/{result.id}") == {"payment": "A-17 is paid"}


@pytest.mark.filterwarnings("ignore:Using `httpx`")
def test_a_request_reads_what_is_there(celery_guard: Any) -> None:
    result = charge.delay("A-17", 499)
    celery_guard.drain()
    assert ask("GET", f"/payments/{result.id}") == {"payment": "A-17 is paid"}


def test_a_coroutine_waits(celery_guard: Any) -> None:
    assert asyncio.run(reports.cheapest(["apple", "pear"])) == 120


def test_a_coroutine_waits_in_a_thread(celery_guard: Any) -> None:
    assert asyncio.run(reports.cheapest_in_a_thread(["apple", "pear"])) == 120


def test_a_coroutine_waits_in_many_threads(celery_guard: Any) -> None:
    assert asyncio.run(waits.at_the_same_time(range(12))) == [*range(12)]


def test_the_test_itself_waits(celery_guard: Any) -> None:
    assert price.delay("apple").get() == 120


def test_a_task_that_the_test_runs_itself(celery_guard: Any) -> None:
    assert waits.basket.apply((["apple", "pear"],)).get() == 260


def test_a_task_that_lifts_the_refusal(celery_guard: Any) -> None:
    assert waits.lifted.apply((["apple", "pear"],)).get() == 260


def test_a_result_that_is_not_stored(celery_guard: Any) -> None:
    waits.looks(waits.quiet.delay())
    celery_guard.drain()


@pytest.mark.celery_guard(app="proj.stock:app", allow_leftover=True)
def test_an_app_without_a_backend(celery_guard: Any) -> None:
    assert stock.count() == "unknown"


@pytest.mark.filterwarnings("ignore:Using `httpx`")
@pytest.mark.celery_guard(app="proj.sums:app")
def test_a_result_over_rpc(celery_guard: Any) -> None:
    result = sums.add.delay(1, 2)
    assert result.get() == 3
    assert ask("GET", f"/sums/{result.id}", sums.web) == "PENDING"


@NO_DRAIN
def test_arguments_that_do_not_fit(celery_guard: Any) -> None:
    app.send_task("proj.tasks.charge", ("A-17",))


def test_an_argument_that_can_not_be_carried(celery_guard: Any) -> None:
    with pytest.raises(Exception, match="set is not JSON serializable"):
        total.delay([120], discount={"apple"})


@NO_DRAIN
@pytest.mark.filterwarnings("error")
def test_an_eta_without_a_time_zone(celery_guard: Any) -> None:
    price.apply_async(("apple",), eta=datetime(2040, 1, 1))


@NO_DRAIN
def test_a_name_that_is_a_slip(celery_guard: Any) -> None:
    app.send_task("proj.tasks.chrage", ("A-17", 499))


@pytest.mark.filterwarnings("error")
@pytest.mark.celery_guard(app="proj.post:app", allow_leftover=True)
def test_a_queue_that_is_a_slip(celery_guard: Any) -> None:
    post.deliver.apply_async(queue="lettres")


@pytest.mark.celery_guard(allow=["CEL601"], allow_leftover=True)
def test_arguments_that_do_not_fit_on_purpose(celery_guard: Any) -> None:
    app.send_task("proj.tasks.charge", ("A-17",))


@pytest.mark.celery_guard(contract="off", allow_leftover=True)
def test_no_contract(celery_guard: Any) -> None:
    app.send_task("proj.tasks.charge", ("A-17",))


@pytest.mark.celery_guard(contract="strict", allow_leftover=True)
def test_a_strict_contract(celery_guard: Any) -> None:
    total.delay((120, 140))
