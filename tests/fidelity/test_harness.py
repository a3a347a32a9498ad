"""The harness: who owns an entry, when a case is settled, what the table tells."""

from __future__ import annotations

import gc
import inspect
import time
from collections import Counter
from pathlib import Path
from types import CoroutineType

from tests.fidelity.case import CELERY, Case, Steps, every_case, since
from tests.fidelity.guarded import guard_side
from tests.fidelity.journal import Entry, MemoryJournal
from tests.fidelity.real import RealSide, backlog, owners, played, unfinished
from tests.fidelity.seen import Seen, in_runs
from tests.fidelity.stage import app
from tests.fidelity.table import Row, differences, read

MASTER, CHILD, OTHER = 1, 2, 3
REPORT = """<testsuites><testsuite>
<testcase name="test_the_guard[links.same]"><properties>
  <property name="trace" value="[1]"/></properties></testcase>
<testcase name="test_a_real_worker[links.same]"><properties>
  <property name="trace" value="[1]"/></properties></testcase>
<testcase name="test_the_guard[links.traced]"><properties>
  <property name="trace" value="[1]"/></properties></testcase>
<testcase name="test_a_real_worker[links.traced]"><properties>
  <property name="trace" value="[2]"/></properties></testcase>
<testcase name="test_the_guard[lost.known]">
  <skipped type="pytest.xfail" message="no process to lose"/></testcase>
<testcase name="test_a_real_worker[lost.known]"/>
<testcase name="test_the_guard[lost.wrong]"><failure message="assert 1 == 2&#10;more"/></testcase>
<testcase name="test_a_real_worker[lost.wrong]"/>
</testsuite></testsuites>"""


def signal(task_id: str, what: str, pid: int = CHILD, **more: str) -> Entry:
    return Entry("signal", task_id, what, pid=pid, **more)  # type: ignore[arg-type]


def test_there_are_enough_cases_with_names_of_their_own() -> None:
    names = Counter(case.name for case in every_case())
    assert len(names) >= 120
    assert set(names.values()) == {1}


def test_a_version_decides_what_is_expected() -> None:
    assert since(CELERY, "now", before="then") == "now"
    assert since((CELERY[0], CELERY[1] + 1), "now", before="then") == "then"


def test_a_task_belongs_to_the_case_that_sent_it_or_its_sender() -> None:
    entries = [
        signal("parent", "before_task_publish", case="links"),
        signal("child", "before_task_publish", sender="parent"),
        signal("grandchild", "before_task_publish", sender="unknown", root="parent"),
        signal("stranger", "before_task_publish"),
    ]
    assert owners(entries) == {
        "parent": "links",
        "child": "links",
        "grandchild": "links",
        "stranger": "",
    }


def test_a_delivery_is_open_until_a_worker_ends_it() -> None:
    sent = [signal("a", "after_task_publish"), signal("a", "after_task_publish")]
    assert unfinished(sent, [MASTER]) == {"a": 2}
    assert unfinished([*sent, signal("a", "task_postrun")], [MASTER]) == {"a": 1}


def test_a_lost_process_ends_its_task_by_the_worker_alone() -> None:
    sent, failed = signal("a", "after_task_publish"), "task_failure"
    assert unfinished([sent, signal("a", failed, CHILD)], [MASTER]) == {"a": 1}
    assert unfinished([sent, signal("a", failed, MASTER)], [MASTER]) == {}


def test_the_backlog_is_what_no_worker_has_taken() -> None:
    sent = [signal(task_id, "after_task_publish") for task_id in "abc"]
    assert backlog([*sent, signal("a", "task_received"), signal("b", "task_revoked")]) == 1


def test_entries_of_overlapping_runs_are_parted() -> None:
    first = [signal("a", "task_prerun", CHILD), signal("a", "task_postrun", CHILD)]
    second = [signal("a", "task_prerun", OTHER), signal("a", "task_success", OTHER)]
    mixed = [first[0], second[0], second[1], first[1]]
    assert in_runs(mixed) == [*first, *second]


def test_the_table_counts_and_tells_every_difference(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    row = Row("5.7.0", read(report))
    assert str(row) == "| 5.7.0 | 4 | 2 | 1 | 2 | 1 |"
    assert list(differences(row)) == [
        "5.7.0 lost.known differs: no process to lose",
        "5.7.0 lost.wrong is unexpected: guard: fail assert 1 == 2; real: pass ",
        "5.7.0 links.traced is unexpected: guard: pass ; real: pass ",
        "5.7.0 links.traced leaves another trace: why?",
        "  guard [1]",
        "  real  [2]",
    ]


def test_a_case_that_fails_is_played_once_more_and_that_counts() -> None:
    attempts = Counter[str]()

    def holds_from_the_second_on(seen: Seen) -> Steps:
        yield None
        attempts["late"] += 1
        assert attempts["late"] > 1

    def never_holds(seen: Seen) -> Steps:
        yield None
        attempts["never"] += 1
        raise AssertionError(attempts["never"])

    side = RealSide(MemoryJournal(time.time), workers={})
    scripts = (holds_from_the_second_on, never_holds)
    cases = [Case(each.__name__, each, app, (5, 0), (9, 0), None, None) for each in scripts]
    acts = played(side, cases)
    assert acts["holds_from_the_second_on"].error is None
    assert str(acts["never_holds"].error) == "2"
    assert attempts == {"late": 2, "never": 2}


class Lazy:
    """As Django's settings: whoever asks what it is sets it up."""

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        raise RuntimeError("no settings yet")


def test_no_coroutine_of_a_case_is_told_of_in_a_later_test() -> None:
    (case,) = [each for each in every_case() if each.name == "a_coroutine_is_no_result"]
    with guard_side(case) as side:
        bystanders = [Lazy()]
        side.play(case)
    assert len(bystanders) == 1
    left = [each for each in gc.get_objects() if type(each) is CoroutineType]
    of_case = [each for each in left if each.__name__ == "sleep_a_little"]
    assert {inspect.getcoroutinestate(each) for each in of_case} <= {inspect.CORO_CLOSED}
