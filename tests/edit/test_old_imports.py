"""Old names that are imported: what the fix writes, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.options import Options
from tests.fixes import fixes, texts


def fixed(folder: Path, code: str) -> str:
    """The code with all fixes of CEL803."""
    (folder / "pyproject.toml").touch()
    path = folder / "jobs.py"
    path.write_text(code, encoding="utf-8")
    done = fixes(Options(cache=False, opinions=("CEL803",)), [path], unsafe=True)
    assert done.refused == {}
    return texts(done).get(path, code)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    return tmp_path_factory.mktemp("project").resolve()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from celery import group, subtask  # both\n\nprint('é', subtask)\n",
            "from celery import group, signature  # both\n\nprint('é', signature)\n",
        ),
        (
            "from celery.task import task\n\n\n@task\ndef add(x):\n    return x\n",
            "from celery import shared_task\n\n\n@shared_task\ndef add(x):\n    return x\n",
        ),
        (
            "from celery.exceptions import (\n    RetryTaskError,\n    Reject,\n)\n",
            "from celery.exceptions import Retry, Reject\n",
        ),
        (
            "from celery import subtask as make\n\nmake('a')\n",
            "from celery import signature as make\n\nmake('a')\n",
        ),
        (
            "from celery.app.task import BaseTask\n\n\nclass Task(BaseTask):\n    pass\n",
            "from celery.app.task import Task as BaseTask\n\n\nclass Task(BaseTask):\n    pass\n",
        ),
        (
            "from celery.execute import send_task\n\nsend_task('a')\n",
            "from celery import current_app\n\ncurrent_app.send_task('a')\n",
        ),
        (
            "from celery.task.control import inspect, revoke\nfrom flask import current_app\n\n"
            "inspect(), revoke(current_app.name)\n",
            "from celery import current_app as celery_app\nfrom flask import current_app\n\n"
            "celery_app.control.inspect(), celery_app.control.revoke(current_app.name)\n",
        ),
        (
            "from celery import subtask\n\n\ndef f(subtask):\n    return subtask\n",
            "from celery import signature as subtask\n\n\ndef f(subtask):\n    return subtask\n",
        ),
    ],
)
def test_the_file_uses_the_new_name(folder: Path, before: str, after: str) -> None:
    assert fixed(folder, before) == after


@pytest.mark.parametrize(
    "code",
    [
        "from celery.exceptions import (\n    RetryTaskError,  # ours\n    Reject,\n)\n",
        "import os; from celery import subtask\n",
    ],
)
def test_what_is_not_clear_is_left_alone(folder: Path, code: str) -> None:
    assert fixed(folder, code) == code


def test_what_other_files_import_keeps_its_name(folder: Path) -> None:
    (folder / "other.py").write_text("from jobs import subtask\n", encoding="utf-8")
    after = "from celery import signature as subtask\n"
    assert fixed(folder, "from celery import subtask\n") == after


def test_what_other_files_import_is_no_method_of_the_app(folder: Path) -> None:
    (folder / "other.py").write_text("from jobs import send_task\n", encoding="utf-8")
    code = "from celery.execute import send_task\n\nsend_task('a')\n"
    assert fixed(folder, code) == code
