"""Answers are kept until something that they depended on changes; rings settle together."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from flake8_celery_get.model.noticed.memo import Memo


class Sheet:
    """Cells that are sums of others and of plain numbers, as a table calculator has them."""

    def __init__(self, cells: dict[str, list[str]], **numbers: int) -> None:
        self.cells = cells
        self.numbers = numbers
        self.evaluated: list[str] = []
        self.retracted: list[str] = []
        self.memo = Memo(self.retract)

    def retract(self, notes: Iterable[str]) -> None:
        self.retracted += notes

    def ask(self, name: str) -> int:
        if name not in self.cells:
            self.memo.needs(name)
            return self.numbers[name]
        return self.memo.ask(name, self.cell(name), 0)

    def cell(self, name: str) -> Callable[[], int]:
        def evaluate() -> int:
            self.evaluated.append(name)
            self.memo.note(f"saw {name}")
            return max(map(self.ask, self.cells[name]))

        return evaluate

    def set(self, name: str, number: int) -> set[object]:
        self.numbers[name] = number
        self.memo.changed(name)
        return set(self.memo.settle())


def test_nothing_is_evaluated_twice() -> None:
    sheet = Sheet({"a": ["b", "x"], "b": ["x"]}, x=3)
    assert [sheet.ask("a"), sheet.ask("b"), sheet.ask("a")] == [3, 3, 3]
    assert sheet.evaluated == ["a", "b"]


def test_only_what_depended_on_a_change_is_evaluated_again() -> None:
    sheet = Sheet({"a": ["b", "y"], "b": ["x"], "c": ["y"]}, x=3, y=1)
    assert (sheet.ask("a"), sheet.ask("c")) == (3, 1)
    assert sheet.set("x", 5) == {"a", "b"}
    assert sorted(sheet.retracted) == ["saw a", "saw b"]
    sheet.evaluated.clear()
    assert (sheet.ask("a"), sheet.ask("c")) == (5, 1)
    assert sheet.evaluated == ["a", "b"]


RING = {"a": ["b", "x"], "b": ["c", "y"], "c": ["a", "z"]}


@pytest.mark.parametrize("first", RING)
def test_a_ring_gives_the_same_wherever_it_is_entered(first: str) -> None:
    sheet = Sheet(RING, x=1, y=7, z=2)
    assert sheet.ask(first) == 7
    assert {name: sheet.ask(name) for name in RING} == {"a": 7, "b": 7, "c": 7}


def test_all_of_a_ring_is_void_when_a_part_of_it_changes() -> None:
    sheet = Sheet(RING, x=1, y=7, z=2)
    sheet.ask("a")
    assert sheet.set("z", 9) == {"a", "b", "c"}
    assert [sheet.ask(name) for name in RING] == [9, 9, 9]


def test_a_ring_costs_a_few_rounds_however_long_it_is() -> None:
    size = 60
    cells = {
        f"f{i}": [f"f{(i + 1) % size}", f"f{(i + 7) % size}", "x"] for i in range(size)
    }
    sheet = Sheet(cells, x=4)
    assert [sheet.ask(name) for name in cells] == [4] * size
    assert len(sheet.evaluated) <= 4 * size


def test_an_error_on_the_way_leaves_no_trace() -> None:
    sheet = Sheet({"a": ["b"], "b": ["gone"]})
    with pytest.raises(KeyError):
        sheet.ask("a")
    sheet.numbers["gone"] = 2
    assert sheet.ask("a") == 2
