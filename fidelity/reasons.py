"""Why a test ends in another way under the guard than on a real worker, kept as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from bench.corpora import tomllib

LIST = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of the list.

    ``test`` is a pattern for short ids, ``*`` stands for any text. ``versions`` are minor
    releases of Celery. ``needs`` names what the test asks for beside a Celery worker; such a
    test can't be run in one process and does not count. ``sometimes``: the worker does not
    always end as here, so the entry may explain nothing.
    """

    test: str
    versions: tuple[str, ...]
    reason: str
    needs: str = ""
    sometimes: bool = False

    def covers(self, test: str, minor: str) -> bool:
        """Tell whether the entry is about a test of a release."""
        # A "[" begins the parameters of a test, not a set of letters.
        pattern = self.test.replace("[", "[[]")
        return minor in self.versions and fnmatchcase(test, pattern)


def all_reasons(file: Path = LIST) -> tuple[Reason, ...]:
    """Return the entries, in the order of the file."""
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("difference", [])
    return tuple(Reason(**{**e, "versions": tuple(e["versions"])}) for e in entries)


def reason_for(test: str, minor: str, reasons: Iterable[Reason]) -> Reason | None:
    """Return the first entry about a test, if there is one."""
    return next((reason for reason in reasons if reason.covers(test, minor)), None)


def stale(different: dict[str, set[str]], reasons: Iterable[Reason]) -> Iterator[str]:
    """Yield a line for each entry that explains nothing, by release.

    ``different`` has the tests that differ, for each minor release that was run.
    """
    for reason in (each for each in reasons if not each.sometimes):
        for minor in reason.versions:
            tests = different.get(minor)
            if tests is not None and not any(reason.covers(test, minor) for test in tests):
                yield f"{reason.test} explains nothing on {minor}"
