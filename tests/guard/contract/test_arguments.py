"""CEL601: what a task is sent fits its parameters."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Task, chain, chord, group

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.contract import carried
from tests.guard.contract.conftest import Told


@pytest.fixture
def pay(app: Any) -> Any:
    @app.task(name="shop.pay")
    def pay(order: str, cents: int = 0) -> str:
        return order

    return pay


@pytest.fixture
def total(app: Any) -> Any:
    @app.task(name="shop.total")
    def total(prices: list[int]) -> int:
        return sum(prices)

    return total


@pytest.fixture
def clean(app: Any) -> Any:
    @app.task(name="shop.clean", bind=True)
    def clean(self: Any) -> None: ...

    return clean


MISFIT = "CEL601 shop.pay: the arguments don't fit: pay() "


def test_calls_that_fit(app: Any, told: Told, pay: Any, clean: Any) -> None:
    def send() -> None:
        pay.delay("A-17", cents=5)
        app.send_task("shop.pay", ("A-17",), {"cents": 5})
        app.send_task("shop.pay", ["A-17"], None)
        clean.delay()
        app.send_task("shop.clean")

    assert told(send) == []


def test_send_task_by_name(app: Any, told: Told, pay: Any) -> None:
    assert told(lambda: app.send_task("shop.pay")) == [
        f"{MISFIT}missing 1 required positional argument: 'order'."
    ]
    assert told(lambda: app.send_task("shop.pay", ("A-17",), {"price": 5})) == [
        f"{MISFIT}got an unexpected keyword argument 'price'."
    ]


def test_a_bound_task(app: Any, told: Told, clean: Any) -> None:
    (found,) = told(lambda: app.send_task("shop.clean", ("all",)))
    assert found.startswith("CEL601 shop.clean: the arguments don't fit: clean() takes 1 ")


def test_celerys_own_error_stays_and_is_told_though_code_swallows_it(
    told: Told, pay: Any
) -> None:
    def send() -> None:
        with pytest.raises(TypeError, match=r"pay\(\) missing 1 required"):
            pay.delay()

    assert told(send) == [f"{MISFIT}missing 1 required positional argument: 'order'."]


def test_a_type_error_of_something_else_is_none_of_ours(app: Any, told: Told) -> None:
    class Own(Task):
        def shadow_name(self, *args: Any) -> str:
            raise TypeError("no name")

    @app.task(name="shop.own", base=Own)
    def own() -> None: ...

    def send() -> None:
        with pytest.raises(TypeError, match="no name"):
            own.delay()

    assert told(send) == []


def test_typing_false_says_that_arguments_are_not_checked(app: Any, told: Told) -> None:
    @app.task(name="shop.loose", typing=False)
    def loose(order: str) -> None: ...

    def send() -> None:
        loose.delay()
        app.send_task("shop.loose", (1, 2))
        chain(loose.si(), loose.si(1, 2), loose.s(3)).delay()

    assert told(send) == []


def test_a_task_that_is_a_class(app: Any, told: Told) -> None:
    class Ship(Task):
        name = "shop.ship"

        def run(self, order: str) -> None: ...

    ship = app.register_task(Ship())
    assert told(lambda: ship.delay("A-17")) == []
    assert told(lambda: ship.delay()) == [
        "CEL601 shop.ship: the arguments don't fit: missing a required argument: 'order'."
    ]


def test_a_class_that_calls_its_tasks_in_its_own_way_may_do_so(
    app: Any, told: Told
) -> None:
    class Tenant(Task):
        def __call__(self, tenant: str, *args: Any, **kwargs: Any) -> Any:
            return self.run(*args, **kwargs)

    @app.task(name="shop.tenant", base=Tenant, typing=False)
    def of_tenant(order: str) -> None: ...

    assert told(lambda: of_tenant.delay("acme", "A-17")) == []


def test_what_a_decorator_takes_is_what_counts(app: Any, told: Told) -> None:
    import functools

    def with_session(function: Any) -> Any:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            return function("session", *args, **kwargs)

        return call

    @app.task(name="shop.stored")
    @with_session
    def stored(session: Any, order: str) -> None: ...

    assert told(lambda: app.send_task("shop.stored", ("A-17",))) == []


def test_an_unknown_task_may_take_anything(app: Any, told: Told) -> None:
    assert told(lambda: app.send_task("elsewhere.pay", (1, 2, 3))) == []


def test_the_result_before_it_comes_first_in_a_chain(
    told: Told, pay: Any, total: Any, clean: Any
) -> None:
    found = told(lambda: chain(pay.s("A-17"), clean.s(), pay.s(5)).delay())
    assert found == [
        "CEL601 shop.pay: in its chain, shop.clean gets the previous result as its first"
        " argument: clean() takes 1 positional argument but 2 were given. Write clean.si(...)"
        " to ignore it."
    ]
    assert told(lambda: chain(pay.s("A-17"), pay.s(5), clean.si()).delay()) == []


def test_no_other_way_is_proposed_where_it_would_not_fit(told: Told, app: Any) -> None:
    @app.task(name="shop.add")
    def add(x: int, y: int) -> int:
        return x + y

    assert told(lambda: chain(add.s(1, 2), add.s()).delay()) == [
        "CEL601 shop.add: in its chain, shop.add gets the previous result as its first argument:"
        " add() missing 1 required positional argument: 'y'."
    ]


def test_an_immutable_signature_gets_its_own_arguments_only(told: Told, pay: Any) -> None:
    assert told(lambda: chain(pay.s("A-17"), pay.si()).delay()) == [
        "CEL601 shop.pay: in its chain, shop.pay can't be called with these arguments:"
        " pay() missing 1 required"
        " positional argument: 'order'."
    ]


def test_the_body_of_a_chord(told: Told, pay: Any, total: Any) -> None:
    header = [pay.s("A-17"), pay.s("A-18")]
    assert told(lambda: chord(header, total.s()).delay()) == []
    assert told(lambda: (group(header) | total.s()).delay()) == []
    (found,) = told(lambda: chord(header, total.s(5)).delay())
    assert found.startswith(
        "CEL601 shop.pay: the body of its chord, shop.total, gets the list of results as its"
        " first argument: total() takes 1 positional argument but 2 were given."
    )


def test_canvas_within_a_chain(told: Told, pay: Any, total: Any, clean: Any) -> None:
    def nested(last: Any) -> Any:
        return chain(pay.s("A-17"), group(pay.s(), chain(pay.s(), last)), total.s())

    assert told(lambda: nested(pay.s()).delay()) == []
    (found,) = told(lambda: nested(clean.s()).delay())
    assert "shop.clean gets the previous result" in found


def test_callbacks_and_errbacks(app: Any, told: Told, pay: Any, clean: Any) -> None:
    @app.task(name="shop.old")
    def old(task_id: str) -> None: ...

    @app.task(name="shop.new")
    def new(request: Any, exc: Any, traceback: Any) -> None: ...

    def send(**links: Any) -> list[str]:
        return told(lambda: pay.apply_async(("A-17",), **links))

    assert send(link=pay.s(), link_error=old.s()) == []
    assert send(link_error=[old.s(), new.s(), clean.si()]) == []
    (callback,) = send(link=clean.s())
    assert "its callback, shop.clean, gets its result as the first argument" in callback
    (errback,) = send(link_error=clean.s())
    assert "its errback, shop.clean, gets the id of the failed task" in errback


def test_what_the_worker_sends_on_is_told_where_it_was_written(
    app: Any, told: Told, pay: Any, total: Any
) -> None:
    from pytest_celery_guard import CeleryGuard

    with CeleryGuard(app, allow_leftover=True, allow_failures=True) as guard:
        chain(pay.s("A-17"), total.s()).delay()
        guard.drain()
        assert guard.sent == [pay, total]


def test_a_retry_is_not_looked_at_again(app: Any, told: Told) -> None:
    @app.task(name="shop.again", bind=True, typing=False)
    def again(self: Any, **kwargs: Any) -> None:
        if not self.request.retries:
            raise self.retry(countdown=0, args=(1,))

    from pytest_celery_guard import CeleryGuard

    with CeleryGuard(app, allow_failures=True) as guard:
        again.delay()
        guard.drain()


def test_the_rest_of_a_chain_is_looked_at_once(
    app: Any, guard: CeleryGuard, total: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    look = carried.parts

    def noted(*args: Any) -> Any:
        seen.append(args)
        return look(*args)

    monkeypatch.setattr(carried, "parts", noted)

    @app.task(name="shop.more")
    def more(price: int) -> int:
        return price + 1

    links = 60
    result = chain(more.si(0), *[more.s() for _ in range(links - 1)]).delay()
    guard.drain()
    assert result.get() == links
    assert len(seen) < 5 * links  # each check once, not once for each link
