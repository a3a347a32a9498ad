from __future__ import annotations

import io
import subprocess
import sys
import time

import pytest

from flake8_celery_get.cli.terminal import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch, patience: float) -> str:
    """Return what appears while three items pass."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", patience)
    with monkeypatch.context() as during:
        during.setattr(sys, "stderr", terminal)
        assert list(progress.shown("abc", 3)) == ["a", "b", "c"]
    return terminal.getvalue()


def test_shows_a_bar_to_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich")
    assert "checking" in shown_on_a_terminal(monkeypatch, patience=-1)


def test_shows_nothing_when_it_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_on_a_terminal(monkeypatch, patience=60) == ""


def test_shows_nothing_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    assert shown_on_a_terminal(monkeypatch, patience=-1) == ""


def test_shows_nothing_in_a_pipe() -> None:
    code = (
        "import sys; from flake8_celery_get.cli.terminal import progress; progress.PATIENCE = -1;"
        "print(list(progress.shown('abc', 3)), 'rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert (done.stdout, done.stderr) == (b"['a', 'b', 'c'] False\n", b"")


def test_shows_that_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich")
    assert "drawing" in worked_on_a_terminal(monkeypatch, patience=0, seconds=3)


def test_shows_no_work_that_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worked_on_a_terminal(monkeypatch, patience=60, seconds=0) == ""


def worked_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, patience: float, seconds: float
) -> str:
    """Return what appears within so many seconds of work, which end once something does."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", patience)
    deadline = time.monotonic() + seconds
    with monkeypatch.context() as during:
        during.setattr(sys, "stderr", terminal)
        with progress.working("drawing"):
            while time.monotonic() < deadline and "drawing" not in terminal.getvalue():
                time.sleep(0.01)
    return terminal.getvalue()
