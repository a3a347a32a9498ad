"""Small projects as text, and the findings that they give."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options

HANGS = 20
"""Seconds after which a check counts as hanging; each takes a fraction of one."""


def codes(root: Path, files: dict[str, str]) -> list[str]:
    """Write a project and check all of it: ``name:line code`` of each finding."""
    (root / "pyproject.toml").touch()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    engine = Engine(Options(cache=False))
    with within(HANGS):
        found = [each for name in files for each in engine.check(str(root / name))]
    return [f"{Path(e.path).relative_to(root).as_posix()}:{e.line} {e.code}" for e in found]


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in a block that takes longer."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not finished after {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
