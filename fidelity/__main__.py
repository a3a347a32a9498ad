"""``python -m fidelity``: Celery's own tests on a real worker and under the guard.

The real worker takes about ten minutes a release, the guard about one. Exit code 1 says that
a difference has no reason, or a reason no difference.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from bench.processes import MeasureError
from fidelity import page
from fidelity.comparison import Comparison
from fidelity.halves import Half, RunError, log_of, run
from fidelity.outcomes import read
from fidelity.reasons import all_reasons, stale
from fidelity.redis_server import NoRedisError, own_redis
from fidelity.releases import Release, SourceError, all_releases


def main(argv: Sequence[str] | None = None) -> int:
    """Compare the wanted releases, print the table, and write the page if asked to."""
    values = _parser().parse_args(argv)
    try:
        compared = list(_compared(values))
    except (MeasureError, NoRedisError, RunError, SourceError) as error:
        print(f"fidelity: {error}", file=sys.stderr)
        return 2
    unexplained = list(_unexplained(compared))
    print(*unexplained, sep="\n", file=sys.stderr, end="\n" if unexplained else "")
    if values.write:
        page.update(compared)
    return 1 if unexplained else 0


def _compared(values: argparse.Namespace) -> Iterator[Comparison]:
    reasons = all_reasons()
    print("\n".join(page.HEAD), flush=True)
    for release in all_releases():
        if values.celery and release.minor not in values.celery:
            continue
        worker = _log(release, "worker", fresh=not values.guard_only)
        guard = _log(release, "guard")
        halves = read(worker), read(guard), reasons, _day(worker), _day(guard)
        comparison = Comparison(release, *halves)
        print(page.row(comparison), flush=True)
        yield comparison


def _log(release: Release, half: Half, *, fresh: bool = True) -> Path:
    if not fresh:
        return log_of(release, half)
    with own_redis() as port:
        return run(release, half, port)


def _day(log: Path) -> str:
    return date.fromtimestamp(log.stat().st_mtime).isoformat()


def _unexplained(compared: list[Comparison]) -> Iterator[str]:
    different: dict[str, set[str]] = {}
    for comparison in compared:
        minor = comparison.release.minor
        found = [*comparison.differences(), *comparison.others()]
        different[minor] = {difference.test for difference in found}
        for difference in found:
            if difference.reason is None:
                yield f"no reason: {minor} {difference.test}: {difference.message}"
    yield from stale(different, all_reasons())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "fidelity",
        description="Compare the guard with a real worker by Celery's own tests.",
    )
    parser.add_argument(
        "--celery",
        action="append",
        choices=[release.minor for release in all_releases()],
        help="only this release",
    )
    parser.add_argument(
        "--guard-only",
        action="store_true",
        help="take what the real worker did from the last run",
    )
    parser.add_argument(
        "--write", action="store_true", help="put the result into docs/fidelity.md"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
