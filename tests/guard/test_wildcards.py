"""Wildcards and functions in place of a value, and counts of sends."""

from __future__ import annotations

import functools
import importlib.util
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest.mock import ANY

import pytest
from celery import chain, chord

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import WrongOptionError
from pytest_celery_guard.explain.comparisons import explained

LATER = datetime(2040, 1, 1, tzinfo=timezone.utc)


class IsShort:
    """Equal to short texts, by its own account, as the types of dirty-equals are."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and len(other) < 4

    def __hash__(self) -> int:
        return 0


@pytest.fixture
def put(app: Any) -> Any:
    @app.task(name="put")
    def put(key: str, values: Any = None, *rest: Any, **named: Any) -> None: ...

    return put


def is_even(n: int) -> bool:
    return not n % 2


@pytest.mark.parametrize(
    "wildcard",
    [
        ANY,
        is_even,
        lambda n: n > 3,
        functools.partial(lambda least, n: n > least, 3),
        (1, 2, 4).__contains__,
        int,
    ],
)
def test_what_stands_for_an_argument(guard: CeleryGuard, add: Any, wildcard: Any) -> None:
    add.delay(4, y=4)
    (send,) = guard.sent
    assert send == add.s(wildcard, y=4)
    assert send == add.s(x=wildcard)
    assert send == add.s(4, wildcard)
    assert guard.sent == [add.s(wildcard, wildcard)]
    assert send != add.s(wildcard, y=5)
    assert send != add.s(x=wildcard, note=ANY)  # not given


def test_a_method_of_text_may_stand_for_it(guard: CeleryGuard, put: Any) -> None:
    put.delay("42")
    assert guard.sent == [put.s(str.isdigit)]
    assert guard.sent != [put.s(str.isalpha)]


@pytest.mark.parametrize("wildcard", [is_even, lambda n: n > 9, str, bool, IsShort()])
def test_what_does_not_stand_for_it(guard: CeleryGuard, add: Any, wildcard: Any) -> None:
    add.delay(3)
    assert guard.sent != [add.s(wildcard)]
    assert add.s(x=wildcard) not in guard.sent


def test_a_value_that_is_equal_by_its_own_account(guard: CeleryGuard, put: Any) -> None:
    put.delay("abc")
    put.delay("abcd")
    assert guard.sent == [put.s(IsShort()), put.s("abcd")]
    assert guard.sent.count(put.s(IsShort())) == 1


@pytest.mark.skipif(
    importlib.util.find_spec("dirty_equals") is None, reason="dirty-equals isn't there"
)
def test_dirty_equals(guard: CeleryGuard, put: Any) -> None:
    from dirty_equals import IsInstance, IsInt, IsList, IsNow, IsStr

    moment = datetime.now(timezone.utc)
    put.delay("A-17", {"at": moment, "lines": [1, 2]})
    wanted = {"at": IsNow(tz=timezone.utc, delta=60), "lines": IsList(1, IsInt)}
    assert guard.sent == [put.s(IsStr(regex=r"A-\d+"), wanted)]
    assert guard.sent == [put.s(IsStr, IsInstance(dict))]
    assert guard.sent != [put.s(IsInt, IsInstance(dict))]


def test_they_may_stand_inside_lists_and_dicts(guard: CeleryGuard, put: Any) -> None:
    guard.allow("CEL602")
    put.delay("key", {7: [1, (2, 3)], "at": LATER})
    for values in (
        {7: ANY, "at": ANY},
        {7: [1, [is_even, 3]], "at": LATER},
        {7: (int, ANY), "at": lambda at: at == LATER},
    ):
        assert guard.sent == [put.s("key", values)]
    wrong: tuple[Any, ...] = (
        {7: ANY},
        {7: ANY, "at": ANY, "more": ANY},
        {7: [is_even, ANY], "at": LATER},
        {7: [ANY], "at": LATER},
        [ANY, ANY],
    )
    for values in wrong:
        assert guard.sent != [put.s("key", values)]


def test_they_may_stand_among_many_arguments(guard: CeleryGuard, put: Any) -> None:
    put.delay("key", None, 1, 2, deep={"a": 1})
    assert guard.sent == [put.s(ANY, None, 1, is_even, deep={"a": int})]
    assert guard.sent != [put.s(ANY, None, is_even)]
    assert guard.sent != [put.s(deep={"a": str})]


def test_they_may_stand_for_options(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), queue="mail", countdown=60, expires=LATER, priority=3)
    for options in (
        {"queue": ANY, "countdown": ANY},
        {"queue": lambda name: name.startswith("ma")},
        {"countdown": lambda seconds: seconds == 60},
        {"countdown": timedelta(minutes=1)},
        {"expires": lambda moment: moment > datetime.now(timezone.utc), "priority": int},
        {"eta": datetime},
    ):
        assert guard.sent == [add.s().set(**options)]
    for options in (
        {"queue": lambda name: name == "celery"},
        {"countdown": lambda seconds: seconds > 60},
        {"serializer": ANY, "reply_to": int},
        {"soft_time_limit": ANY},
    ):
        assert guard.sent != [add.s().set(**options)]


def test_an_option_that_was_not_given_is_none_of_any(guard: CeleryGuard, add: Any) -> None:
    add.delay(1)
    assert guard.sent != [add.s(1).set(countdown=ANY)]
    assert guard.sent != [add.s(1).set(eta=ANY)]


def test_any_may_stand_for_a_send(guard: CeleryGuard, add: Any, put: Any) -> None:
    add.delay(1)
    put.delay("key")
    assert guard.sent == [ANY, put.s("key")]
    assert guard.sent == [add, ANY]
    assert guard.sent != [ANY]


def test_a_plain_function_is_no_send(guard: CeleryGuard, add: Any) -> None:
    add.delay(1)
    assert guard.sent != [is_even]
    assert guard.sent != [None]
    assert guard.sent != [42]


def test_in_a_canvas(guard: CeleryGuard, add: Any, put: Any) -> None:
    chain(add.s(1, 2), put.s(values=[1])).delay()
    chord([add.s(1), add.s(2)], put.s(values=7)).delay()
    assert guard.sent[0] == chain(add.s(ANY, is_even), put.s(values=list))
    assert guard.sent[0] != chain(add.s(ANY, is_even), put.s(values=str))
    assert guard.sent[1:] == [add.s(int), add.s(int)]


def test_what_a_function_raises_is_not_swallowed(guard: CeleryGuard, add: Any) -> None:
    """Else a typo in it would make an assertion with ``not in`` pass."""
    add.delay(1)
    with pytest.raises(AttributeError, match="startswith"):
        add.s(lambda x: x.startswith("a")) in guard.sent  # noqa: B015
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        add.s(lambda x, y: True) in guard.sent  # noqa: B015


def test_a_coroutine_function_is_an_error(guard: CeleryGuard, add: Any) -> None:
    async def is_one(n: int) -> bool:
        return n == 1

    add.delay(2)
    with pytest.raises(WrongOptionError, match="is_one is a coroutine function"):
        add.s(is_one) in guard.sent  # noqa: B015


def test_the_message_names_what_does_not_match(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((3, 1), {"note": "no"}, queue="mail")
    wanted = [add.s(is_even, ANY, note=int).set(queue=lambda name: False)]
    lines = explained("==", guard.sent, wanted)
    line = test_the_message_names_what_does_not_match.__code__.co_firstlineno + 2
    shown = f"<lambda at test_wildcards.py:{line}>"
    assert lines == [
        "add was sent, but not as expected",
        "send 0 is add(3, 1, note='no') queue='mail'",
        f"  expected  add(is_even, <ANY>, note=int) queue={shown}",
        "  x: 3 does not match is_even",
        "  note: 'no' does not match int",
        f"  queue: 'mail' does not match {shown}",
    ]


def test_sends_are_counted(guard: CeleryGuard, add: Any, boom: Any) -> None:
    for n in range(5):
        add.delay(n)
    boom.delay()
    sent = guard.sent
    assert (sent.count(add), sent.count("boom"), sent.count(add.s(is_even))) == (5, 1, 3)
    assert sent.count(add.s(7)) == 0
    assert sent.of(add)[1:].count(add.s(0)) == 0
    assert f"{sent.count(add):03}" == "005"


def test_a_wrong_count_shows_what_was_counted(guard: CeleryGuard, add: Any) -> None:
    add.delay(1)
    add.delay(2)
    add.delay(1)
    assert explained("==", guard.sent.count(add.s(1)), 3) == [
        "2 sends are add(1)",
        "  send 0: add(1) queue='celery'",
        "  send 2: add(1) queue='celery'",
    ]
    assert explained("<", 1, guard.sent.count(add.s(2))) == [
        "1 send is add(2)",
        "  send 1: add(2) queue='celery'",
    ]


def test_a_count_of_none_shows_what_comes_close(guard: CeleryGuard, add: Any) -> None:
    assert explained("==", guard.sent.count(add.s(1)), 1) == [
        "0 sends are add(1)",
        "nothing was sent",
    ]
    add.delay(2)
    assert explained("==", guard.sent.count(add.s(1)), 1) == [
        "0 sends are add(1)",
        "  similar: add(2) queue='celery'",
        "    x: 2 instead of 1",
    ]


@pytest.mark.parametrize("name", ["ad", "total", "proj.tasks.totals"])
def test_a_name_that_looks_like_a_typo_is_an_error(app: Any, add: Any, name: str) -> None:
    @app.task(name="proj.tasks.total")
    def total() -> None: ...

    meant = "'add'" if name == "ad" else "'proj.tasks.total'"
    refused = rf"there is no such task, and nothing was sent to one. Did you mean {meant}\?"
    with CeleryGuard(app) as guard:
        with pytest.raises(WrongOptionError, match=rf"^sent.of\('{name}'\): {refused}"):
            guard.sent.of(name)
        with pytest.raises(WrongOptionError, match=rf"^sent.count\('{name}'\): {refused}"):
            guard.sent.count(name)
        with pytest.raises(WrongOptionError, match=rf"^'{name}' in sent: {refused}"):
            name in guard.sent  # noqa: B015


def test_a_queue_that_looks_like_a_typo_is_an_error(guard: CeleryGuard, add: Any) -> None:
    add.apply_async((1,), queue="mail")
    with pytest.raises(WrongOptionError, match=r"queue='mial'.* Did you mean 'mail'\?"):
        guard.sent.of(add, queue="mial")
    assert guard.sent.of(add, queue="celery") == []


def test_names_of_other_services_are_none(guard: CeleryGuard, app: Any, add: Any) -> None:
    assert guard.sent.of("billing.invoice") == []
    assert guard.sent.count("billing.invoice") == 0
    assert "billing.invoice" not in guard.sent
    guard.allow("CEL608")
    app.send_task("adds")
    assert guard.sent.count("adds") == 1
