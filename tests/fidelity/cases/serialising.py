"""What arguments and values become on their way."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from kombu.exceptions import EncodeError
from kombu.serialization import register

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import task
from tests.fidelity.tasks import add, echo

UUID = uuid.UUID(int=1)
MOMENT = datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)


@task()
def types_of(*args: object) -> list[str]:
    return [type(arg).__name__ for arg in args]


@case()
def json_keeps_its_own_types(seen: Seen) -> Steps:
    result = echo.delay(1, 1.5, "é", None, True, [1], {"a": 1})
    yield result
    assert result.get() == [1, 1.5, "é", None, True, [1], {"a": 1}]


@case()
def json_makes_lists_of_tuples(seen: Seen) -> Steps:
    result = types_of.delay((1, 2))
    value = echo.delay((1, 2))
    yield None
    assert result.get() == ["list"]
    assert value.get() == [[1, 2]]


@case()
def json_makes_strings_of_keys(seen: Seen) -> Steps:
    result = echo.delay({1: "one", None: "none"})
    yield result
    assert result.get() == [{"1": "one", "null": "none"}]


@case()
def json_keeps_moments_ids_and_decimals(seen: Seen) -> Steps:
    result = types_of.delay(MOMENT, MOMENT.date(), UUID, Decimal("1.5"), b"raw")
    yield result
    assert result.get() == ["datetime", "date", "UUID", "Decimal", "bytes"]


@task()
def many_types() -> list[object]:
    return [MOMENT, date(2024, 2, 29), UUID, Decimal("1.5"), b"raw", (1, 2)]


@case()
def json_keeps_them_in_values(seen: Seen) -> Steps:
    result = many_types.delay()
    yield result
    values = [MOMENT, date(2024, 2, 29), UUID, Decimal("1.5"), b"raw", [1, 2]]
    assert result.get() == values


@case()
def json_refuses_a_set_where_it_is_sent(seen: Seen) -> Steps:
    with pytest.raises(EncodeError, match="set is not JSON serializable"):
        echo.delay({1, 2})
    with pytest.raises(EncodeError, match="timedelta is not JSON serializable"):
        echo.delay(timedelta(1))
    yield None


@task()
def return_a_set() -> set[int]:
    return {1, 2}


@case()
def json_refuses_a_set_as_a_value(seen: Seen) -> Steps:
    result = return_a_set.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert type(result.result) is EncodeError
    assert "set is not JSON serializable" in str(result.result)


@task(ignore_result=True)
def return_a_set_unheard() -> set[int]:
    return {1, 2}


@case()
def an_ignored_value_need_not_be_json(seen: Seen) -> Steps:
    result = return_a_set_unheard.delay()
    yield None
    assert "task_success" in seen.signals(result)


@case()
def pickle_for_one_send(seen: Seen) -> Steps:
    result = types_of.apply_async(({1}, (1, 2), timedelta(1)), serializer="pickle")
    yield result
    assert result.get() == ["set", "tuple", "timedelta"]


@task(serializer="pickle")
def keep_tuple(value: object) -> str:
    return type(value).__name__


@case()
def pickle_for_a_task(seen: Seen) -> Steps:
    result = keep_tuple.delay((1, 2))
    yield result
    assert result.get() == "tuple"


@case()
def yaml_for_one_send(seen: Seen) -> Steps:
    pytest.importorskip("yaml")
    result = types_of.apply_async(([1], "text", date(2024, 2, 29)), serializer="yaml")
    yield result
    assert result.get() == ["list", "str", "date"]


# A content type that no worker accepts.
register("secret", repr, repr, content_type="application/x-secret")


@case()
def a_content_type_that_is_not_accepted_is_dropped(seen: Seen) -> Steps:
    result = add.apply_async((1, 1), serializer="secret")
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.runs(result) == 0


@case()
def compression_changes_nothing(seen: Seen) -> Steps:
    zipped = echo.apply_async(("x" * 1000,), compression="zlib")
    bzipped = echo.apply_async(("x" * 1000,), compression="bzip2")
    yield None
    assert zipped.get() == bzipped.get() == ["x" * 1000]


@case()
def arguments_by_name(seen: Seen) -> Steps:
    result = add.apply_async(kwargs={"x": 1, "y": 2})
    mixed = add.apply_async((1,), {"y": 5})
    yield None
    assert (result.get(), mixed.get()) == (3, 6)


@case()
def a_value_is_read_anew_by_every_reader(seen: Seen) -> Steps:
    result = echo.delay([1])
    yield result
    first = answer(result.app.AsyncResult(result.id))
    assert first == answer(result.app.AsyncResult(result.id)) == [[1]]


@task()
def return_a_result() -> object:
    return add.delay(1, 1)


@case()
def a_result_as_a_value_is_its_tuple(seen: Seen) -> Steps:
    result = return_a_result.delay()
    yield None
    (child,) = result.children
    assert result.get() == [[child.id, None], None]
