"""What is private in Celery: the app's and its tasks' caches, the tracer, the process's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import get_ident
from typing import Any
from weakref import ReferenceType

from celery import _state, result, signals
from celery.app import trace

APP_POOL = "_pool"
"""celery.app.base.Celery: the cached pool of connections."""

PRODUCER_POOL = "_producer_pool"
"""celery.app.amqp.AMQP: the cached pool of producers."""

APP_BACKEND = "_backend_cache"
"""celery.app.base.Celery: a backend for all threads, which is used over the one per thread."""

TASK_BACKEND = "_backend"
"""celery.app.task.Task: the backend of a task that has its own."""

TASK_OPTIONS = "_exec_options"
"""celery.app.task.Task: options for sending, copied from the attributes on first use."""

RUN_WITHOUT_RETRY = "_orig_run"
"""celery.app.task.Task: the body below the wrapper that ``autoretry_for`` makes."""


GET_REQUEST = "_get_request"
"""celery.app.task.Task: what is behind ``self.request``."""

KEEP_RESULT = "_set_cache"
"""celery.result.AsyncResult: keeps a final result on the handle that has read it."""

LOOKS = frozenset({"_get_task_meta_for", "_save_group", "_restore_group"})
"""celery.backends.base: what DisabledBackend lacks when code looks at a state, or keeps a group."""


def backend_places(app: Any) -> Iterator[tuple[Any, str]]:
    """Each owner and attribute that holds a result backend: the app's, and those of its tasks."""
    yield app, APP_BACKEND
    for task in app.tasks.values():
        # @app.task(backend=...) sets the one, a class attribute shadows the property.
        if getattr(task, TASK_BACKEND) is not None:
            yield task, TASK_BACKEND
        if not isinstance(getattr(type(task), "backend", None), property):
            yield task, "backend"


def forget_result(result: Any) -> None:
    """Let a handle ask the backend again."""
    result._cache = None


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


def references_to_apps() -> set[ReferenceType[Any]]:
    """A weak reference to each app of the process.

    What is behind a WeakSet: to iterate over one takes ten times as long.
    """
    return set(_state._get_active_apps().data)


def live_apps() -> list[Any]:
    """All apps of the process."""
    return apps_behind(references_to_apps())


def apps_behind(references: Iterable[ReferenceType[Any]]) -> list[Any]:
    """Those of some apps that are still alive."""
    return [app for each in references if (app := each()) is not None]


def registered_as_now(app: Any) -> Callable[[], object]:
    """Counts an app among those of the process again, should the test close it."""
    if app in _state._get_active_apps():
        return partial(_state._register_app, app)
    return int  # does nothing


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


def finalizers() -> set[Any]:
    """What every app that is finalised later will run: the tasks of ``shared_task``."""
    return set(_state._on_app_finalizers)


def drop_finalizers(made_since: set[Any], unwanted: Callable[[Any], bool]) -> None:
    """Forget finalisers that were not in ``made_since`` and are ``unwanted``."""
    for finalizer in _state._on_app_finalizers - made_since:
        if unwanted(finalizer):
            _state._on_app_finalizers.discard(finalizer)
