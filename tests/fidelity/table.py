"""How many cases agree, per version of Celery: `python -m tests.fidelity.table PYTHON ...`.

Each interpreter has Celery with its Redis client, pytest and PyYAML installed.  Both halves run
under it; a case agrees when its one expectation holds on both sides.  Beyond the expectation the
whole traces of the two sides are compared: per task its states, the worker's signals, the hooks.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HALVES = {"test_a_real_worker": "real", "test_the_guard": "guard"}
HEAD = "| Celery | cases | agree | differ, with a reason | unexpected | same trace |"


@dataclass(frozen=True, slots=True)
class Half:
    """What became of a case on one side; `reason` is why it differs or failed."""

    verdict: str
    reason: str
    trace: str


@dataclass(frozen=True, slots=True)
class Row:
    """Both halves of every case, under one version."""

    version: str
    cases: dict[str, dict[str, Half]]

    def names(self, *verdicts: str) -> list[str]:
        """The cases of these verdicts: that of the real worker, then that of the guard."""
        return [name for name in self.cases if self.verdicts(name) == verdicts]

    def verdicts(self, name: str) -> tuple[str, ...]:
        """What became of one case on both sides."""
        halves = self.cases[name]
        return tuple(
            halves[side].verdict if side in halves else "-" for side in HALVES.values()
        )

    @property
    def other_traces(self) -> list[str]:
        """Cases that agree, though their tasks left different traces."""
        agreeing = self.names("pass", "pass")
        return [
            n for n in agreeing if len({half.trace for half in self.cases[n].values()}) > 1
        ]

    @property
    def unexpected(self) -> list[str]:
        """Cases that neither agree nor differ for a reason that is written down."""
        known = {*self.names("pass", "pass"), *self.names("pass", "differ")}
        silent = [
            name for name in self.other_traces if not self.cases[name]["guard"].reason
        ]
        return [name for name in self.cases if name not in known] + silent

    def __str__(self) -> str:
        agree, differ = self.names("pass", "pass"), self.names("pass", "differ")
        same = len(agree) - len(self.other_traces)
        counts = [len(self.cases), len(agree), len(differ), len(self.unexpected), same]
        return f"| {self.version} | {' | '.join(map(str, counts))} |"


def measure(python: str) -> Row:
    """Run both halves under an interpreter."""
    version = subprocess.run(
        [python, "-c", "import celery; print(celery.__version__)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [python, "-m", "pytest", str(HERE), "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, f"--junitxml={report}"], cwd=ROOT, capture_output=True, text=True
        )
        if not report.exists():
            raise SystemExit(f"{python} can't run the cases:\n{done.stdout}{done.stderr}")
        return Row(version, read(report))


def read(report: Path) -> dict[str, dict[str, Half]]:
    """The cases of a JUnit report."""
    cases: dict[str, dict[str, Half]] = {}
    for test in ElementTree.parse(report).iter("testcase"):
        function, _, name = test.get("name", "").rstrip("]").partition("[")
        if function in HALVES:
            cases.setdefault(name, {})[HALVES[function]] = half_of(test)
    return cases


def half_of(test: ElementTree.Element) -> Half:
    """What a report tells of one test."""
    told = {each.get("name"): each.get("value", "") for each in test.iter("property")}
    trace, reason = told.get("trace", ""), told.get("reason", "")
    skipped = test.find("skipped")
    if skipped is not None:
        is_known = skipped.get("type") == "pytest.xfail"
        return Half("differ" if is_known else "skip", skipped.get("message", ""), trace)
    failed = next((each for kind in ("failure", "error") for each in test.iter(kind)), None)
    if failed is not None:
        return Half("fail", failed.get("message", "").partition("\n")[0], trace)
    return Half("pass", reason, trace)


def told(rows: Iterable[Row]) -> Iterator[str]:
    """The table, and below it every difference."""
    rows = list(rows)
    yield HEAD
    yield "| --- " * (HEAD.count("|") - 1) + "|"
    yield from map(str, rows)
    for row in rows:
        yield from differences(row)


def differences(row: Row) -> Iterator[str]:
    """What is not the same on both sides of a version."""
    for name in row.names("pass", "differ"):
        yield f"{row.version} {name} differs: {row.cases[name]['guard'].reason}"
    for name in row.unexpected:
        halves = row.cases[name].items()
        reasons = [f"{side}: {half.verdict} {half.reason}" for side, half in halves]
        yield f"{row.version} {name} is unexpected: {'; '.join(reasons)}"
    for name in row.other_traces:
        reason = row.cases[name]["guard"].reason
        yield f"{row.version} {name} leaves another trace: {reason or 'why?'}"
        if not reason:
            yield from (
                f"  {side:5} {half.trace}" for side, half in row.cases[name].items()
            )


def main() -> int:
    """Print the table; the exit code is 1 where a case is unexpected."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fidelity.table", description=__doc__
    )
    parser.add_argument("python", nargs="*", default=[sys.executable])
    rows = [measure(python) for python in parser.parse_args().python]
    print("\n".join(told(rows)))
    return int(any(row.unexpected for row in rows))


if __name__ == "__main__":
    sys.exit(main())
