"""What became of each test, read from the log that pytest-reportlog writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Result = Literal["passed", "failed", "skipped", "expected failure"]
# A failed subtest leaves its test green.
REPORTS = frozenset({"TestReport", "SubTestReport"})


@dataclass(slots=True)
class Outcome:
    """The end of one test: ``seconds`` and ``reruns`` count all tries, ``message`` the last."""

    result: Result = "passed"
    reruns: int = 0
    seconds: float = 0.0
    message: str = ""

    def add(self, report: dict[str, Any]) -> None:
        """Take in the report of one phase, or of one subtest."""
        self.seconds += (
            report["duration"] if report["$report_type"] == "TestReport" else 0.0
        )
        if report["outcome"] == "rerun":
            self.reruns += 1
            self.result, self.message = "passed", ""
        elif report["outcome"] == "failed":
            self.result, self.message = "failed", self.message or _message(report)
        elif report["outcome"] == "skipped" and self.result == "passed":
            self.result = "expected failure" if "wasxfail" in report else "skipped"


def read(log: Path) -> dict[str, Outcome]:
    """Return the outcome of each test that was started, by its short id."""
    outcomes: dict[str, Outcome] = {}
    for report in _reports(log.read_text(encoding="utf-8").splitlines()):
        outcomes.setdefault(short_id(report["nodeid"]), Outcome()).add(report)
    return outcomes


def short_id(nodeid: str) -> str:
    """Leave out the folder, which is the same for all."""
    return nodeid.rpartition("t/integration/")[2]


def _reports(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    entries = (json.loads(line) for line in lines)
    return (entry for entry in entries if entry["$report_type"] in REPORTS)


def _message(report: dict[str, Any]) -> str:
    told = report["longrepr"]
    text = told["reprcrash"]["message"] if isinstance(told, dict) else str(told)
    return (text.strip().splitlines() or [""])[0]
