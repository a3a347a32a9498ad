"""One answer for every interface: the findings of a file, from the whole project around it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from flake8_celery_get.options import Options
from flake8_celery_get.project.files import Stamp, is_in, root_of
from flake8_celery_get.project.project import Project

if TYPE_CHECKING:
    from flake8_celery_get.finding import Edit, Finding, Fix

DEFAULTS = Options()

IsReported: TypeAlias = Callable[[str, str], bool]
"""Whether findings with a code are reported in a file."""


def everything(_code: str, _path: str) -> bool:
    """Tell that nothing is left out."""
    return True


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit led to: the findings of the edited file, and other files' new ones.

    ``others`` has all findings of each other file that has more, fewer or changed ones.
    """

    findings: list[Finding]
    others: dict[str, list[Finding]]


class Engine:
    """Lints files one by one; each project is read once, remembered, and takes edits."""

    def __init__(
        self, options: Options = DEFAULTS, after_analysis: Callable[[], object] = int
    ) -> None:
        """``after_analysis`` is called each time that a whole project was read."""
        self._options = options
        self._after_analysis = after_analysis
        self._projects: dict[str, Project] = {}
        self.refused_caches: set[str] = set()
        """Why some projects have no cache, a line each; nothing where all have."""

    def check(
        self, path: str, text: str | None = None, is_reported: IsReported = everything
    ) -> list[Finding]:
        """All findings of one file, sorted; ``text`` stands in for what the disk holds.

        What another finding covers is left out where that one ``is_reported``.
        Raises SourceError for a file that can't be read, decoded or parsed. A ``text``
        that can't be parsed has no findings: whoever has it knows.
        """
        path = os.path.abspath(path)
        return _shown(path, self._known(path, text), is_reported)

    def _known(self, path: str, text: str | None) -> dict[str, Any]:
        """The findings of all files, of which that of ``path`` may hold ``text``."""
        project = self._project_of(path)
        if text is None:
            text = _checked(project, path)
        if text is not None and not project.holds(path, text):
            known = self._findings(project)
            if not project.cares_for(path, text):
                return known
            project = self._opened(project.root)
            project.overlay(path, text)
        return self._findings(project)

    def edit(
        self, path: str, text: str | None, is_reported: IsReported = everything
    ) -> Change:
        """Take ``text`` as what a file holds from now on; None: the file is gone.

        Only what changed is read again. A file that can't be parsed has no findings.
        """
        path = os.path.abspath(path)
        home = self._project_of(path)
        self._findings(home)
        others: dict[str, list[Finding]] = {}
        for project in self._projects.values():
            if is_in(path, project.root):
                others |= self._changed(project, path, text, is_reported)
        others.pop(path, None)
        findings = _shown(path, self._findings(home), is_reported)
        return Change(findings, dict(sorted(others.items())))

    def _changed(
        self, project: Project, path: str, text: str | None, is_reported: IsReported
    ) -> dict[str, list[Finding]]:
        """What each file of a project has now that has other findings after an edit."""
        before = self._findings(project)
        if not project.edit(path, text):
            return {}
        after = self._findings(project)
        changed = [
            other
            for other in before.keys() | after.keys()
            if before.get(other) != after.get(other) and self._owns(project, other)
        ]
        shown = {other: _shown(other, after, is_reported) for other in changed}
        return {
            other: found
            for other, found in shown.items()
            if _with_fixes(found) != _with_fixes(_shown(other, before, is_reported))
        }

    def findings(
        self, folder: str, is_reported: IsReported = everything
    ) -> dict[str, list[Finding]]:
        """All findings in the projects below a folder, by file, as `check` gives them."""
        top = self._project_of(os.path.join(os.path.abspath(folder), ""))
        roots = {self._root_of(path) for path in top.records}
        found: dict[str, list[Finding]] = {}
        for root in sorted({top.root, *roots}):
            found |= self._own(self._project_at(root), is_reported)
        return dict(sorted(found.items()))

    def _own(self, project: Project, is_reported: IsReported) -> dict[str, list[Finding]]:
        """The findings in a project's own files: those of a project inside are its own."""
        found = self._findings(project)
        own = (path for path in found if self._owns(project, path))
        shown = {path: _shown(path, found, is_reported) for path in own}
        return {path: findings for path, findings in shown.items() if findings}

    def _owns(self, project: Project, path: str) -> bool:
        return self._root_of(path) == project.root

    def take(self, texts: Mapping[str, str]) -> None:
        """Let ``texts`` stand in for what these files hold, before the first is checked."""
        for path, text in texts.items():
            self._project_of(path).overlay(path, text)

    def stamp(self, path: str) -> Stamp | None:
        """Return size and time of a checked file as it was read; None where unknown."""
        record = self._project_of(os.path.abspath(path)).records.get(path)
        return record.stamp if record is not None and any(record.stamp) else None

    def save(self) -> None:
        """Write what was learnt to the cache."""
        for project in self._projects.values():
            project.save_records()

    def _project_of(self, path: str) -> Project:
        return self._project_at(self._root_of(path))

    def _root_of(self, path: str) -> str:
        return root_of(os.path.dirname(path), self._options.top)

    def _project_at(self, root: str) -> Project:
        project = self._projects.get(root)
        if project is None:
            project = self._projects[root] = self._opened(root)
        return project

    def _opened(self, root: str) -> Project:
        project = Project(root, self._options)
        if project.refused_cache:
            self.refused_caches.add(project.refused_cache)
        project.open()
        return project

    def _findings(self, project: Project) -> dict[str, Any]:
        if project.findings is None:
            with project.locked() as has_waited:
                if has_waited:
                    project.open()  # the other process may have done the work
                if project.findings is None:
                    self._analyse(project)
        return project.findings or {}

    def _analyse(self, project: Project) -> None:
        if not project.uses_celery_anywhere:
            project.save({})
            return
        # Imported here: a run in which nothing changed needs neither rules nor model.
        from flake8_celery_get.analysis import analysed

        with collector_off():
            try:
                found = analysed(project)
            except Exception:
                if not project.distrust_cache():
                    raise
                found = analysed(project)
            project.save(found)
            # The collector would look through all that is new as soon as it is on again.
            self._after_analysis()


@contextmanager
def collector_off() -> Iterator[None]:
    """Trees and code are kept to the end: looking for garbage among them costs a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _checked(project: Project, path: str) -> str | None:
    """The text of a file that the project does not list; raises where Python would."""
    from flake8_celery_get.source.syntax import fault
    from flake8_celery_get.source.text import SourceError, read

    is_listed = path in project.records
    if message := project.fault(path) if is_listed else fault(path):
        raise SourceError(message)
    return None if is_listed else read(path)


def _shown(path: str, found: dict[str, Any], is_reported: IsReported) -> list[Finding]:
    """One file's findings, without those that a reported one covers."""
    return [
        finding
        for finding in _unpacked(path, found.get(path, []))
        if finding.covered_by is None or not is_reported(*finding.covered_by)
    ]


def _with_fixes(findings: list[Finding]) -> list[tuple[Finding, Fix | None]]:
    """Findings as a user has them: they compare, and are sorted, without their fixes."""
    return [(finding, finding.fix) for finding in findings]


def _unpacked(path: str, stored: list[Any]) -> list[Finding]:
    if not stored:
        return []
    from flake8_celery_get.finding import Finding, Related

    findings = []
    for *head, related, mark, fix, covered_by in stored:
        steps = tuple(Related(*step) for step in related)
        cover = None if covered_by is None else tuple(covered_by)
        findings.append(Finding(path, *[*head, steps, mark, fix and _fix(*fix), cover]))
    return findings


def _fix(description: str, is_safe: bool, edits: list[Any], others: list[Any]) -> Fix:
    from flake8_celery_get.finding import Fix

    beside = tuple((path, _edits(theirs)) for path, theirs in others)
    return Fix(description, is_safe, _edits(edits), beside)


def _edits(stored: list[Any]) -> tuple[Edit, ...]:
    from flake8_celery_get.finding import Edit

    return tuple(Edit(*edit) for edit in stored)
