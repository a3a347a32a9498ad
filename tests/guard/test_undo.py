"""What is to be done at the end of a test is done, the latest first, whatever fails."""

from __future__ import annotations

import pytest

from pytest_celery_guard.basics.undo import Undo


def test_the_latest_comes_first_and_options_are_passed_on() -> None:
    told: list[object] = []
    with Undo() as undo:
        undo.callback(told.append, 1)
        undo.callback(told.extend, [3, 2])
        undo.callback(told.sort, reverse=True)
    assert told == [3, 2, 1]
    undo.close()
    assert told == [3, 2, 1]


def test_if_one_fails_the_others_are_done_and_both_errors_are_told() -> None:
    told: list[int] = []
    undo = Undo()
    undo.callback({}.__getitem__, "first")
    undo.callback(told.append, 1)
    undo.callback({}.__getitem__, "second")
    with pytest.raises(KeyError, match="first") as caught:
        undo.close()
    assert told == [1]
    assert repr(caught.value.__context__) == "KeyError('second')"


def test_another_one_takes_over() -> None:
    told: list[int] = []
    with Undo() as undo:
        undo.callback(told.append, 1)
        kept = undo.pop_all()
    assert told == []
    kept.close()
    assert told == [1]
