"""A task that is delivered once more must do nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pytest_celery_guard.errors import GuardError, WrongOptionError
from pytest_celery_guard.explain.comparisons import shown
from pytest_celery_guard.explain.idempotence import changed, no_repetition
from pytest_celery_guard.faults.deliveries import deliver_again
from pytest_celery_guard.turns.alone import (
    End,
    ends,
    run_to_its_end,
)
from pytest_celery_guard.values.sent import Sent
from pytest_celery_guard.world.engine import StepMode, in_step_mode
from pytest_celery_guard.world.world import World

Observe = Callable[[], object]


class Run(NamedTuple):
    """A run of the task: its end (None if the worker passed over it), sends, what was observed."""

    end: End | None
    sent: Sent
    observed: object


class ChecksIdempotence(StepMode):
    """What a handle has to run a task twice."""

    @in_step_mode
    def assert_idempotent(self, signature: Any, *, observe: Observe | None = None) -> Any:
        """Run a task, let the broker deliver it once more, and return what it returns.

        Raises GuardError when the second run ends in another state, returns another value,
        sends anything, or changes what ``observe()`` returns; and what the first run raises.
        """
        __tracebackhide__ = True
        if observe is not None and not callable(observe):
            raise WrongOptionError(
                f"assert_idempotent(observe={observe!r}): it must be a function that returns"
                " what the task changes."
            )
        world = self._world
        with ends() as ended:
            task_id = signature.apply_async().id
            first = _run(world, task_id, ended, self.settings.limit, observe)
            if first.end is None:
                raise GuardError(
                    f"assert_idempotent: {shown(signature)} did not run. Pass the signature"
                    " of a single task that a worker can run."
                )
            if first.end.state == "FAILURE":
                raise first.end.value
            deliver_again(world, world.delivered[task_id])
            second = _run(world, task_id, ended, self.settings.limit, observe)
        world.faults.add(f"redeliver({shown(signature)})")
        if differences := [line for part in _differences(first, second) for line in part]:
            raise GuardError(no_repetition(shown(signature), differences))
        return first.end.value


def _run(
    world: World, task_id: str, ended: dict[str, End], limit: int, observe: Observe | None
) -> Run:
    before = len(world.sends)
    run_to_its_end(world, task_id, ended, limit)
    world.seen.add(task_id)
    observed = None if observe is None else kept(observe())
    return Run(ended.pop(task_id, None), Sent(world.sends[before:]), observed)


def _differences(first: Run, second: Run) -> Iterator[list[str]]:
    if first.end is not None and second.end is not None:
        if first.end.state != second.end.state:
            yield [
                f"it ended in {first.end.state}, then in {second.end.state}:"
                f" {second.end.value!r}"
            ]
        elif first.end.value != second.end.value:
            yield changed("it returned", first.end.value, second.end.value)
    if second.sent:
        yield [f"it sent again: {each!r}" for each in second.sent]
    if first.observed != second.observed:
        yield changed("observed", first.observed, second.observed)


def kept(value: Any) -> Any:
    """A value as it is now: what is observed may live on, as the calls of a mock do.

    What can only be gone through, such as a queryset, becomes a list.
    """
    if isinstance(value, dict):
        return {key: kept(each) for key, each in value.items()}
    if isinstance(value, list):
        return [kept(each) for each in value]
    if isinstance(value, set):
        return set(value)
    has_no_equal = getattr(type(value), "__eq__", None) is vars(object)["__eq__"]
    if has_no_equal and hasattr(value, "__iter__"):
        return [kept(each) for each in value]
    return value
