"""What docs/why-not-just.md says about our own tools, and about habits."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs/why-not-just.md").read_text(encoding="utf-8")
BLOCKS = re.findall(
    r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?",
    PAGE,
    re.M | re.S,
)
TESTS = [(text, said) for name, kind, text, said in BLOCKS if kind == "python" and not name]

WAITS_FOR_ITSELF = """\
import pytest
from celery.exceptions import TimeoutError
from shop.tasks import total


@pytest.fixture
def celery_app(monkeypatch):
    from shop.prices import app

    app.conf.update(broker_url="memory://", result_backend="cache+memory://")
    return app


@pytest.fixture
def celery_worker_parameters():
    return {"perform_ping_check": False, "shutdown_timeout": 0.1}


def test_a_total(celery_worker):
    with pytest.raises(TimeoutError):
        total.delay(["apple"]).get(timeout=2)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The project of the page."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").touch()
    for name, kind, text, _ in BLOCKS:
        if name and kind == "python":
            (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "setup.cfg").touch()
    return tmp_path


def shown(start: str) -> tuple[str, str]:
    """The command that starts so, and what the page shows below it."""
    pattern = rf"```console\n\$ ({re.escape(start)}.*)\n((?:.*\n)*?)```"
    ((command, output),) = re.findall(pattern, PAGE)
    return command, output


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def pytest_says(text: str, shop: Path, *plugins: str) -> str:
    """Run one file of tests with a plain pytest, and return its output without ids."""
    (shop / "test_it.py").write_text(text, encoding="utf-8")
    command = ("-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", *plugins)
    out = run(sys.executable, *command, "test_it.py", folder=shop).stdout
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", out)


def test_the_findings_are_what_the_command_prints(shop: Path) -> None:
    command, found = shown("celery-guard")
    words = command.split()[1:]
    assert (
        run(sys.executable, "-m", "flake8_celery_get", *words, folder=shop).stdout == found
    )


def test_grep_prints_what_the_page_shows(shop: Path) -> None:
    command, found = shown("grep")
    assert run("sh", "-c", command, folder=shop).stdout == found


@pytest.mark.parametrize(("text", "said"), TESTS)
def test_the_tests_do_what_the_page_says(text: str, said: str, shop: Path) -> None:
    out = pytest_says(text, shop)
    assert said in out
    assert ("1 failed" if said else "1 passed") in out


def test_there_are_tests_that_pass_and_one_that_fails() -> None:
    assert [bool(said) for _, said in TESTS] == [False, False, True]


def test_a_worker_in_a_thread_waits_for_itself(shop: Path) -> None:
    out = pytest_says(WAITS_FOR_ITSELF, shop, "-p", "celery.contrib.pytest")
    assert "1 passed" in out  # the timeout, and then a worker that can't be stopped
    assert "Worker thread failed to exit" in out
