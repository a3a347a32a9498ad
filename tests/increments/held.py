"""A project that is held in memory while it is edited, beside fresh runs of the same."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeAlias

from flake8_celery_get.engine import Engine
from flake8_celery_get.finding import Finding
from flake8_celery_get.options import Options
from tests.increments.edits import Edit, Files, random_edit

Reports: TypeAlias = "dict[str, list[str]]"
"""What is found, by the name of the file, without any folder's name in it."""


@dataclass
class Held:
    """An engine that takes edits in memory, and a copy on disk that is edited likewise."""

    folder: Path
    copy: Path
    cache: Path
    options: Options
    files: dict[str, str]
    reports: Reports = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = Engine(self.options)
        found = self.engine.findings(str(self.folder))
        self.reports = reports(found, self.folder)

    def apply(self, edit: Edit) -> None:
        """Tell the engine what each file holds now, and change the copy on disk."""
        for name, text in edit.items():
            start = time.process_time()
            change = self.engine.edit(str(self.folder / name), text)
            self.milliseconds.append((time.process_time() - start) * 1000)
            changed = {str(self.folder / name): change.findings, **change.others}
            self.reports = {
                file: found
                for file, found in (self.reports | reports(changed, self.folder)).items()
                if found
            }
            self._write(name, text)

    def _write(self, name: str, text: str | None) -> None:
        path = self.copy / name
        if text is None:
            path.unlink()
            del self.files[name]
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            self.files[name] = text

    def fresh(self) -> Reports:
        """What a run finds that knows nothing of earlier ones."""
        return reports(Engine(self.options).findings(str(self.copy)), self.copy)

    def warm(self) -> Reports:
        """What a run finds that has the cache of the last one."""
        engine = Engine(Options(cache=True, cache_dir=str(self.cache)))
        found = reports(engine.findings(str(self.copy)), self.copy)
        engine.save()
        return found


def held(folder: Path, scratch: Path) -> Held:
    """The project in ``folder``, to be edited; nothing is written there."""
    copy = scratch / "copy"
    shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns(".celery*"))
    files = {
        str(path.relative_to(folder)): _text(path)
        for path in sorted(folder.rglob("*.py"))
        if path.is_file() and not path.is_symlink()
    }
    return Held(folder, copy, scratch / "cache", Options(cache=False), files)


def edits(project: Held, seed: int, others: Files) -> Iterator[Edit]:
    """Apply one random edit after the other, for ever."""
    random = Random(seed)
    while True:
        edit = random_edit(random, project.files, others)
        project.apply(edit)
        yield edit


def reports(found: Mapping[str, list[Finding]], folder: Path) -> Reports:
    """All findings, whole, as text in which the project's folder is not named."""
    top = str(folder) + os.sep
    return {
        path.removeprefix(top): [repr(each).replace(top, "") for each in findings]
        for path, findings in found.items()
    }


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")
