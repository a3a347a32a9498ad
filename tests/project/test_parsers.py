"""What one Python or libcst has read is no good to another."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flake8_celery_get.project.kept import memory
from flake8_celery_get.project.kept import parsers as parsers_module
from flake8_celery_get.project.kept.parsers import parsers
from flake8_celery_get.source.lower import definition as lower
from tests.project.sample import Sample, noted

WAITS = ["proj/views.py:5 CEL102"]


def test_it_tells_the_build_of_python_and_the_version_of_libcst() -> None:
    python, libcst = parsers()
    assert sys.implementation.name in python
    assert sys.version in python
    assert libcst.strip()


@pytest.mark.parametrize("other", [("cpython 3.99", "1"), ("pypy 3.11", "1"), ("", "2")])
def test_the_cache_of_another_one_is_left_alone(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, other: tuple[str, str]
) -> None:
    assert sample.places() == WAITS
    ours = {path: path.read_bytes() for path in sample.stored()}
    monkeypatch.setattr(memory, "parsers", lambda: other)
    with noted(lower, "lower") as texts:
        assert sample.places() == WAITS
    assert texts
    with noted(lower, "lower") as texts:
        assert sample.places() == WAITS
    assert texts == []
    assert {path: path.read_bytes() for path in ours} == ours


def test_another_parser_of_the_same_libcst_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = parsers_module._libcst()
    monkeypatch.setenv("LIBCST_PARSER_TYPE", "pure")
    assert parsers_module._libcst() != before


def test_a_libcst_without_a_version_is_told_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "libcst.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "libcst", raising=False)
    assert str(tmp_path) in parsers_module._libcst()
