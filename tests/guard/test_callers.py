"""Whose line is told."""

from __future__ import annotations

import pytest

TESTS = """
import json
import pytest
from celery import Celery
from helping import send

app = Celery("shop", set_as_current=False, broker="redis://nowhere.invalid")

@pytest.fixture
def celery_guard_app():
    return app

@app.task(name="shop.tasks.pay")
def pay(): ...

def test_it(celery_guard):
    send(app)
"""
HELPING = """
def send(app):
    app.send_task("shop.tasks.bill")
"""


@pytest.mark.parametrize(
    ("tests", "helping", "told"),
    [
        (".", ".", "helping.py:3"),
        (".", "site-packages", "test_shop.py:17"),
        ("site-packages", "site-packages", "site-packages/helping.py:3"),
    ],
    ids=["own code", "a library", "all of it installed"],
)
def test_the_innermost_line_of_the_users_own(
    pytester: pytest.Pytester, tests: str, helping: str, told: str
) -> None:
    for folder, name, text in (
        (tests, "test_shop.py", TESTS),
        (helping, "helping.py", HELPING),
    ):
        path = pytester.path / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    pytester.makeini("[pytest]\npythonpath = . site-packages\n")
    result = pytester.runpytest_subprocess(
        "-p", "no:django", "-p", "no:randomly", f"{tests}/test_shop.py"
    )
    result.stdout.fnmatch_lines([f"CEL608 bill: * Sent as shop.tasks.bill at {told}."])
