"""CEL602: arguments arrive as they were sent."""

from __future__ import annotations

import enum
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from celery import chain
from kombu.exceptions import EncodeError

from tests.guard.contract.conftest import Told


class Colour(enum.Enum):
    RED = "red"


class Size(str, enum.Enum):
    LARGE = "large"


class Line(NamedTuple):
    sku: str
    pieces: int


@dataclass
class Order:
    number: str


class Taught:
    def __json__(self) -> dict[str, int]:
        return {"number": 1}


@pytest.fixture
def pack(app: Any) -> Any:
    @app.task(name="shop.pack")
    def pack(order: Any, items: Any = None) -> None: ...

    return pack


@pytest.mark.parametrize(
    "value",
    [
        None,
        [1, 2.5, "x", True, None],
        {"a": {"b": [1]}},
        float("nan"),
        datetime(2026, 1, 1),
        datetime(2026, 1, 1, tzinfo=timezone.utc),
        datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")),
        date(2026, 1, 1),
        time(12),
        Decimal("1.10"),
        uuid4(),
        b"\xff",
        Size.LARGE,
        (1, 2),
        [{"sizes": (1, 2)}],
        Taught(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_carries(told: Told, pack: Any, value: Any) -> None:
    assert told(lambda: pack.delay(value, items=[value])) == []


class Unknown: ...


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({1, 2}, "a set, which json can't serialize. Send a sorted list."),
        (
            timedelta(1),
            "a timedelta, which json can't serialize. Send its total_seconds().",
        ),
        (Colour.RED, "the Enum Colour, which json can't serialize. Send its value."),
        (
            Order("A-17"),
            "the dataclass Order, which json can't serialize. Send its dataclasses.asdict().",
        ),
        (Unknown(), "an object of type Unknown, which json can't serialize."),
        ((each for each in [1]), "a generator, which json can't serialize. Send a list."),
        (
            {(1, 2): 3},
            "a dict whose keys are not strings, which json can't serialize. Send a list of pairs.",
        ),
    ],
)
def test_what_json_refuses_is_told_with_its_place(
    told: Told, pack: Any, value: Any, said: str
) -> None:
    def send(*args: Any, **kwargs: Any) -> None:
        with pytest.raises(EncodeError):
            pack.delay(*args, **kwargs)

    assert told(lambda: send(value)) == [f"CEL602 shop.pack: `order` is {said}"]
    assert told(lambda: send("A-17", [{"a": 1}, {"b": value}])) == [
        f"CEL602 shop.pack: `items[1]['b']` is {said}"
    ]
    assert told(lambda: send("A-17", items=value)) == [
        f"CEL602 shop.pack: `items` is {said}"
    ]


def test_what_arrives_as_something_else_is_a_warning(told: Told, pack: Any) -> None:
    assert told(lambda: pack.delay("A-17", {1: "apple"})) == [
        "? CEL602 shop.pack: `items` was {1: 'apple'} and arrives as {'1': 'apple'}."
    ]
    assert told(lambda: pack.delay("A-17", [Line("apple", 2)])) == [
        "? CEL602 shop.pack: `items[0]` was Line(sku='apple', pieces=2)"
        " and arrives as ['apple', 2]."
    ]


def test_a_plain_tuple_is_told_if_the_test_is_strict(told: Told, pack: Any) -> None:
    def send() -> None:
        pack.delay("A-17", (1, 2))

    assert told(send) == []
    assert told(send, contract="warn") == []
    assert told(send, contract="strict") == [
        "CEL602 shop.pack: `items` was (1, 2) and arrives as [1, 2]."
    ]


def test_keyword_arguments_in_another_mapping(told: Told, pack: Any) -> None:
    kwargs = OrderedDict(order={1: 2})
    assert told(lambda: pack.apply_async((), kwargs)) == [
        "? CEL602 shop.pack: `order` was {1: 2} and arrives as {'1': 2}."
    ]


def test_a_long_value_is_cut(told: Told, pack: Any) -> None:
    (found,) = told(lambda: pack.delay("A-17", dict.fromkeys(range(99), "x" * 500)))
    assert len(found) < 800
    assert "..." in found


def test_signatures_that_are_carried(told: Told, pack: Any) -> None:
    later = chain(pack.s("A-17"), pack.s({1: 2}), pack.si("A-17", items=[{3: 4}]))
    assert told(lambda: later.delay()) == [
        "? CEL602 shop.pack: `items of shop.pack` was {1: 2} and arrives as {'1': 2}.",
        "? CEL602 shop.pack: `items of shop.pack[0]` was {3: 4} and arrives as {'3': 4}.",
    ]


@pytest.mark.parametrize(
    "options", [{"autoretry_for": (OSError,)}, {"bind": True}, {"typing": False}], ids=str
)
def test_the_parameters_of_any_task(app: Any, told: Told, options: dict[str, Any]) -> None:
    def own(order: str, items: Any) -> None: ...

    def bound(self: Any, order: str, items: Any) -> None: ...

    task = app.task(name="shop.own", **options)(bound if "bind" in options else own)
    assert told(lambda: task.delay("A-17", {1: 2})) == [
        "? CEL602 shop.own: `items` was {1: 2} and arrives as {'1': 2}."
    ]


def test_a_task_without_known_parameters(app: Any, told: Told) -> None:
    assert told(lambda: app.send_task("elsewhere.pack", ("A-17", {1: 2}))) == [
        "? CEL602 elsewhere.pack: `argument 2` was {1: 2} and arrives as {'1': 2}."
    ]


def test_pickle_carries_all_of_it(app: Any, told: Told, pack: Any) -> None:
    for value in ({1, 2}, {1: 2}, (1, 2), Colour.RED, Order("A-17"), Line("apple", 2)):

        def send(value: Any = value) -> None:
            pack.apply_async((value,), serializer="pickle")

        assert told(send, contract="strict") == []


def test_the_serialiser_of_the_task_counts(app: Any, told: Told) -> None:
    @app.task(name="shop.pickled", serializer="pickle")
    def pickled(order: Any) -> None: ...

    assert told(lambda: pickled.delay({1, 2})) == []


class Row:
    """As SQLAlchemy leaves a mapped instance."""

    def __init__(self) -> None:
        self._sa_instance_state = "attached"


def test_what_lives_with_the_process_is_copied_by_pickle(told: Told, pack: Any) -> None:
    assert told(lambda: pack.apply_async(([Row()],), serializer="pickle")) == [
        "? CEL602 shop.pack: `order[0]` is the SQLAlchemy model Row, and pickle sends a copy"
        " of its current state. Send its primary key."
    ]


def test_a_file_is_refused_by_pickle_too(told: Told, pack: Any) -> None:
    def send() -> None:
        with open(__file__) as file, pytest.raises(EncodeError):
            pack.apply_async((file,), serializer="pickle")

    assert told(send) == [
        "CEL602 shop.pack: `order` is an open file, which pickle can't serialize. Send its path, or"
        " its content."
    ]


def test_a_value_that_nobody_can_read(told: Told, pack: Any) -> None:
    (found,) = told(lambda: pack.delay({"__type__": "x", "__value__": (1,)}))
    assert found.startswith(
        "CEL602 shop.pack: `order` is {'__type__': 'x', '__value__': (1,)},"
    )
    assert "which the worker can't read: " in found


def test_an_unknown_serialiser_is_celerys_to_refuse(told: Told, pack: Any) -> None:
    def send() -> None:
        with pytest.raises(Exception, match="No encoder installed for nothing"):
            pack.apply_async(({1, 2},), serializer="nothing")

    assert told(send) == []


def test_a_value_that_holds_itself_is_celerys_to_refuse(told: Told, pack: Any) -> None:
    own: list[Any] = []
    own.append(own)

    def send() -> None:
        with pytest.raises(EncodeError, match="Circular reference"):
            pack.delay(own)

    assert told(send) == []
