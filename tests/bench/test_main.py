from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import one_file
from bench.page import PAGE, update
from bench.processes import MeasureError
from bench.rows import Row, Table


@pytest.mark.parametrize(
    "arguments", [["--repeat", "0"], ["--corpus", "x"], ["--section", "x"]]
)
def test_a_wrong_argument_is_told(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        bench.main(arguments)
    assert stopped.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_the_page_names_what_was_measured(tmp_path: Path) -> None:
    page = tmp_path / "cost.md"
    page.write_text(
        "<!-- command -->\n| last year |\n<!-- /command -->\n", encoding="utf-8"
    )
    row = Row("cold", 1.2, "s", 1.5)
    update(Table("command", ("weblate",), "one run", (row,)), page)
    text = page.read_text(encoding="utf-8")
    assert "weblate 5.14.3.*" in text
    assert "flake8-async 2" in text
    assert "| cold | 1.20 s | ≤ 1.50 s | met |" in text
    assert "last year" not in text


def test_the_page_names_what_the_guard_was_measured_with(tmp_path: Path) -> None:
    page = tmp_path / "cost.md"
    page.write_text("<!-- guard-rates -->\n<!-- /guard-rates -->\n", encoding="utf-8")
    row = Row("step", 2000, "tasks/s")
    update(Table("guard-rates", (), "one run", (row,), "pytest_celery_guard"), page)
    (_, _, versions, *_) = page.read_text(encoding="utf-8").splitlines()
    assert re.search(r"celery 5\.\d+\.\d+, kombu 5\S+, pytest \d\S+\.\*$", versions)
    assert "flake8" not in versions


def test_guard_stands_for_all_its_sections() -> None:
    assert list(bench._wanted(["guard"])) == [
        name for name in bench.SECTIONS if name.startswith("guard-")
    ]
    assert list(bench._wanted(["counts", "guard-start"])) == ["counts", "guard-start"]


def test_a_missed_target_fails_and_a_failure_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measured(_: object) -> list[Table]:
        return [Table("command", (), "one run", (Row("cold", 2, "s", limit),))]

    monkeypatch.setattr(bench, "_measured", measured)
    limit = 1.5
    assert bench.main([]) == 1
    limit = 2
    assert bench.main([]) == 0

    def broken(_: object) -> list[Table]:
        raise MeasureError("pip … failed: no network")

    monkeypatch.setattr(bench, "_measured", broken)
    assert bench.main([]) == 2
    assert capsys.readouterr().err == "bench: pip … failed: no network\n"


def test_files_without_celery_are_picked_from_everywhere(tmp_path: Path) -> None:
    for name in "abcdef":
        (tmp_path / f"{name}.py").write_text("x = 1\n" * 60, encoding="utf-8")
    (tmp_path / "c.py").write_text("import celery\n" + "x = 1\n" * 60, encoding="utf-8")
    (tmp_path / "d.py").write_text("x = 1\n", encoding="utf-8")
    assert one_file._picked(tmp_path, 2) == ["a.py", "e.py"]
    assert one_file._picked(tmp_path, 9) == ["a.py", "b.py", "e.py", "f.py"]


def test_an_edit_that_finds_no_place_is_told() -> None:
    edited = one_file._before_a_send(7)("    if x:\n        perform_commit.delay(1)\n")
    assert edited == "    if x:\n        edit = 7\n        perform_commit.delay(1)\n"
    with pytest.raises(MeasureError, match="has no line 'perform_commit"):
        one_file._before_a_send(7)("x = 1\n")


def test_each_section_has_its_place_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for section in bench.SECTIONS:
        assert text.count(f"<!-- {section} -->") == text.count(f"<!-- /{section} -->") == 1
