"""Which states are stored: STARTED, states of the project's own, and none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery.result import AsyncResult

from tests.fidelity.case import Steps, case, since
from tests.fidelity.seen import Seen, answer
from tests.fidelity.stage import app, task, tuned
from tests.fidelity.tasks import add, boom, request_of

if TYPE_CHECKING:
    from celery import Task


@task(track_started=True)
def tracked() -> str:
    return "done"


@case()
def started_is_stored_where_the_task_asks_for_it(seen: Seen) -> Steps:
    result = tracked.delay()
    yield result
    assert seen.states(result) == ["PENDING", "STARTED", "SUCCESS"]


@task(track_started=True)
def tracked_and_broken() -> None:
    raise ValueError("late")


@case()
def a_tracked_task_fails(seen: Seen) -> Steps:
    result = tracked_and_broken.delay()
    yield result
    assert seen.states(result) == ["PENDING", "STARTED", "FAILURE"]


@task(tuned)
def tracked_by_setting() -> str:
    return "done"


@case(tuned)
def started_is_stored_where_the_setting_asks_for_it(seen: Seen) -> Steps:
    result = tracked_by_setting.delay()
    yield result
    assert seen.states(result) == ["PENDING", "STARTED", "SUCCESS"]


@task(tuned, track_started=False)
def untracked() -> str:
    return "done"


@case(tuned)
def a_task_overrules_the_setting(seen: Seen) -> Steps:
    result = untracked.delay()
    yield result
    assert seen.states(result) == ["PENDING", "SUCCESS"]


@task(bind=True, track_started=True)
def read_own_state(self: Task) -> list[object]:
    own = AsyncResult(self.request.id, app=app)
    return [own.state, sorted(own.info), own.info["hostname"] == self.request.hostname]


@case()
def started_holds_process_and_host(seen: Seen) -> Steps:
    result = read_own_state.delay()
    yield result
    assert result.get() == ["STARTED", ["hostname", "pid"], True]


@task(bind=True)
def progress(self: Task) -> list[object]:
    self.update_state(state="PROGRESS", meta={"done": 1, "of": 2})
    own = AsyncResult(self.request.id, app=app)
    return [own.state, own.info]


@case()
def a_state_of_ones_own(seen: Seen) -> Steps:
    result = progress.delay()
    yield result
    assert seen.states(result) == ["PENDING", "PROGRESS", "SUCCESS"]
    assert result.get() == ["PROGRESS", {"done": 1, "of": 2}]


@task(bind=True)
def progress_twice(self: Task) -> None:
    for done in range(3):
        self.update_state(state="PROGRESS", meta={"done": done})
    self.update_state(state="CLOSING")


@case()
def several_states_of_ones_own(seen: Seen) -> Steps:
    result = progress_twice.delay()
    yield result
    assert seen.states(result) == ["PENDING", "PROGRESS", "CLOSING", "SUCCESS"]


@task(bind=True)
def fail_after_progress(self: Task) -> None:
    self.update_state(state="PROGRESS")
    raise ValueError("halfway")


@case()
def a_failure_follows_a_state_of_ones_own(seen: Seen) -> Steps:
    result = fail_after_progress.delay()
    yield result
    assert seen.states(result) == ["PENDING", "PROGRESS", "FAILURE"]


@task(bind=True)
def report_on(self: Task, other: str) -> None:
    self.update_state(task_id=other, state="WATCHED", meta={"by": "another"})


@case()
def a_task_writes_the_state_of_another(seen: Seen) -> Steps:
    waiting = add.apply_async((1, 1), countdown=3)
    report_on.delay(waiting.id)
    yield waiting
    assert seen.states(waiting) == ["PENDING", "WATCHED", "SUCCESS"]


@case()
def success_is_final(seen: Seen) -> Steps:
    result = add.delay(1, 1)
    yield result
    app.backend.store_result(result.id, {"too": "late"}, "PROGRESS")
    report_on.delay(result.id)
    yield None
    assert seen.states(result) == ["PENDING", "SUCCESS"]
    assert app.AsyncResult(result.id).get() == 2


@task(bind=True)
def fail_by_hand(self: Task) -> None:
    meta = {"exc_type": "ValueError", "exc_message": ["by hand"], "exc_module": "builtins"}
    self.update_state(state="FAILURE", meta=meta)
    from celery.exceptions import Ignore

    raise Ignore


@case()
def a_failure_stored_by_hand(seen: Seen) -> Steps:
    result = fail_by_hand.delay()
    yield result
    assert seen.states(result) == ["PENDING", "FAILURE"]
    assert answer(result) == "ValueError('by hand')"


@task(ignore_result=True)
def ignored() -> int:
    return 1


@case()
def an_ignored_result_is_not_stored(seen: Seen) -> Steps:
    result = ignored.delay()
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.signals(result) == ["task_prerun", "task_success", "task_postrun"]
    assert result.get() is None


@task(ignore_result=True)
def ignored_and_broken() -> None:
    raise ValueError("unheard")


@case()
def an_ignored_failure_is_not_stored(seen: Seen) -> Steps:
    result = ignored_and_broken.delay()
    yield None
    assert seen.states(result) == ["PENDING"]
    assert "task_failure" in seen.signals(result)


@task(ignore_result=True, store_errors_even_if_ignored=True)
def ignored_but_heard() -> None:
    raise ValueError("heard")


@case()
def an_ignored_failure_is_stored_where_the_task_asks_for_it(seen: Seen) -> Steps:
    result = ignored_but_heard.delay()
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]


@task(tuned, ignore_result=True)
def ignored_but_heard_by_setting() -> None:
    raise ValueError("heard")


@case(tuned)
def an_ignored_failure_is_stored_where_the_setting_asks_for_it(seen: Seen) -> Steps:
    result = ignored_but_heard_by_setting.delay()
    yield None
    assert seen.states(result) == ["PENDING", "FAILURE"]


@task(ignore_result=True, track_started=True, bind=True)
def ignored_and_tracked(self: Task) -> None:
    self.update_state(state="PROGRESS")


@case()
def an_ignored_task_stores_only_what_it_writes_itself(seen: Seen) -> Steps:
    result = ignored_and_tracked.delay()
    yield None
    assert seen.states(result) == ["PENDING", "PROGRESS"]


@case()
def a_result_is_ignored_for_one_send(seen: Seen) -> Steps:
    result = add.apply_async((1, 1), ignore_result=True)
    failed = boom.apply_async(ignore_result=True)
    yield None
    assert seen.states(result) == ["PENDING"]
    assert seen.states(failed) == since((5, 6), ["PENDING"], before=["PENDING", "FAILURE"])


@case()
def a_result_is_wanted_for_one_send(seen: Seen) -> Steps:
    result = ignored.apply_async(ignore_result=False)
    yield None
    stored = ["PENDING", "SUCCESS"]
    assert seen.states(result) == since((5, 6), stored, before=["PENDING"])


@case()
def the_request_knows_that_the_result_is_ignored(seen: Seen) -> Steps:
    result = request_of.apply_async(("ignore_result",))
    yield result
    assert result.get() == {"ignore_result": False}
