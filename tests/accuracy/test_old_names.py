from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from accuracy.old_names import REVIEWED, places
from accuracy.verdicts import rows_of
from bench.corpora import all_corpora


def names(folder: Path, source: str) -> list[tuple[int, str]]:
    (folder / "module.py").write_text(dedent(source), encoding="utf-8")
    return [(place.line, place.name) for place in places(folder)]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("BROKER_URL = 'redis://'", "BROKER_URL"),
        ("CELERYD_CONCURRENCY: int = 4", "CELERYD_CONCURRENCY"),
        ("app.conf.CELERY_ALWAYS_EAGER = True", "CELERY_ALWAYS_EAGER"),
        ("app.conf.update(CELERY_ACKS_LATE=True)", "CELERY_ACKS_LATE"),
        ("app.conf['CELERY_QUEUES'] = []", "CELERY_QUEUES"),
        ("settings = {'CELERYBEAT_SCHEDULE': {}}", "CELERYBEAT_SCHEDULE"),
        ("from celery.task import task", "import"),
        ("from celery import group, subtask", "import"),
        ("from celery.exceptions import RetryTaskError", "import"),
        ("print(result.task_id)", "task_id"),
        ("result.wait()", "wait"),
        ("mail.subtask((1,))", "subtask"),
    ],
)
def test_an_old_name_is_found(tmp_path: Path, line: str, name: str) -> None:
    assert names(tmp_path, f"result = mail.delay()\n{line}\n") == [(2, name)]


def test_options_of_tasks_are_found_in_decorators_and_classes(tmp_path: Path) -> None:
    source = """\
        @celery.task(
            queue="mails",
        )
        def mail(): ...

        class Job(Task):
            priority = 3
        """

    assert names(tmp_path, source) == [(2, "queue"), (7, "priority")]


@pytest.mark.parametrize(
    "line",
    [
        "# BROKER_URL = 'redis://'",
        "broker_url = settings.BROKER_URL",
        "if BROKER_URL == 'redis://': pass",
        "print(order.status)",
        "from celery import signature, Task",
        "mail.apply_async(queue='mails')",
    ],
)
def test_other_names_and_uses_are_no_places(tmp_path: Path, line: str) -> None:
    assert names(tmp_path, f"result = mail.delay()\n{line}\n") == []


def test_names_that_a_namespace_makes_right_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("celery.config_from_object('x', namespace='CELERY')")

    assert names(tmp_path, "CELERY_RESULT_BACKEND = 'rpc://'\nCELERY_ACKS_LATE = 1") == [
        (2, "CELERY_ACKS_LATE")
    ]


def test_test_code_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "test_app.py").write_text("BROKER_URL = 'memory://'\n")

    assert list(places(tmp_path)) == []


def test_each_reviewed_line_has_a_reason_and_is_of_a_corpus() -> None:
    rows = list(rows_of(REVIEWED))
    corpora = {corpus.name for corpus in all_corpora()}

    assert rows
    assert {row["corpus"] for row in rows} <= corpora
    assert all(row["reason"] for row in rows)
