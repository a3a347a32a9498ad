"""What a decorator makes of a function: a Celery task, a view, or nothing we know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.known.web.frameworks import decorates_view, looks_like_route
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AppValue,
    Closure,
    External,
    FunctionValue,
    Made,
    Method,
    TaskValue,
    Unknown,
    Value,
)
from flake8_celery_get.source import code, words

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import Scope

OTHER_TASKS = frozenset(
    {
        "invoke", "fabric", "prefect", "locust", "airflow", "luigi", "huey", "dramatiq",
        "funboost", "taskiq", "procrastinate", "arq", "rq", "django_rq", "metaflow",
        "flytekit", "crewai", "robocorp", "background_task", "django_q", "streamflow",
    }
)  # fmt: skip
"""Packages with tasks of their own that have nothing to do with Celery."""

_APP_NAMES = frozenset({"app", "capp", "celery_app", "celeryapp"})
_OTHER_THREAD = (
    "sync_to_async",
    "database_sync_to_async",
    "run_in_executor",
    "run_in_thread",
)


def makes_task(world: Surroundings, scope: Scope, text: str, value: Value) -> bool:
    """Whether decorator ``text``, which stands for ``value`` in ``scope``, makes a task."""
    if _is_named(text, world.project.options.task_decorators):
        return True
    return is_celerys(world, scope, text, value)


def is_celerys(world: Surroundings, scope: Scope, text: str, value: Value) -> bool:
    """The same without the decorators that the user names by option."""
    return any(_makes_task(world, scope, text, option) for option in options(value))


def _makes_task(world: Surroundings, scope: Scope, text: str, value: Value) -> bool:
    if isinstance(value, Method):
        return (
            isinstance(value.owner, AppValue) and value.name in celery_words.TASK_DECORATORS
        )
    if isinstance(value, (FunctionValue, Closure)):
        return _wraps_task(world, value)
    last = text.rpartition(".")[2]
    if isinstance(value, (External, Made)):
        last = value.path.rpartition(".")[2]
        if last in celery_words.TASK_DECORATORS and "celery" in value.path.lower():
            return True
        if value.path.partition(".")[0] in OTHER_TASKS:
            return False
    elif not isinstance(value, Unknown):
        return False
    if last not in celery_words.TASK_DECORATORS or not world.project.uses_celery(
        scope.path
    ):
        return False
    if last == "shared_task":
        return True
    base = text.rpartition(".")[0].rpartition(".")[2].lower()
    return base in _APP_NAMES or "celery" in base


def _wraps_task(world: Surroundings, value: FunctionValue | Closure) -> bool:
    """Whether a project's own decorator gives back a task, perhaps after being called."""
    if isinstance(value, FunctionValue):
        source = value.symbol.scope.source
        if not source.says(value.symbol.definition, words.makes_tasks):
            return False
    made: Value = value
    for _ in range(3):
        if not isinstance(made, (FunctionValue, Closure)):
            break
        made = world.calls.deep_outcome(made).value
    return any(_is_task_like(option) for option in options(made))


def _is_task_like(value: Value) -> bool:
    if isinstance(value, (External, Made)):
        word = celery_words.celery_word(value.path)
        return word in celery_words.TASK_DECORATORS
    if isinstance(value, Method):
        return isinstance(value.owner, AppValue) and value.name == "task"
    return isinstance(value, TaskValue)


def makes_view(world: Surroundings, node: code.Expression, text: str, value: Value) -> bool:
    """Whether the decorator ``node`` makes a view."""
    if _is_named(text, world.project.options.view_decorators):
        return True
    for option in options(value):
        if isinstance(option, (External, Made)) and decorates_view(option.path):
            return True
    if isinstance(value, (FunctionValue, Closure, Method)):
        return False
    return looks_like_route(text, _first_argument(node))


def _first_argument(node: code.Expression) -> object:
    if isinstance(node, code.Call) and node.arguments:
        first = node.arguments[0].value
        return first.value if isinstance(first, code.Constant) else None
    return None


def _is_named(text: str, names: tuple[str, ...]) -> bool:
    return any(text == name or text.endswith(f".{name}") for name in names) or any(
        text and name.endswith(f".{text}") for name in names
    )


def text_of(node: code.Expression) -> str:
    """The dotted name of a decorator, called or not."""
    return code.dotted(node.function if isinstance(node, code.Call) else node)


def runs_elsewhere(decorators: tuple[str, ...]) -> bool:
    """Whether a decorator moves the whole function to another thread."""
    return any(name.rpartition(".")[2] in _OTHER_THREAD for name in decorators)
