"""pytest's summary shows the task and the problem in the first 60 characters of a failure."""

from __future__ import annotations

import re

import pytest

PROJ = """
from celery import Celery

app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/0")

@app.task
def send_welcome_mail(name): return {}[name]

@app.task
def mail_report(): return send_welcome_mail.delay("ann").get()
"""
TESTS = {
    "celery_guard.run(mail_report.s())": "RuntimeError: Never call result.get()",
    "send_welcome_mail.delay('ann')": "send_welcome_mail was sent but never run",
    "send_welcome_mail.delay('ann'); celery_guard.drain()": "send_welcome_mail failed with",
    "mail_report.delay(); celery_guard.drain()": "CEL101 task mail_report waits for a result",
    "app.send_task('proj.send_welcome_mail')": "CEL601 send_welcome_mail: the arguments don't",
    "assert celery_guard.sent == [send_welcome_mail.s('ann')]": (
        "assert send_welcome_mail was expected"
    ),
    "send_welcome_mail.delay('ann'); assert celery_guard.sent == []": (
        "assert send_welcome_mail was sent"
    ),
    "r = send_welcome_mail.delay('a'); assert celery_guard.states(r) == []": (
        "assert states of proj.send_welcome_mail"
    ),
}
"""The body of a test, and what its line in the summary begins with."""


@pytest.mark.parametrize(("body", "shown"), TESTS.items())
def test_the_summary_names_the_task_and_the_problem(
    body: str, shown: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    pytester.makepyfile(proj=PROJ)
    pytester.makeini("[pytest]\ncelery_guard_app = proj:app\npythonpath = .\n")
    pytester.makepyfile(f"from proj import *\n\ndef test(celery_guard):\n    {body}\n")
    result = pytester.runpytest()
    (line,) = [each for each in result.outlines if each.startswith("FAILED ")]
    reason = re.sub(r"^(?:Failed|AssertionError): ", "", line.partition(" - ")[2])
    assert reason.startswith(shown)
    assert len(shown) <= 60
