"""Tables that a program wrote are not read; the rest of their file is."""

from __future__ import annotations

import pytest

from flake8_celery_get.project.source_file import LONGEST
from tests.project.sample import Sample

FILE = """\
from celery import shared_task


@shared_task
def add(x, y):
    return x + y


TABLE = {{"task": add, "rows": "{rows}"}}


def direct(request):
    return add.delay(1, 2).get()


def looked_up(request):
    return TABLE["task"].delay(1, 2).get()
"""


@pytest.fixture
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """An empty project."""
    return Sample(tmp_path_factory.mktemp("sample"), tmp_path_factory.mktemp("cache"))


def test_a_table_of_usual_size_is_read(sample: Sample) -> None:
    sample.write("views.py", FILE.format(rows="x" * 1_000))
    assert sample.places() == ["views.py:13 CEL102", "views.py:17 CEL102"]


def test_a_huge_table_stands_for_anything(sample: Sample) -> None:
    sample.write("views.py", FILE.format(rows="x" * LONGEST))
    assert sample.places() == ["views.py:13 CEL102"]


STATES = """\
from celery import shared_task
from celery.result import AsyncResult
from progress import report


@shared_task(bind=True)
def load(
    self,
    path,
):
    {call}
    return "{rows}"


def show(task_id):
    return AsyncResult(task_id).state == "DONE"
"""


def test_a_huge_task_that_keeps_itself_stores_no_states_of_others(sample: Sample) -> None:
    sample.write(
        "views.py", STATES.format(rows="x" * LONGEST, call="report(path, self.name)")
    )
    assert sample.places() == ["views.py:16 CEL301"]


def test_a_huge_task_that_hands_itself_on_may_store_any_state(sample: Sample) -> None:
    sample.write("views.py", STATES.format(rows="x" * LONGEST, call="report(self, path)"))
    assert sample.places() == []
