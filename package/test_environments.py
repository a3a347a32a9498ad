"""What each extra brings, and that its part works without the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from package.environment import Environment

Install = Callable[..., Environment]

TASKS = """\
from celery import Celery

app = Celery("shop", broker="redis://", backend="redis://")


@app.task
def look_up(sku):
    return 499


@app.task
def total(skus):
    return sum(look_up.delay(sku).get() for sku in skus)
"""
TEST = """\
from shop.tasks import look_up


def test_look_up(celery_guard):
    result = look_up.delay("apple")
    celery_guard.drain()
    assert result.get() == 499
"""
FOUND = "shop/tasks.py:13:16: CEL101 "


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files = {"setup.cfg": "", "shop/tasks.py": TASKS, "tests/test_tasks.py": TEST}
    for name, text in files.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "project"


def brings(environment: Environment) -> set[str]:
    """Which of the others' packages are there."""
    known = ("flake8", "pytest", "celery", "rich", "libcst")
    return {module for module in known if environment.has(module)}


def command_works(environment: Environment, shop: Path) -> bool:
    """Tell whether the command finds the wait, and explains it."""
    runs = [
        environment.run("celery-guard", "check", folder=shop),
        environment.run("python", "-m", "flake8_celery_get", "check", folder=shop),
    ]
    explained = environment.run("celery-guard", "explain", "CEL101").stdout
    drawn = environment.run("celery-guard", "map", folder=shop).stdout
    assert "# CEL101 blocking-read-in-task" in explained
    assert "a worker waits" in drawn
    return all(
        (run.returncode, run.stderr) == (1, "") and run.stdout.startswith(FOUND)
        for run in runs
    )


def flake8_works(environment: Environment, shop: Path) -> bool:
    run = environment.run("flake8", "--select=CEL", folder=shop)
    return run.stdout.startswith(f"./{FOUND}") and run.returncode == 1


def guard_works(environment: Environment, shop: Path) -> bool:
    run = environment.run("python", "-m", "pytest", "-p", "no:cacheprovider", folder=shop)
    assert run.returncode == 0, run.stdout
    return "1 passed" in run.stdout


def test_the_command_needs_nothing_else(install: Install, shop: Path) -> None:
    environment = install()
    assert brings(environment) == {"libcst"}
    assert command_works(environment, shop)


def test_flake8_needs_neither_pytest_nor_celery(install: Install, shop: Path) -> None:
    environment = install("flake8")
    assert brings(environment) == {"libcst", "flake8"}
    assert flake8_works(environment, shop)
    assert command_works(environment, shop)


def test_the_guard_needs_no_flake8(install: Install, shop: Path) -> None:
    environment = install("pytest")
    assert brings(environment) == {"libcst", "pytest", "celery"}
    assert guard_works(environment, shop)
    assert command_works(environment, shop)


def test_everything_together(install: Install, shop: Path) -> None:
    environment = install("all")
    assert brings(environment) == {"libcst", "flake8", "pytest", "celery", "rich"}
    assert command_works(environment, shop)
    assert flake8_works(environment, shop)
    assert guard_works(environment, shop)


def test_pytest_without_celery_is_left_alone(install: Install, tmp_path: Path) -> None:
    environment = install("", "pytest")
    assert brings(environment) == {"libcst", "pytest"}
    (tmp_path / "test_it.py").write_text("def test_it(): assert True\n", encoding="utf-8")
    run = environment.run(
        "python", "-W", "error", "-m", "pytest", "test_it.py", folder=tmp_path
    )
    assert (run.returncode, "1 passed" in run.stdout) == (0, True)
