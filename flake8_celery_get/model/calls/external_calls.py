"""Calls of what lies outside the project: Celery itself, wrappers, unknown packages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.calls import standard_library
from flake8_celery_get.model.calls.builtin_calls import (
    builtin_called,
    call_arguments,
)
from flake8_celery_get.model.calls.containers import GROWS, perhaps_grown
from flake8_celery_get.model.calls.environment import (
    FIELDS,
    from_environment,
    looked_up,
    of_field,
    reads_environment,
)
from flake8_celery_get.model.calls.rows import row_class
from flake8_celery_get.model.calls.threads import RUN_IN_THREADS, run_in_executor
from flake8_celery_get.model.classes.calling_back import note_callbacks, run_handed
from flake8_celery_get.model.classes.object_rows import (
    GIVES_ROWS,
    rows_given,
    rows_of_session,
)
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.known.callables import (
    CALLS_FOR_ROWS,
    CALLS_ITS_ARGUMENTS,
    WRAPPERS,
)
from flake8_celery_get.model.sends import naive_now
from flake8_celery_get.model.sends.canvas import canvas
from flake8_celery_get.model.sends.plain_data import note_data
from flake8_celery_get.model.sends.sending import (
    NO_APP,
    app_method,
    decorated_task,
    rebuilt,
    site_of,
    task_method,
)
from flake8_celery_get.model.settings.flask import is_config
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    AppValue,
    External,
    Handle,
    Made,
    Method,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame

_OF_APPS = frozenset({"AsyncResult", "GroupResult", "send_task"})
"""Methods that an app has, one that a package which is not read calls after Celery, too."""

_OF_TASKS = celery_words.SENDERS | {"s", "si", "apply"}
"""Methods that a task has, and hardly anything else in a file that uses Celery."""


def external_called(
    frame: Frame, path: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What calling a name outside the project gives."""
    word = celery_words.celery_word(path)
    if word:
        return _celery_called(frame, word, path, given, node)
    note_data(frame, path, given, node)
    note_callbacks(frame, path, given)
    run_handed(frame, path, given, node)
    last = path.rpartition(".")[2]
    if reads_environment(path):
        return from_environment(given)
    if path in FIELDS:
        return of_field(given)
    if path in _FUNCTIONS:
        return _FUNCTIONS[path](frame, given, node)
    if path.startswith("builtins."):
        return builtin_called(frame, last, given, node)
    if last in celery_words.TASK_DECORATORS and "celery" in path.lower():
        return decorated_task(frame, given)
    if last in CALLS_ITS_ARGUMENTS and CALLS_ITS_ARGUMENTS[last] in path:
        call_arguments(frame, given, node)
        return UNKNOWN
    if last in GIVES_ROWS:
        return rows_given(path, given)
    if last in WRAPPERS and given:
        return _wrapped(given)
    rows = rows_of_session(frame.world.classes, last, given)
    return rows or _of_unread_app(frame, path, given, node) or naive_now.called(path, given)


def _of_unread_app(
    frame: Frame, path: str, given: tuple[Given, ...], node: code.Call
) -> Value | None:
    """What a method of a task gives, or of an app, which a package defines that is not read."""
    owner, _, last = path.rpartition(".")
    if last in _OF_APPS and "celery" in path.lower():
        return app_method(frame, NO_APP, last, given, node)
    if last in _OF_TASKS and frame.world.may_be_task(frame.scope, path):
        return task_method(frame, TaskValue(owner.rpartition(".")[2]), last, given, node)
    return None


def _row_class(_frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
    return row_class(given)


def _user_model(_frame: Frame, _given: tuple[Given, ...], _node: code.Call) -> Value:
    return Made("django.contrib.auth.get_user_model()")


_FUNCTIONS = {
    "django.contrib.auth.get_user_model": _user_model,
    "collections.namedtuple": _row_class,
    **RUN_IN_THREADS,
    **standard_library.FUNCTIONS,
}
"""What a call of these gives, by their dotted paths."""


def _wrapped(given: tuple[Given, ...]) -> Value:
    """The first argument; one of which ``partial`` fills parameters in is another one."""
    value = given[0].value
    if len(given) == 1:
        return value
    if isinstance(value, Method):
        return replace(value, filled=True)
    if isinstance(value, External):
        word = celery_words.celery_word(value.path)
        if word == "crontab":
            return Made(f"{value.path}()")
        if word in celery_words.TASK_DECORATORS:
            return Made(value.path)
    return value


def _from_dict(word: str, path: str) -> str:
    """What ``Signature.from_dict``, or that of a canvas, makes of a signature as plain data."""
    owner = celery_words.celery_word(path.removesuffix(f".{word}"))
    return celery_words.CANVAS.get(owner, "") if word == "from_dict" else ""


def _celery_called(
    frame: Frame, word: str, path: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    if word in celery_words.HANDLES:
        return rebuilt(frame, word, given, node)
    kind = celery_words.CANVAS.get(word) or _from_dict(word, path)
    if kind:
        return canvas(frame, kind, given, node.at)
    if word in celery_words.APPS:
        site = site_of(frame, node) if word == "Celery" else ()
        return AppValue(word, site)
    if word in celery_words.TASK_DECORATORS:
        return decorated_task(frame, given)
    if word in {"restore", "result_from_tuple"}:
        kind = "GroupResult" if word == "restore" else "AsyncResult"
        return rebuilt(frame, kind, given, node, by=word)
    if word == "send_task":
        return app_method(frame, NO_APP, word, given, node)
    if word in celery_words.SENDERS and ".task" in path:
        return frame.started(Handle("AsyncResult", site_of(frame, node)))
    return Made(f"{path}()")


def unknown_called(
    frame: Frame, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """A method of an object nobody knows; some names are Celery's alone."""
    if reads_environment(code.dotted(node.function)):
        return from_environment(given)
    if not isinstance(node.function, code.Attribute):
        return UNKNOWN
    rows = rows_of_session(frame.world.classes, name, given)
    if rows is not None:
        return rows
    if name == "Celery" and frame.world.project.uses_celery(frame.scope.path):
        return AppValue(name, site_of(frame, node))
    if name in CALLS_FOR_ROWS and not _is_of_pool(node.function):
        call_arguments(frame, given, node)
    if name == "send_task" and frame.world.project.uses_celery(frame.scope.path):
        return app_method(frame, NO_APP, name, given, node)
    if name == "apply_async" and _is_of_task(frame, given):
        return task_method(frame, TaskValue(""), name, given, node)
    if name == "run_in_executor":
        return run_in_executor(frame, given, node)
    if name in _LOOKS_UP and not is_config(node.function.value):
        return looked_up(given)
    return perhaps_grown(frame, given, node) if name in GROWS else UNKNOWN


def _is_of_task(frame: Frame, given: tuple[Given, ...]) -> bool:
    """Whether ``apply_async`` gets what only Celery's takes, and no function to run first."""
    first = given[0] if given else None
    if first is None or not (first.name or isinstance(first.node, code.Display)):
        return False
    names = {argument.name for argument in given}
    return not names.isdisjoint(_OF_TASKS_ALONE) and frame.world.project.uses_celery(
        frame.scope.path
    )


def _is_of_pool(function: code.Attribute) -> bool:
    """Whether the function runs in another process: ``pool.apply(function)``."""
    return "pool" in code.last_name(function.value).lower()


_OF_TASKS_ALONE = frozenset(
    {
        "add_to_parent", "countdown", "eta", "exchange", "expires", "ignore_result",
        "link", "link_error", "priority", "queue", "retry_policy", "routing_key",
        "serializer", "shadow", "soft_time_limit", "task_id", "time_limit",
    }
)  # fmt: skip
"""Options of a send that no pool of processes or threads has."""

_LOOKS_UP = frozenset({"get", "pop"})
"""Methods of a mapping with a default; what Flask's configuration holds is known better."""
