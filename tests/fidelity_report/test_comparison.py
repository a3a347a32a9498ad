from __future__ import annotations

from fidelity.comparison import Comparison
from fidelity.outcomes import Outcome
from fidelity.reasons import Reason
from fidelity.releases import all_releases

RELEASE = all_releases()[-1]
PASSED, FAILED = Outcome("passed"), Outcome("failed", message="AssertionError")


def comparison(
    worker: dict[str, Outcome], guard: dict[str, Outcome], *reasons: Reason
) -> Comparison:
    return Comparison(RELEASE, worker, guard, reasons)


def test_what_fails_on_the_worker_is_no_truth() -> None:
    compared = comparison({"a": PASSED, "b": FAILED}, {"a": PASSED, "b": FAILED})
    assert (len(compared.real), compared.both(), compared.possible()) == (1, 1, 1)
    assert compared.differences() == compared.others() == []


def test_a_test_that_passes_on_the_worker_only_counts_unless_it_needs_more() -> None:
    needs_redis = Reason("b", (RELEASE.minor,), "It asks Redis.", needs="Redis")
    one_thread = Reason("c", (RELEASE.minor,), "One task at a time.")
    tests = {"a": PASSED, "b": PASSED, "c": PASSED}
    compared = comparison(
        tests, {"a": PASSED, "b": FAILED, "c": FAILED}, needs_redis, one_thread
    )
    assert [each.test for each in compared.differences()] == ["b", "c"]
    assert (compared.both(), compared.possible()) == (1, 2)


def test_a_test_that_was_not_run_does_not_pass() -> None:
    (difference,) = comparison({"a": PASSED}, {}).differences()
    assert difference.message == "the test was not run"
    assert difference.reason is None


def test_a_test_that_passes_under_the_guard_only_is_another_difference() -> None:
    compared = comparison({"a": Outcome("expected failure")}, {"a": PASSED})
    assert compared.differences() == []
    assert [(each.test, each.message) for each in compared.others()] == [("a", "passed")]


def test_a_test_that_passed_at_a_second_try_is_flaky() -> None:
    worker = {
        "a": PASSED,
        "b": Outcome("passed", reruns=1),
        "c": Outcome("failed", reruns=5),
    }
    assert comparison(worker, worker).flaky == ["b"]
