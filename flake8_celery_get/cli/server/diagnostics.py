"""Findings as an editor shows them."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types
from pygls import uris

from flake8_celery_get.cli.server.places import Places
from flake8_celery_get.finding import Finding, Related
from flake8_celery_get.printing.addresses import page_of

SOURCE = "celery-guard"


def diagnostic(finding: Finding, places: Callable[[str], Places]) -> types.Diagnostic:
    """One finding; ``places`` tells of each file where its text stands."""
    return types.Diagnostic(
        places(finding.path).range(finding),
        finding.message,
        types.DiagnosticSeverity.Warning,
        code=finding.code,
        code_description=types.CodeDescription(page_of(finding.code)),
        source=SOURCE,
        related_information=[_related(each, places) for each in finding.related],
        data=finding.fingerprint,
    )


def _related(
    related: Related, places: Callable[[str], Places]
) -> types.DiagnosticRelatedInformation:
    point = places(related.path).position(related.line, related.column)
    uri = uris.from_fs_path(related.path) or ""
    location = types.Location(uri, types.Range(point, point))
    return types.DiagnosticRelatedInformation(location, related.message)
