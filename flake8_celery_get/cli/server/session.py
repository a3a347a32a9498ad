"""What one editor has open: its folders, and the findings that it was shown."""

from __future__ import annotations

import os
from collections.abc import Iterable

from flake8_celery_get.cli.server.served import Served
from flake8_celery_get.finding import Finding
from flake8_celery_get.project.files import forget_folders

Found = dict[str, list[Finding]]


class Session:
    """Keeps the folders; a file outside of all of them opens the folder that it is in."""

    def __init__(self) -> None:
        self._served: list[Served] = []
        self._shown: Found = {}

    def open(self, folders: Iterable[str]) -> Found:
        """Add folders, and return what is found in their files."""
        found: Found = {}
        for folder in folders:
            if all(served.folder != folder for served in self._served):
                self._served.append(Served(folder))
                found |= self._served[-1].findings()
        return self._note(found)

    def close(self, folders: Iterable[str]) -> Found:
        """Remove folders; their files have no findings any more."""
        gone = set(folders)
        self._served = [each for each in self._served if each.folder not in gone]
        return self._note({path: [] for path in self._shown if not self._of(path)})

    def reload(self) -> Found:
        """Read all settings and files again."""
        forget_folders()
        before, self._served = self._served, []
        found: Found = {path: [] for path in self._shown}
        found |= self.open(served.folder for served in before)
        for served in before:
            for path, text in served.texts.items():
                found |= self.edit(path, text)
        return self._note(found)

    def edit(self, path: str, text: str | None) -> Found:
        """Take what the editor holds for a file, or with None what the disk holds."""
        served = self._of(path)
        found: Found = {}
        if served is None:
            found = self.open([os.path.dirname(path)])
            served = self._of(path)
        return self._note(found | (served.edit(path, text) if served else {}))

    def shown(self, path: str) -> list[Finding]:
        """What was found in a file the last time."""
        return self._shown.get(path, [])

    def text(self, path: str) -> str:
        """The text that the findings of a file are about."""
        served = self._of(path)
        return (served.text(path) if served else None) or ""

    def _of(self, path: str) -> Served | None:
        """The innermost folder that holds a file."""
        holding = [served for served in self._served if served.holds(path)]
        return max(holding, key=lambda served: len(served.folder), default=None)

    def _note(self, found: Found) -> Found:
        self._shown |= found
        return found
