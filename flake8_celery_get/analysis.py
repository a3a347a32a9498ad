"""All findings of a whole project, by file: every rule asks every module."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import astuple, replace
from typing import Any

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.model import Model
from flake8_celery_get.project.project import Project


def analysed(project: Project) -> dict[str, list[Any]]:
    """The findings as JSON-able data, by path."""
    model = Model(project)
    rules = [rule for rule in all_rules() if project.options.asks(rule.code)]
    found: dict[str, dict[Finding, None]] = {}
    for module in model.modules():
        for rule in rules:
            for finding in rule().check(module):
                found.setdefault(finding.path, {}).setdefault(finding)
    return {
        path: [list(astuple(finding))[1:] for finding in _fingerprinted(model, findings)]
        for path, findings in found.items()
    }


def _fingerprinted(model: Model, findings: Iterable[Finding]) -> list[Finding]:
    """One finding a place and code, sorted, each with what tells it from all others."""
    places: dict[tuple[object, ...], Finding] = {}
    for finding in sorted(findings):
        places.setdefault((finding.line, finding.column, finding.code), finding)
    seen: dict[str, int] = {}
    marked = []
    for finding in places.values():
        mark = _mark(model, finding)
        seen[mark] = seen.get(mark, -1) + 1
        text = f"{mark}\0{seen[mark]}".encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(text, digest_size=8).hexdigest()
        marked.append(replace(finding, fingerprint=digest))
    return marked


def _plain(source: str) -> str:
    """The code as it is before and after a formatter went over it."""
    text = "".join(source.split()).replace("'", '"')
    return re.sub(r",([)\]}])", r"\1", text)


def _mark(model: Model, finding: Finding) -> str:
    """What stays the same when lines move: path, code, surroundings, the code itself."""
    at = (finding.line, finding.column, finding.end_line, finding.end_column)
    source = _plain(model.snippet(finding.path, at))
    around = model.enclosing(finding.path, finding.line)
    return "\0".join((model.relative(finding.path), finding.code, around, source))
