"""Two runs of the same tests, put side by side."""

from __future__ import annotations

from dataclasses import dataclass

from fidelity.outcomes import Outcome
from fidelity.reasons import Reason, reason_for
from fidelity.releases import Release

NOT_RUN = Outcome("failed", message="the test was not run")


@dataclass(frozen=True, slots=True)
class Difference:
    """A test with another end here than there; ``message`` is what became of it here."""

    test: str
    message: str
    reason: Reason | None

    @property
    def counts(self) -> bool:
        """Whether one process could have passed the test."""
        return self.reason is None or not self.reason.needs


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a release's tests did on a real worker and under the guard, and on which days."""

    release: Release
    worker: dict[str, Outcome]
    guard: dict[str, Outcome]
    reasons: tuple[Reason, ...]
    worker_day: str = ""
    guard_day: str = ""

    @property
    def real(self) -> dict[str, Outcome]:
        """Tests that pass on the real worker: the truth."""
        return {test: end for test, end in self.worker.items() if end.result == "passed"}

    @property
    def flaky(self) -> list[str]:
        """Those of them that did not pass at the first try."""
        return [test for test, outcome in self.real.items() if outcome.reruns]

    def both(self) -> int:
        """Count the tests that pass on the real worker and under the guard."""
        return len(self.real) - len(self.differences())

    def possible(self) -> int:
        """Count the tests that pass on the real worker and need nothing else."""
        return self.both() + sum(difference.counts for difference in self.differences())

    def differences(self) -> list[Difference]:
        """Return the tests that pass on the real worker and not under the guard."""
        return [each for each in self._all_differences() if each.test in self.real]

    def others(self) -> list[Difference]:
        """Return the tests that don't pass on the real worker, and end in another way here."""
        return [each for each in self._all_differences() if each.test not in self.real]

    def _all_differences(self) -> list[Difference]:
        ends = {test: self.guard.get(test, NOT_RUN) for test in self.worker}
        return [
            Difference(test, end.message or end.result, self._reason(test))
            for test, end in ends.items()
            if end.result != self.worker[test].result
        ]

    def _reason(self, test: str) -> Reason | None:
        return reason_for(test, self.release.minor, self.reasons)


def seconds(outcomes: dict[str, Outcome]) -> float:
    """Add up how long all tests took, fixtures included."""
    return sum(outcome.seconds for outcome in outcomes.values())
