"""Writes what was compared into ``docs/fidelity.md``, so that nobody copies numbers by hand."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bench.environments import REPOSITORY
from bench.page import replaced
from fidelity.comparison import Comparison, Difference, seconds
from fidelity.outcomes import Outcome

PAGE = REPOSITORY / "docs" / "fidelity.md"
HEAD = (
    "| Celery | run | pass on a worker | pass under the guard | of those that can "
    "| worker takes | guard takes |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
)


def row(comparison: Comparison) -> str:
    """Return the line of the table about one release."""
    real, both = len(comparison.real), comparison.both()
    cells = (
        comparison.release.celery,
        len(comparison.worker),
        real,
        f"{both} ({_percent(both, real)})",
        f"{both} of {comparison.possible()} ({_percent(both, comparison.possible())})",
        _minutes(comparison.worker),
        _minutes(comparison.guard),
    )
    return f"| {' | '.join(map(str, cells))} |"


def update(comparisons: Iterable[Comparison], page: Path = PAGE) -> None:
    """Replace the table, the differences and the flaky tests of the page."""
    done = list(comparisons)
    text = page.read_text(encoding="utf-8")
    text = replaced(text, "table", "\n".join([_setting(done), "", *HEAD, *map(row, done)]))
    for name, found in (
        ("differences", Comparison.differences),
        ("others", Comparison.others),
    ):
        text = replaced(text, name, "\n".join(_explained(done, found)).strip())
    text = replaced(text, "flaky", "\n".join(_flaky(done)))
    page.write_text(text, encoding="utf-8")


def _setting(comparisons: list[Comparison]) -> str:
    python = ".".join(platform.python_version_tuple()[:2])
    worker, guard = (
        " and ".join(sorted(set(days)))
        for days in zip(*((c.worker_day, c.guard_day) for c in comparisons), strict=True)
    )
    runs_on = "; ".join(
        f"Celery {release.celery} on {', '.join(release.runs_on).replace('==', ' ')}"
        for release in (comparison.release for comparison in comparisons)
    )
    ran = f"The worker ran on {worker}, the guard on {guard}, both with Python {python}."
    return f"*{ran} {runs_on}.*"


def _explained(
    comparisons: list[Comparison], found: Callable[[Comparison], list[Difference]]
) -> Iterator[str]:
    """A paragraph for each reason, and under it its tests with their releases."""
    tests: dict[tuple[str, str], dict[str, list[str]]] = {}
    for comparison in comparisons:
        for difference in found(comparison):
            versions = tests.setdefault(_why(difference), {})
            versions.setdefault(difference.test, []).append(comparison.release.minor)
    for (needs, reason), versions in sorted(tests.items()):
        yield f"\n{needs}{reason}\n"
        yield from (f"- `{test}`: {', '.join(minors)}" for test, minors in versions.items())


def _why(difference: Difference) -> tuple[str, str]:
    if difference.reason is None:
        return "", "Not explained yet."
    needs = difference.reason.needs
    return needs and f"*Needs {needs}.* ", difference.reason.reason


def _flaky(comparisons: list[Comparison]) -> Iterator[str]:
    for comparison in comparisons:
        names = ", ".join(f"`{test}`" for test in comparison.flaky) or "none"
        yield f"- {comparison.release.celery}: {names}"


def _percent(part: int, whole: int) -> str:
    # Rounded down: 100 % is said of all only.
    return f"{part * 1000 // whole / 10 if whole else 0:.1f} %"


def _minutes(outcomes: dict[str, Outcome]) -> str:
    whole, left = divmod(round(seconds(outcomes)), 60)
    return f"{whole}:{left:02} min"
