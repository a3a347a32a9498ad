"""The report as JUnit XML, which most CI servers show: a test for each file.

https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from flake8_celery_get.cli.terminal.paths import printable_path
from flake8_celery_get.printing.addresses import page_of

if TYPE_CHECKING:
    from flake8_celery_get.cli.results import FileError, Results
    from flake8_celery_get.finding import Finding


def render(results: Results) -> str:
    """Return one suite: a failed test for each finding, a passed one for a clean run."""
    cases = [*map(_finding, results.findings), *map(_error, results.errors)]
    failures, errors = len(results.findings), len(results.errors)
    if not cases:
        cases = [Xml.Element("testcase", classname="celery-guard", name="no findings")]
    counts = {"tests": len(cases), "failures": failures, "errors": errors}
    written = {name: str(number) for name, number in counts.items()}
    top = Xml.Element("testsuites", {"name": "celery-guard", **written})
    suite = Xml.SubElement(top, "testsuite", {"name": "celery-guard", **written})
    suite.extend(cases)
    Xml.indent(top)
    # In ASCII, with the other characters as references: stdout may have any encoding.
    written_out = Xml.tostring(top, "us-ascii").decode("ascii")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written_out}\n'


def _finding(finding: Finding) -> Xml.Element:
    path = printable_path(finding.path)
    place = f"{path}:{finding.line}:{finding.column + 1}"
    steps = [
        f"{printable_path(s.path)}:{s.line}:{s.column + 1}: {s.message}"
        for s in finding.related
    ]
    first = f"{place}: {finding.code} {finding.message}"
    text = "\n".join([first, *steps, page_of(finding.code)])
    return _case(path, f"{finding.code} {place}", "failure", finding.message, text)


def _error(error: FileError) -> Xml.Element:
    path = printable_path(error.path)
    return _case(path, path, "error", error.message, error.message)


def _case(path: str, name: str, outcome: str, message: str, text: str) -> Xml.Element:
    case = Xml.Element("testcase", classname=path, name=name, file=path)
    Xml.SubElement(case, outcome, message=message).text = text
    return case
