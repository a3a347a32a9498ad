"""A folder that an editor has open: its settings, and its project, held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flake8_celery_get.choices.baseline import Baseline, read
from flake8_celery_get.choices.configuration import configuration
from flake8_celery_get.cli.arguments.parser import parser
from flake8_celery_get.cli.settings import chosen
from flake8_celery_get.cli.settings.files import python_files
from flake8_celery_get.cli.settings.project import project_options
from flake8_celery_get.engine import Engine
from flake8_celery_get.finding import Finding
from flake8_celery_get.noqa import without_silenced
from flake8_celery_get.project.files import is_in
from flake8_celery_get.source import text as source
from flake8_celery_get.source.outline import parse
from flake8_celery_get.source.text import SourceError


class Served:
    """Reports what ``celery-guard check`` would, for what the editor holds.

    Raises `UsageError`, `ConfigurationError`, `BaselineError` or OSError for settings that
    can't be used.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        values = parser().parse_args(["check", folder])
        said = configuration(folder)
        self._selection = chosen.selection(values, said)
        options = project_options(values, said)
        self._known = read(options.baseline) if options.baseline else Baseline("")
        self._excluded = chosen.excluded(values, said)
        self._files = set(python_files([folder], self._excluded))
        self.texts: dict[str, str] = {}
        """What the editor holds of files that are open there."""

        self._engine = Engine(replace(options, opinions=self._selection.opinions))

    def holds(self, path: str) -> bool:
        """Whether a file is in the folder."""
        return is_in(path, self.folder)

    def findings(self) -> dict[str, list[Finding]]:
        """What is found in each file; what was learnt is kept for the next start."""
        found = self._engine.findings(self.folder, self._selection.has)
        self._engine.save()
        return self._reported(found)

    def edit(self, path: str, text: str | None) -> dict[str, list[Finding]]:
        """Take ``text`` for what a file holds, and return what each changed file has now.

        None stands for what the disk holds. A text that can't be parsed is not taken: whoever
        is typing keeps the findings of the text before.
        """
        content = _on_disk(path) if text is None else source.normalise_newlines(text)
        if content is not None and not _is_whole(content):
            return {}
        if text is None or content is None:
            self.texts.pop(path, None)
        else:
            self.texts[path] = content
        if path not in self._files:
            self._files = set(python_files([self.folder], self._excluded))
        change = self._engine.edit(path, content, self._selection.has)
        return self._reported({path: change.findings, **change.others})

    def text(self, path: str) -> str | None:
        """The text that the findings of a file are about."""
        return self.texts[path] if path in self.texts else _on_disk(path)

    def _reported(self, found: Mapping[str, list[Finding]]) -> dict[str, list[Finding]]:
        return {path: self._shown(path, findings) for path, findings in found.items()}

    def _shown(self, path: str, findings: list[Finding]) -> list[Finding]:
        """Without what settings, comments and the baseline leave out."""
        if path not in self._files:
            return []
        chosen_ones = [each for each in findings if self._selection.has(each.code, path)]
        new = self._known.without_known(chosen_ones)
        return without_silenced(new, self.text(path) or "") if new else []


def _is_whole(text: str) -> bool:
    try:
        parse(text)
    except SourceError:
        return False
    return True


def _on_disk(path: str) -> str | None:
    try:
        return source.read(path)
    except SourceError:
        return None
