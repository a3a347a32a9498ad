"""The words that all forms of the map share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flake8_celery_get.cli.terminal.counting import counted
from flake8_celery_get.model.picture.shape import KINDS, NOT_SET, UNKNOWN

if TYPE_CHECKING:
    from flake8_celery_get.model.picture.shape import (
        App,
        Caller,
        Cycle,
        Picture,
        Setting,
        Task,
    )

NOTHING = "Nothing here sends a Celery task or waits for one."
BY_ID = "a result by its id"


def summary(picture: Picture) -> str:
    """How much there is of everything, in one line."""
    kinds = Counter(caller.kind for caller in picture.callers)
    nodes = [counted(len(picture.tasks), "task")]
    nodes += [counted(kinds[kind], kind) for kind in KINDS if kinds[kind]]
    inside = sum(wait.in_task for wait in picture.waits)
    waits = counted(len(picture.waits), "wait")
    where = "inside a task" if inside == 1 else "inside tasks"
    waits += f" ({inside} {where})" if inside else ""
    return f"{', '.join(nodes)}; {counted(len(picture.sends), 'send')}, {waits}"


def url_of(setting: Setting, default: str) -> str:
    """A setting as a reader sees it; ``default`` is what Celery does without it."""
    if setting.state == UNKNOWN:
        return "can't tell"
    if setting.state == NOT_SET:
        return default
    return (
        f"{setting.value} unless the environment overrides it"
        if setting.may_differ
        else setting.value
    )


def broker_of(app: App) -> str:
    """Where the app's messages go."""
    return url_of(app.broker, "Celery's default, amqp://")


def backend_of(app: App) -> str:
    """Where the app's results go."""
    return url_of(app.backend, "none, results are discarded")


def results_of(task: Task) -> str:
    """What is special about a task's results; empty for the usual."""
    said = ["result ignored"] if task.ignores_result else []
    said += ["start recorded"] if task.tracks_started else []
    return ", ".join(said)


def told(cycle: Cycle, labels: dict[str, str]) -> str:
    """What is wrong with a cycle, in one sentence."""
    names = [labels[task] for task in cycle.tasks]
    if len(names) == 1:
        return f"{names[0]} {'waits for' if cycle.waits else 'sends'} itself"
    verb = "wait for" if cycle.waits else "send"
    return f"{', '.join(names[:-1])} and {names[-1]} {verb} each other"


def kind_of(node: Caller | Task) -> str:
    """What a node is: a caller's kind, task, or unknown for a task defined elsewhere."""
    if hasattr(node, "kind"):
        return node.kind
    return "task" if node.place is not None else "unknown"


def labels_of(picture: Picture) -> dict[str, str]:
    """The label of each node by its id."""
    return {node.id: node.label for node in picture.nodes}
