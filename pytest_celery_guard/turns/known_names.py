"""The names that a drain may be told: of queues and tasks that there are, or that were sent to."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from types import NoneType
from typing import Any

from pytest_celery_guard.basics.meant import ALIKE, closest, did_you_mean
from pytest_celery_guard.errors import WrongOptionError
from pytest_celery_guard.options.settings import check_type
from pytest_celery_guard.sends.signatures import is_signature
from pytest_celery_guard.sends.wildcards import FUNCTIONS, shown
from pytest_celery_guard.turns.choosing import listed, names_of, task_behind
from pytest_celery_guard.world.engine import Drain
from pytest_celery_guard.world.ledger import Ledger

SIMILAR = 0.75
"""The ratio of difflib from which a name is taken for a typo."""


def check_drain(world: Ledger, asked: Drain) -> None:
    """Raise WrongOptionError for a drain that could only do nothing."""
    __tracebackhide__ = True
    only = asked.only
    if asked.limit is not None:
        check_type("limit", asked.limit, "drain's argument")
    check_type("commit", asked.commit, "drain's argument")
    if callable(asked.until):
        check_condition(asked.until)
    if asked.queue is not None:
        check_queue(world, asked.queue)
    if only is not None:
        if not list(listed(only)):
            raise WrongOptionError(
                f"drain(only={only!r}): it contains no task, so none would run."
            )
        for each in listed(only):
            check_task(world, each)


def check_condition(until: Callable[..., object]) -> None:
    """Raise WrongOptionError for what can't be asked whether the drain is over."""
    __tracebackhide__ = True
    if hasattr(until, "delay"):
        raise WrongOptionError(
            f"drain(until={shown(until)}): a task may run many times. Pass the result that its"
            " delay() returned, an id, or a function."
        )
    with suppress(ValueError):  # a built-in function may not tell its parameters
        signature = inspect.signature(until)
        try:
            signature.bind()
        except TypeError:
            raise WrongOptionError(
                f"drain(until={shown(until)}): it is called without arguments, but requires"
                f" {signature}."
            ) from None


def check_queue(world: Ledger, queue: str) -> None:
    """Raise WrongOptionError for a queue that nobody declares, routes to or has sent to."""
    __tracebackhide__ = True
    if not isinstance(queue, str):
        raise WrongOptionError(
            f"drain(queue={queue!r}): it must be the name of one queue, such as 'celery'."
        )
    known = {*declared(world.app.conf), *of_tasks(world.app)}
    known |= {each.queue for each in world.sends}
    routers = routers_of(world.app.conf.task_routes)
    if queue not in known and not any(map(decides_at_run_time, routers)):
        raise WrongOptionError(
            f"drain(queue={queue!r}): the app has no such queue, and nothing was sent to one."
            f"{meant(queue, known)}"
        )


def check_task(world: Ledger, only: Any) -> None:
    """Raise WrongOptionError for a task that the app does not have and nobody has sent."""
    __tracebackhide__ = True
    tasks = {name for name in world.app.tasks if not name.startswith("celery.")}
    tasks |= {each.task for each in world.sends}
    ids = set(world.log.ids())
    for name in names_of(only):
        if name not in tasks and name not in ids and name not in world.app.tasks:
            raise WrongOptionError(
                f"drain(only={only!r}): the app {world.app.main!r} has no such task, and nothing"
                f" was sent with this name or id.{meant(name, tasks)}"
            )


def check_sent(world: Ledger, method: str, task: object, queue: str | None = None) -> None:
    """Raise WrongOptionError for a name that looks like that of a task, or a queue, and is none.

    Other names may be those of another service. What no send can be equal to is wrong, too.
    """
    __tracebackhide__ = True
    if method == "==":
        check_list(task)
        return
    check_comparable(method, task)
    if isinstance(task, str):
        call = f"{task!r} in sent" if method == "in" else f"sent.{method}({task!r})"
        check_task_name(world, call, task)
    if queue is not None:
        known = {*declared(world.app.conf), *of_tasks(world.app)}
        known |= {each.queue for each in world.sends}
        check_name(f"sent.{method}(queue={queue!r})", queue, known, "queue")


NEVER_SENT = (*FUNCTIONS, int, float, list, tuple, set, NoneType)
"""Types whose values no send is equal to."""

RESULTS = "celery.result"


def check_list(other: object) -> None:
    """Raise WrongOptionError for a single task where a list of them is compared."""
    __tracebackhide__ = True
    if is_signature(other) or isinstance(other, str) or hasattr(other, "delay"):
        raise WrongOptionError(
            f"sent == {shown(other)}: sent is a list. Write sent == [{shown(other)}], or"
            f" {shown(other)} in sent."
        )


def check_comparable(method: str, task: object) -> None:
    """Raise WrongOptionError for what is neither a task, a name, a signature nor a placeholder."""
    __tracebackhide__ = True
    call = f"{shown(task)} in sent" if method == "in" else f"sent.{method}({shown(task)})"
    if type(task).__module__ == RESULTS:
        raise WrongOptionError(
            f"{call}: it is a result. Pass a task, its name or a signature, such as"
            " charge.s(499)."
        )
    is_no_signature = isinstance(task, Mapping) and not is_signature(task)
    is_task = hasattr(task, "delay")  # Celery makes one of a function
    if not is_task and (is_no_signature or isinstance(task, NEVER_SENT)):
        hint = task_behind(task).replace("a signature or a result", "or a signature")
        raise WrongOptionError(f"{call}: it is not a task.{hint}")


def check_task_name(world: Ledger, call: str, name: str) -> None:
    """Raise WrongOptionError for a name that is nearly that of a task."""
    __tracebackhide__ = True
    sent = {name for each in world.sends for name in (each.task, each.id)}
    known = {name for name in world.app.tasks if not name.startswith("celery.")}
    check_name(call, name, known | sent, "task")


def check_name(call: str, name: str, known: set[str], what: str) -> None:
    """Raise WrongOptionError for a name that is none, and nearly one."""
    __tracebackhide__ = True
    if name not in known and (hint := meant(name, known, SIMILAR)):
        raise WrongOptionError(
            f"{call}: there is no such {what}, and nothing was sent to one.{hint}"
        )


def meant(name: str, known: Iterable[str], similar: float = ALIKE) -> str:
    """The name that was probably meant: one that is close, or whose last part is."""
    short = {each.rpartition(".")[2]: each for each in known}
    close = closest(name, {*known, *short}, similar)
    return did_you_mean(short.get(close, close) if close else None)


def declared(conf: Mapping[str, Any]) -> Iterator[str]:
    """The queues of an app's settings."""
    yield str(conf["task_default_queue"])
    for each in conf["task_queues"] or ():
        yield str(getattr(each, "name", each))
    for router in routers_of(conf["task_routes"]):
        for target in targets_of(router):
            queue = target.get("queue") if isinstance(target, Mapping) else target
            yield str(getattr(queue, "name", queue))


def of_tasks(app: Any) -> Iterator[str]:
    """The queues that tasks have as an option of their own."""
    for task in app.tasks.values():
        queue = getattr(task, "queue", None)
        if queue is not None:
            yield str(getattr(queue, "name", queue))


def routers_of(routes: Any) -> list[Any]:
    """The routers of ``task_routes``: maps, lists of pairs, and functions or their names.

    Source: celery.app.routes.prepare.
    """
    if routes is None:
        return []
    return list(routes) if isinstance(routes, list | tuple) else [routes]


def targets_of(router: Any) -> Iterator[Any]:
    """What a router that is no function leads to."""
    pairs = router.items() if isinstance(router, Mapping) else router
    if isinstance(router, Mapping | list | tuple):
        yield from (each[1] for each in pairs if len(each) == 2)


def decides_at_run_time(router: object) -> bool:
    """Whether a router is a function, which may lead to any queue."""
    return not isinstance(router, Mapping | list | tuple)
