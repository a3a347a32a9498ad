"""Cases of ``tests/cases`` in folders of their own, each checked once for all tests of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_celery_get.engine import Engine
from tests.casebook import Case, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from flake8_celery_get.finding import Finding

CASES = load(Path(__file__).parent / "cases")


@dataclass(frozen=True, slots=True)
class Checked:
    """A case that was written to a folder, and its findings, sorted."""

    case: Case
    root: Path
    paths: list[Path]
    findings: list[Finding]

    def again(self) -> list[Finding]:
        """Check the files as they are now with a new engine."""
        return check(Engine(self.case.settings()), self.paths)

    def restore(self) -> None:
        """Give the files the content that they have in the case."""
        self.case.write(self.root)


@dataclass(frozen=True, slots=True)
class CheckedCases:
    """Checks each case when a test asks for it first."""

    folders: pytest.TempPathFactory
    known: dict[str, Checked] = field(default_factory=dict)

    def __getitem__(self, case: Case) -> Checked:
        if case.id not in self.known:
            # The name of the folder says nothing of tests, which are no production code.
            root = self.folders.mktemp("case").resolve()
            paths = case.write(root)
            findings = check(Engine(case.settings()), paths)
            self.known[case.id] = Checked(case, root, paths, findings)
        return self.known[case.id]

    def __iter__(self) -> Iterator[Checked]:
        return (self[case] for case in CASES)


def check(engine: Engine, paths: Iterable[Path]) -> list[Finding]:
    """All findings of the files, sorted."""
    return sorted(found for path in paths for found in engine.check(str(path)))
