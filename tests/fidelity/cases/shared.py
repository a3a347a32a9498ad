"""Tasks that know no app: `shared_task` and the current app."""

from __future__ import annotations

from celery import current_app, current_task, shared_task

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, task


@shared_task
def say(word: str) -> list[str]:
    return [word, current_app.main, current_task.name]


@case()
def a_shared_task_runs_in_the_current_app(seen: Seen) -> Steps:
    result = app.send_task(say.name, ("hello",))
    yield result
    assert result.get() == ["hello", "plain", "tests.fidelity.cases.shared.say"]


@task()
def who_am_i() -> list[object]:
    return [current_app.main, current_task.name, current_task.request.called_directly]


@case()
def a_running_task_knows_app_and_task(seen: Seen) -> Steps:
    result = who_am_i.delay()
    yield result
    assert result.get() == ["plain", "tests.fidelity.cases.shared.who_am_i", False]
