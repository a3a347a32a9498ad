"""One answer for every front: the findings of a file, from the whole project around it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any

from flake8_celery_get.finding import Finding, Related
from flake8_celery_get.options import Options
from flake8_celery_get.project.files import root_of
from flake8_celery_get.project.project import Project
from flake8_celery_get.source.outline import parse
from flake8_celery_get.source.text import read

if TYPE_CHECKING:
    from flake8_celery_get.model.model import Model


class Engine:
    """Lints files one by one; each project is read once and remembered."""

    def __init__(self, options: Options = Options()) -> None:
        self._options = options
        self._projects: dict[str, Project] = {}

    def check(self, path: str, text: str | None = None) -> list[Finding]:
        """All findings of one file, sorted; ``text`` stands in for what the disk holds.

        Raises SourceError for a file that can't be read, decoded or parsed.
        """
        path = os.path.abspath(path)
        if text is None:
            text = read(path)
            parse(text)
        project = self._project_of(path)
        if not project.holds(path, text):
            project = self._opened(project.root)
            project.overlay(path, text)
        return _unpacked(path, self._findings(project).get(path, []))

    def save(self) -> None:
        """Write what was learnt to the cache."""
        for project in self._projects.values():
            project.save_stamps()

    def _project_of(self, path: str) -> Project:
        root = root_of(os.path.dirname(path))
        project = self._projects.get(root)
        if project is None:
            project = self._projects[root] = self._opened(root)
        return project

    def _opened(self, root: str) -> Project:
        project = Project(root, self._options)
        project.open()
        return project

    def _findings(self, project: Project) -> dict[str, Any]:
        if project.findings is None:
            with project.locked():
                project.open()  # another process may have done the work by now
                if project.findings is None:
                    project.save(_analysed(project))
        return project.findings or {}


def _analysed(project: Project) -> dict[str, Any]:
    # Imported here: a run in which nothing changed needs neither rules nor model.
    from flake8_celery_get.catalog import all_rules
    from flake8_celery_get.model.model import Model

    model = Model(project)
    found: dict[str, dict[Finding, None]] = {}
    for module in model.modules():
        for rule in all_rules():
            for finding in rule().check(module):
                found.setdefault(finding.path, {}).setdefault(finding)
    return {
        path: [_packed(finding) for finding in _fingerprinted(model, list(findings))]
        for path, findings in found.items()
    }


def _fingerprinted(model: Model, findings: list[Finding]) -> list[Finding]:
    """One finding a place and code, sorted, each with what tells it from all others."""
    places: dict[tuple[object, ...], Finding] = {}
    for finding in sorted(findings):
        places.setdefault((finding.line, finding.column, finding.code), finding)
    seen: dict[str, int] = {}
    marked = []
    for finding in places.values():
        at = (finding.line, finding.column, finding.end_line, finding.end_column)
        mark = "\0".join(
            (
                model.relative(finding.path),
                finding.code,
                model.enclosing(finding.path, finding.line),
                "".join(model.snippet(finding.path, at).split()),
            )
        )
        seen[mark] = seen.get(mark, -1) + 1
        digest = hashlib.blake2b(f"{mark}\0{seen[mark]}".encode("utf-8", "replace"), digest_size=8)
        marked.append(replace(finding, fingerprint=digest.hexdigest()))
    return marked


def _packed(finding: Finding) -> list[Any]:
    return list(astuple(finding))[1:]


def _unpacked(path: str, stored: list[Any]) -> list[Finding]:
    findings = []
    for line, column, end_line, end_column, code, name, message, related, mark, fix in stored:
        steps = tuple(Related(*step) for step in related)
        findings.append(
            Finding(path, line, column, end_line, end_column, code, name, message, steps, mark, fix)
        )
    return findings
