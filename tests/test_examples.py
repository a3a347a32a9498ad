"""The examples show what the rules are about: each wrong place, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options

EXAMPLES = Path(__file__).parent.parent / "examples"

WRONG = {
    "shop/wrong": [
        ("shop/management/commands/report.py", 14, "CEL104"),
        ("shop/tasks.py", 25, "CEL101"),
        ("shop/tasks.py", 32, "CEL106"),
        ("shop/views.py", 15, "CEL102"),
        ("shop/views.py", 22, "CEL102"),
        ("shop/views.py", 34, "CEL105"),
    ],
    "report/wrong": [
        ("app/digest.py", 14, "CEL103"),
        ("app/main.py", 31, "CEL102"),
        ("app/main.py", 39, "CEL105"),
        ("app/main.py", 53, "CEL102"),
        ("app/tasks.py", 32, "CEL101"),
        ("app/tasks.py", 39, "CEL106"),
        ("app/yearly.py", 8, "CEL104"),
    ],
}


def findings(project: str) -> list[tuple[str, int, str]]:
    """Relative path, line and code of all that is found in one example project."""
    root = EXAMPLES / project
    engine = Engine(Options(cache=False))
    found = [
        (Path(finding.path).relative_to(root).as_posix(), finding.line, finding.code)
        for path in root.rglob("*.py")
        for finding in engine.check(str(path))
    ]
    return sorted(found)


def explained(project: str) -> list[tuple[str, int]]:
    """The places that a comment of its own stands above."""
    root = EXAMPLES / project
    return sorted(
        (path.relative_to(root).as_posix(), number + 1)
        for path in root.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if line.lstrip().startswith("# ")
    )


@pytest.mark.parametrize("project", ["shop/right", "report/right"])
def test_right_has_no_finding(project: str) -> None:
    assert list((EXAMPLES / project).rglob("*.py"))
    assert findings(project) == []


@pytest.mark.parametrize("project", WRONG)
def test_wrong_has_exactly_these_findings(project: str) -> None:
    assert findings(project) == WRONG[project]


@pytest.mark.parametrize("project", WRONG)
def test_each_wrong_place_says_why_it_hurts(project: str) -> None:
    assert explained(project) == [(path, line) for path, line, _ in WRONG[project]]


def test_the_wait_behind_a_view_is_two_modules_away() -> None:
    path = EXAMPLES / "shop/wrong/shop/views.py"
    (found,) = [
        finding
        for finding in Engine(Options(cache=False)).check(str(path))
        if finding.line == 22
    ]
    assert "shop/results.py:5" in found.message
    hops = [Path(hop.path).name for hop in found.related]
    assert hops == ["services.py", "results.py"]
