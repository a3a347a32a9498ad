"""A small project in which a view waits through a helper, and files that have no part in it.

A plain function calls the helper, too: so the finding stands in the view.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options

if TYPE_CHECKING:
    from flake8_celery_get.finding import Finding

FILES = {
    "pyproject.toml": "",
    "proj/__init__.py": "",
    "proj/tasks.py": (
        "from celery import shared_task\n\n\n"
        "@shared_task\ndef add(x, y):\n    return x + y\n"
    ),
    "proj/helper.py": (
        "from proj.tasks import add\n\n\ndef fetch(n):\n    return add.delay(n, 1).get()\n"
        "\n\ndef export(n):\n    print(fetch(n))\n"
    ),
    "proj/views.py": (
        "from proj.helper import fetch\n\n\ndef show(request):\n    return fetch(1)\n"
    ),
    "proj/models.py": "class Report:\n    name = 'report'\n",
}


@dataclass(frozen=True)
class Sample:
    """The project in a folder of its own, its cache beside it."""

    folder: Path
    cache: Path

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def paths(self) -> list[str]:
        return sorted(map(str, self.folder.rglob("*.py")))

    def engine(self, *, cache: bool = True) -> Engine:
        """A new engine, as a new process would have."""
        return Engine(Options(cache=cache, cache_dir=str(self.cache)))

    def check(self, engine: Engine | None = None) -> list[Finding]:
        """All findings of a run over all files, which ends with saving."""
        engine = engine or self.engine()
        findings = [found for path in self.paths() for found in engine.check(path)]
        engine.save()
        return findings

    def places(self, engine: Engine | None = None) -> list[str]:
        """The same as ``name:line code``."""
        return [
            f"{Path(found.path).relative_to(self.folder).as_posix()}:{found.line} {found.code}"
            for found in self.check(engine)
        ]

    def stored(self) -> list[Path]:
        """The files that the cache consists of, without its lock."""
        return sorted(self.cache.glob("*.json"))


@contextmanager
def noted(where: object, name: str) -> Iterator[list[Any]]:
    """The first arguments of all calls of a function, which goes on working."""
    calls: list[Any] = []
    real = getattr(where, name)

    def note(*given: Any, **named: Any) -> Any:
        calls.append(given[0])
        return real(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, note)
        yield calls
