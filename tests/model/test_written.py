"""How far texts are compared that may make an object with something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.model.flow.written import MOST_FILES
from tests.model.waiting import codes

VIEWS = """
from celery.result import AsyncResult


class Slow:
    def run(self):
        return AsyncResult("1").get()


class Runner:
    def __init__(self, job):
        self.job = job

    def go(self):
        return self.job.run()


def show(request):
    return Runner(Slow()).go()
"""


@pytest.mark.parametrize(
    ("others", "code"), [(MOST_FILES - 1, "CEL102"), (MOST_FILES, "CEL104")]
)
def test_a_name_that_very_many_files_mention_is_not_compared(
    root: Path, others: int, code: str
) -> None:
    files = {"shop/views.py": VIEWS}
    files |= {f"shop/of_{each}.py": "Runner = 1\n" for each in range(others)}
    assert codes(root, files) == [f"shop/views.py:7 {code}"]
