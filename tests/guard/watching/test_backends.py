"""Reads that the app's own result backend could not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from celery import Celery
from celery.exceptions import TimeoutError as ResultTimeoutError

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import WouldBlockForeverError

Application = Callable[..., ModuleType]

SHOP = """
from celery import chord, group
from celery.result import AsyncResult, GroupResult

def get(result):
    return result.get(timeout=3)

def state(result):
    return result.state

def join(result):
    return result.join_native()

def swallows(result):
    try:
        return result.ready()
    except AttributeError:
        return None

def total(add, xsum):
    return chord([add.s(1), add.s(2)])(xsum.s())

def piped(add, xsum):
    return (group(add.s(1), add.s(2)) | xsum.s()).delay()

def save(result):
    return result.save()

def restore(app):
    return GroupResult.restore("one", app=app)
"""


def add(x: int, y: int = 0) -> int:
    return x + y


def xsum(parts: list[int]) -> int:
    return sum(parts)


def made(backend: str | None, **options: Any) -> Any:
    app = Celery("shop", broker="redis://", backend=backend, set_as_current=False)
    app.task(name="add", shared=False, **options)(add)
    app.task(name="xsum", shared=False)(xsum)
    return app


@pytest.fixture
def shop(application: Application) -> ModuleType:
    return application(SHOP)


@pytest.fixture
def none() -> Iterator[CeleryGuard]:
    with CeleryGuard(made(None), allow_leftover=True) as guard:
        yield guard


@pytest.fixture
def rpc() -> Iterator[CeleryGuard]:
    with CeleryGuard(made("rpc://"), allow_leftover=True, allow_failures=True) as guard:
        yield guard


def told(guard: CeleryGuard) -> list[tuple[str, str, str, list[str]]]:
    """Code, entry, outcome and functions; the guard has none left afterwards."""
    found = [
        (each.code, each.entry, each.told, [step.function for step in each.steps])
        for each in guard.misuses
    ]
    guard._world.misuses.clear()
    return found


def test_a_read_without_a_backend(none: CeleryGuard, shop: ModuleType) -> None:
    result = none.app.tasks["add"].delay(1)
    with pytest.raises(
        NotImplementedError, match=r"(?s)No result backend.*no result_backend"
    ):
        shop.get(result)
    assert told(none) == [("CEL202", "", "", ["get"])]
    with pytest.raises(AttributeError, match=r"(?s)_get_task_meta_for.*no result_backend"):
        shop.state(result)
    assert told(none) == [("CEL202", "", "", ["state"])]


def test_a_read_without_a_backend_whose_error_is_swallowed(
    none: CeleryGuard, shop: ModuleType
) -> None:
    assert shop.swallows(none.app.tasks["add"].delay(1)) is None
    assert told(none) == [("CEL202", "", "", ["swallows"])]


def test_the_test_itself_gets_the_error_alone(none: CeleryGuard) -> None:
    with pytest.raises(AttributeError, match="no result_backend"):
        _ = none.app.tasks["add"].delay(1).state
    assert told(none) == []


@pytest.mark.parametrize("send", ["total", "piped"])
def test_a_chord_without_a_backend(none: CeleryGuard, shop: ModuleType, send: str) -> None:
    tasks = none.app.tasks
    with pytest.raises(
        NotImplementedError, match="Starting chords requires a result backend"
    ):
        getattr(shop, send)(tasks["add"], tasks["xsum"])
    assert told(none) == [("CEL205", "", "refused", [send])]


@pytest.mark.parametrize("send", ["total", "piped"])
def test_a_chord_over_rpc(rpc: CeleryGuard, shop: ModuleType, send: str) -> None:
    tasks = rpc.app.tasks
    with pytest.raises(NotImplementedError, match=r'"rpc" result backend does not support'):
        getattr(shop, send)(tasks["add"], tasks["xsum"])
    assert told(rpc) == [("CEL205", "", "refused", [send])]


def test_a_group_over_rpc_is_not_kept(rpc: CeleryGuard, shop: ModuleType) -> None:
    from celery import group

    result = group(rpc.app.tasks["add"].s(1)).delay()
    with pytest.raises(NotImplementedError, match="save_group is not supported by this"):
        shop.save(result)
    with pytest.raises(NotImplementedError, match="restore_group is not supported by this"):
        shop.restore(rpc.app)
    assert [each[0] for each in told(rpc)] == ["CEL204", "CEL204"]


def in_task(guard: CeleryGuard, function: Callable[[], Any]) -> Any:
    """What a task sees."""
    seen: list[Any] = []

    def reader() -> None:
        seen.append(function())

    guard.app.task(name="reader", shared=False)(reader)
    guard.app.tasks["reader"].delay()
    guard.drain(only="reader")
    return seen[0] if seen else guard.failures[-1].exception


def test_a_result_over_rpc_is_there_for_its_sender(
    rpc: CeleryGuard, shop: ModuleType
) -> None:
    add = rpc.app.tasks["add"]
    mine = add.delay(1, 2)
    assert shop.get(mine) == 3
    assert told(rpc) == []


def test_a_result_over_rpc_is_there_for_the_request_that_sent_it(
    rpc: CeleryGuard, shop: ModuleType
) -> None:
    flask = pytest.importorskip("flask", reason="needs Flask")
    web, add = flask.Flask("shop"), rpc.app.tasks["add"]

    @web.get("/")
    def view() -> str:
        result = add.delay(1, 2)
        rpc.drain()
        return str(shop.state(result))

    assert web.test_client().get("/").text == "SUCCESS"
    assert told(rpc) == []


def test_a_result_over_rpc_is_not_there_for_the_task_that_sent_it(
    rpc: CeleryGuard, shop: ModuleType
) -> None:
    def reads() -> Any:
        result = rpc.app.tasks["add"].delay(1, 2)
        rpc.drain(only="add")
        return shop.state(result)

    assert in_task(rpc, reads) == "PENDING"
    assert [each[:3] for each in told(rpc)] == [("CEL204", "task reader", "pending")]
    assert rpc.states(rpc.sent[1]) == ["PENDING", "SUCCESS"]


def test_a_result_over_rpc_is_not_there_for_others(
    rpc: CeleryGuard, shop: ModuleType
) -> None:
    result = rpc.app.tasks["add"].delay(1, 2)
    rpc.drain()
    assert in_task(rpc, lambda: shop.state(result)) == "PENDING"
    assert told(rpc) == [
        ("CEL204", "task reader", "pending", ["reader", "<lambda>", "state"])
    ]
    assert rpc.states(result) == ["PENDING", "SUCCESS"]


@pytest.mark.parametrize(
    ("timeout", "error"), [(None, WouldBlockForeverError), (3, ResultTimeoutError)]
)
def test_a_read_over_rpc_by_another_never_ends(
    rpc: CeleryGuard, timeout: float | None, error: type[Exception]
) -> None:
    result = rpc.app.tasks["add"].delay(1, 2)
    rpc.drain()

    def reads() -> Any:
        return result.get(timeout=timeout, disable_sync_subtasks=False)

    assert error.__name__ in str(in_task(rpc, reads))
    assert {each[0] for each in told(rpc)} == {"CEL204"}


@pytest.fixture
def replaced(rpc: CeleryGuard) -> Any:
    """A task that another one replaces, or a chain."""

    @rpc.app.task(name="replaced", bind=True, shared=False)
    def replaced(self: Any, by_chain: bool = False) -> Any:
        first = add_of(rpc).si(1, 2)
        return self.replace(first | add_of(rpc).s(4) if by_chain else first)

    return replaced


def add_of(guard: CeleryGuard) -> Any:
    return guard.app.tasks["add"]


@pytest.mark.parametrize("by_chain", [False, True])
def test_the_answer_of_a_replaced_task_over_rpc_never_comes(
    rpc: CeleryGuard, shop: ModuleType, replaced: Any, by_chain: bool
) -> None:
    result = replaced.delay(by_chain)
    rpc.drain()
    assert shop.state(result) == "PENDING"
    with pytest.raises(ResultTimeoutError):
        shop.get(result)
    assert [(each[0], *each[2:]) for each in told(rpc)] == [
        ("CEL204", "pending", ["state"]),
        ("CEL204", "hang", ["get"]),
    ]
    assert rpc.states(result) == ["PENDING", "SUCCESS"]


def test_the_answer_of_a_replaced_task_does_not_come_to_the_request_that_sent_it(
    rpc: CeleryGuard, shop: ModuleType, replaced: Any
) -> None:
    flask = pytest.importorskip("flask", reason="needs Flask")
    web = flask.Flask("shop")

    @web.get("/")
    def view() -> str:
        result = replaced.delay()
        rpc.drain()
        return str(shop.state(result))

    assert web.test_client().get("/").text == "PENDING"
    assert [each[0] for each in told(rpc)] == ["CEL204"]


def test_the_test_itself_sees_the_answer_of_a_replaced_task(
    rpc: CeleryGuard, replaced: Any
) -> None:
    assert replaced.delay().get() == 3
    assert replaced.delay(by_chain=True).get() == 7
    assert told(rpc) == []


def test_a_retry_and_a_chain_over_rpc_answer_the_sender(
    rpc: CeleryGuard, shop: ModuleType
) -> None:
    @rpc.app.task(name="flaky", bind=True, shared=False)
    def flaky(self: Any) -> int:
        if not self.request.retries:
            raise self.retry(countdown=0)
        return 5

    assert shop.get(flaky.delay()) == 5
    assert shop.get((add_of(rpc).s(1, 2) | add_of(rpc).s(4)).delay()) == 7
    assert told(rpc) == []


@pytest.mark.parametrize(
    ("backend", "expected"),
    [("db+sqlite://", ["CEL205"]), ("file:///tmp", ["CEL205"]), ("redis://", [])],
)
def test_a_header_that_stores_nothing(
    shop: ModuleType, backend: str, expected: list[str]
) -> None:
    app = made(backend, ignore_result=True)
    with CeleryGuard(app, allow_leftover=True) as guard:
        shop.total(app.tasks["add"], app.tasks["xsum"])
        assert sorted({each[0] for each in told(guard)}) == expected
