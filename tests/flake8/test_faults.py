"""Bugs of the linter inside flake8: one line each, and flake8 goes on."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get import plugin
from flake8_celery_get.engine import Engine
from flake8_celery_get.plugin import Plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_celery_get.finding import Finding


@pytest.fixture(autouse=True)
def _fresh_engine() -> Iterator[None]:
    plugin._engine.cache_clear()
    yield
    plugin._engine.cache_clear()


def test_a_bug_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Engine, *_: object) -> list[Finding]:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(Engine, "check", fail)
    assert list(Plugin(ast.Module([], []), "tasks.py", ["x = 1\n"]).run()) == []
    reason = "RuntimeError: first line second line (please report it)"
    assert capsys.readouterr().err == f"celery-guard: tasks.py: internal error: {reason}\n"


def test_the_engine_gets_what_flake8_has_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, str | None]] = []

    def note(self: Engine, path: str, text: str | None, *_: object) -> list[Finding]:
        asked.append((path, text))
        return []

    monkeypatch.setattr(Engine, "check", note)
    assert list(Plugin(ast.Module([], []), "stdin", ["a\r\n", "b"]).run()) == []
    assert asked == [(os.path.abspath("stdin"), "a\nb")]


def test_a_process_keeps_its_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    first = plugin._engine(Plugin.options, os.getpid())
    assert plugin._engine(Plugin.options, os.getpid()) is first
    assert plugin._engine(Plugin.options, -1) is not first
