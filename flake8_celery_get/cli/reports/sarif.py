"""The report as SARIF 2.1.0, which code scanning services read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flake8_celery_get import __version__
from flake8_celery_get.cli.reports.document import dumped
from flake8_celery_get.cli.terminal.paths import uri
from flake8_celery_get.pages.page import all_pages
from flake8_celery_get.pages.sides import PLUGIN
from flake8_celery_get.printing.addresses import DOCUMENTATION

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import FileError, Results
    from flake8_celery_get.finding import Edit, Finding, Fix, Related
    from flake8_celery_get.pages.page import Page

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "celeryGuard/v1"


def render(results: Results) -> str:
    """Return one run: the rules, the findings, and what could not be checked."""
    rules = [page for page in all_pages() if page.sides != (PLUGIN,)]
    places = {rule.code: place for place, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, places) for finding in results.findings],
        "invocations": [
            {
                "executionSuccessful": not results.broken,
                "toolExecutionNotifications": [_notification(e) for e in results.errors],
            }
        ],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return dumped(document)


def _driver(rules: list[Page]) -> dict[str, Any]:
    return {
        "name": "celery-guard",
        "semanticVersion": __version__,
        "informationUri": DOCUMENTATION,
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(page: Page) -> dict[str, Any]:
    return {
        "id": page.code,
        "name": "".join(word.capitalize() for word in page.name.split("-")),
        "shortDescription": {"text": page.summary},
        "helpUri": page.url,
        "help": {"text": page.text, "markdown": page.text},
        "defaultConfiguration": {"enabled": not page.is_off, "level": "warning"},
    }


def _result(finding: Finding, places: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": "warning",
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _location(finding, _region(finding))}],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
    }
    if finding.code in places:
        result["ruleIndex"] = places[finding.code]
    if finding.related:
        result["relatedLocations"] = [
            _related(number, step) for number, step in enumerate(finding.related, 1)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.path, finding.fix)]
    return result


def _fix(path: str, fix: Fix) -> dict[str, Any]:
    changes = fix.by_file(path).items()
    return {
        "description": {"text": fix.description + ("" if fix.is_safe else " (unsafe)")},
        "artifactChanges": [_change(other, edits) for other, edits in changes],
    }


def _change(path: str, edits: tuple[Edit, ...]) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(edit), "insertedContent": {"text": edit.text}}
        for edit in edits
    ]
    return {"artifactLocation": _artifact(path), "replacements": replacements}


def _region(spot: Finding | Edit) -> dict[str, int]:
    return {
        "startLine": spot.line,
        "startColumn": spot.column + 1,
        "endLine": spot.end_line,
        "endColumn": spot.end_column + 1,
    }


def _related(number: int, step: Related) -> dict[str, Any]:
    region = {"startLine": step.line, "startColumn": step.column + 1}
    return {
        "id": number,
        "message": {"text": step.message},
        "physicalLocation": _location(step, region),
    }


def _notification(error: FileError) -> dict[str, Any]:
    location = {"physicalLocation": {"artifactLocation": _artifact(error.path)}}
    return {"level": "error", "message": {"text": error.message}, "locations": [location]}


def _location(spot: Finding | Related, region: dict[str, int]) -> dict[str, Any]:
    return {"artifactLocation": _artifact(spot.path), "region": region}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": uri(path), "uriBaseId": "%SRCROOT%"}
