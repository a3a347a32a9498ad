"""The private names of Celery and kombu that the guard uses: all of them, and nowhere else.

Each exists with the same meaning in the versions of ``CHECKED_ON``; a test holds that, run
with each of them. Everything else the guard touches is public or documented for extension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import get_ident
from typing import Any
from weakref import ReferenceType

from celery import _state, result, signals
from celery.app import trace
from kombu import pools
from kombu.utils.json import dumps

CHECKED_ON = ("5.3", "5.4", "5.5", "5.6", "5.7")
"""Minor versions of Celery."""

APP_POOL = "_pool"
"""celery.app.base.Celery: the cached pool of connections."""

PRODUCER_POOL = "_producer_pool"
"""celery.app.amqp.AMQP: the cached pool of producers."""

APP_BACKEND = "_backend_cache"
"""celery.app.base.Celery: a backend for all threads, which wins over the one per thread."""

TASK_BACKEND = "_backend"
"""celery.app.task.Task: the backend of a task that has its own."""

TASK_OPTIONS = "_exec_options"
"""celery.app.task.Task: options for sending, copied from the attributes on first use."""

RUN_WITHOUT_RETRY = "_orig_run"
"""celery.app.task.Task: the body below the wrapper that ``autoretry_for`` makes."""

CONNECT = "_establish_connection"
"""kombu.Connection: the one method that every way to a broker goes through."""


def backend_places(app: Any) -> Iterator[tuple[Any, str]]:
    """Each owner and attribute that holds a result backend: the app's, and those of its tasks."""
    yield app, APP_BACKEND
    for task in app.tasks.values():
        # @app.task(backend=...) sets the one, a class attribute shadows the property.
        if getattr(task, TASK_BACKEND) is not None:
            yield task, TASK_BACKEND
        if not isinstance(getattr(type(task), "backend", None), property):
            yield task, "backend"


def is_closed(pool: Any) -> bool:
    """Whether a pool of connections or producers was closed for good."""
    return bool(pool._closed)


def is_untouched(pool: Any) -> bool:
    """Whether a pool is open, and all that was taken from it was given back."""
    return not pool._closed and not pool._dirty


def forget_pool(pool: Any) -> None:
    """Drop what kombu keeps of a pool of connections for the life of the process."""
    for key in [key for key, each in pools.connections.items() if each is pool]:
        # The keys are hashes of connections, which the pools' own methods hash again.
        dict.pop(pools.connections, key)
        dict.pop(pools.producers, key, None)


def current_apps() -> tuple[Any, Any]:
    """The app that is current in this thread, and the one for threads that have none."""
    return _state._tls.current_app, _state.default_app


def set_current_apps(current: Any, default: Any) -> None:
    """Make apps the current and the default one, or None."""
    _state._set_current_app(current)
    _state.set_default_app(default)


def is_trap(app: Any) -> bool:
    """Whether celery.contrib.testing.app.Trap is in place of an app: it raises for any use."""
    return type(app).__module__ == "celery.contrib.testing.app"


@contextmanager
def joins_denied_here() -> Iterator[None]:
    """Let ``get`` raise in the thread that runs a task, and in no other.

    A worker's process has one thread, so Celery keeps the flag for the whole process.
    """
    here, is_denied = get_ident(), result.task_join_will_block
    result.task_join_will_block = lambda: get_ident() == here and is_denied()
    try:
        yield
    finally:
        result.task_join_will_block = is_denied


def current_task() -> Any:
    """The task whose body runs in this thread; None when there is none."""
    stack = (
        _state._task_stack.stack
    )  # its own ``top`` raises and catches, which takes longer
    return stack[-1] if stack else None


def message_decides_to_ignore() -> bool:
    """Whether a message's own ``ignore_result`` wins over the task's: from Celery 5.6.3 on.

    Before that, either of them is enough.
    """
    return hasattr(trace, "get_actual_ignore_result")


def live_apps() -> list[Any]:
    """All apps of the process."""
    return list(_state._get_active_apps())


def keep_registered(undo: ExitStack, app: Any) -> None:
    """Count an app among those of the process again, should the test close it."""
    if app in _state._get_active_apps():
        undo.callback(_state._register_app, app)


def is_fallback(app: Any) -> bool:
    """Whether Celery made an app because there was none.

    Another one may be the default by now. An app of the user's has fixups, unless it says so.
    """
    return app.main == "default" and not app.fixups


def localized() -> list[Any]:
    """What ``setup_worker_optimizations`` left for the tracer: tasks, accepted content, host."""
    return list(trace._localized)


def localize(values: list[Any]) -> None:
    """Give the tracer the values of another app: there is one list for the process."""
    trace._localized[:] = values


def forget_pending(consumer: Any) -> None:
    """Drop acks and rejects that were put off, as a crash does."""
    consumer._pending_operations.clear()


def is_unacked(channel: Any, delivery_tag: str) -> bool:
    """Whether a delivered message is neither acknowledged nor rejected."""
    qos = channel.qos
    return delivery_tag in qos._delivered and delivery_tag not in qos._dirty


def task_sender(amqp: Any) -> Callable[..., Any]:
    """``amqp.send_task_message`` under the settings of now.

    The sender is a closure over settings and, before Celery 5.7, over the signals' lists of
    receivers, which Celery replaces when a weak receiver has died. So it is made anew then.
    """
    before, after = signals.before_task_publish, signals.after_task_publish
    made_for: tuple[int, int] | None = None
    send: Callable[..., Any] | None = None

    def send_task_message(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        nonlocal made_for, send
        lists = id(before.receivers), id(after.receivers)
        if send is None or lists != made_for:
            made_for, send = lists, amqp._create_task_sender()
        return send(*args, **kwargs)

    return send_task_message


def receivers_of(signal: Any) -> list[Callable[..., Any]]:
    """The receivers of a signal that are still alive, whatever sender they are for."""
    found = (receiver for _, receiver in signal.receivers)
    alive = (each() if isinstance(each, ReferenceType) else each for each in found)
    return [each for each in alive if each is not None]


def put_back_in_redis(channel: Any, queue: str, message: Any) -> None:
    """Make a message the next one of its queue; the Redis transport takes from the right."""
    rank = channel._get_message_priority(message, reverse=False)
    channel.client.rpush(channel._q_for_pri(queue, rank), dumps(message))


def waits_for_redis(channel: Any) -> bool:
    """Whether the Redis transport has asked for a message and has no answer yet."""
    return bool(channel._in_poll)


def finalizers() -> set[Any]:
    """What every app that is finalised later will run: the tasks of ``shared_task``."""
    return set(_state._on_app_finalizers)


def drop_finalizers(made_since: set[Any], unwanted: Callable[[Any], bool]) -> None:
    """Forget finalisers that were not in ``made_since`` and are ``unwanted``."""
    for finalizer in _state._on_app_finalizers - made_since:
        if unwanted(finalizer):
            _state._on_app_finalizers.discard(finalizer)


def fixture_definitions(item: Any) -> dict[str, Any]:
    """The definitions of a test's fixtures by name, as pytest 8 and 9 look them up in a run."""
    return getattr(getattr(item, "_request", None), "_arg2fixturedefs", {})


def own_fixtures(item: Any) -> set[str]:
    """The fixtures that a test has without the help of one of a wider scope."""
    definitions, found = fixture_definitions(item), set[str]()
    info = getattr(item, "_fixtureinfo", None)
    names = list(info.initialnames) if info else list(getattr(item, "fixturenames", ()))
    while names:
        found.add(name := names.pop())
        for each in definitions.get(name, ()):
            if each.scope == "function":
                names += set(each.argnames) - found
    return found


def redefine_fixture(item: Any, name: str, other: str) -> None:
    """Let a name stand for another fixture in one test, and in the fixtures that it has."""
    found = item.session._fixturemanager.getfixturedefs(other, item)
    fixture_definitions(item)[name] = found
