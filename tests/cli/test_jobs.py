from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.choices.selection import Selection
from flake8_celery_get.cli.file_check import FileCheck
from flake8_celery_get.cli.processes import dispatch
from flake8_celery_get.options import Options
from tests.cli.project import FINE, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project


def test_the_number_of_processes_changes_nothing(project: Project) -> None:
    for number in range(20):
        project.write(f"pkg/tasks_{number}.py", WAITS if number % 3 else FINE)
    project.write("pkg/broken.py", "def f(:\n")
    alone = project.guard("check", "-j1")
    assert alone.code == 2
    assert alone.out.count("CEL101") == 13
    for jobs in ("2", "8", "auto"):
        assert project.guard("check", "-j", jobs) == alone


@pytest.mark.parametrize(
    ("files", "jobs", "processes"),
    [(3, None, 1), (4000, None, 4), (100_000, None, 8), (3, 2, 2), (3, 9, 3), (3, 1, 1)],
)
def test_takes_as_many_processes_as_pay_off(
    monkeypatch: pytest.MonkeyPatch, files: int, jobs: int | None, processes: int
) -> None:
    started: list[int] = []

    def note(check: FileCheck, files: list[str], jobs: int) -> list[None]:
        started.append(jobs)
        return []

    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr("flake8_celery_get.cli.processes.workers.in_processes", note)
    check = FileCheck(Options(), Selection())
    dispatch.checked(check, ["x.py"] * files, jobs)
    assert started == ([] if processes == 1 else [processes])


def test_works_where_processes_cannot_work_together(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OSError("no semaphores")

    monkeypatch.setattr("multiprocessing.Lock", refuse)
    files = [str(project.write(f"tasks_{n}.py", WAITS)) for n in range(3)]
    check = FileCheck(Options(cache=False), Selection())
    reports = list(dispatch.checked(check, files, 2))
    assert [len(report.findings) for report in reports] == [1, 1, 1]
