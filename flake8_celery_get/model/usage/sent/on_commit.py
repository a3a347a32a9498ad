"""What is handed to ``transaction.on_commit`` in a way that does not work.

https://docs.djangoproject.com/en/stable/topics/db/transactions/#performing-actions-after-commit
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.listener import Listener
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.noticed.notes import Note, is_handle
from flake8_celery_get.model.usage.sent.canvases import canvas_of
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    External,
    Method,
    Signature,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.values import Place

SENT_NOW, RUN_NOW, RUN_HERE = "sent now", "run now", "run here"
NOT_SENT, NO_DATABASE = "not sent", "no database"
LATE, NO_HANDLE = "late", "no handle"
_KEYS = frozenset({"id", "pk", "uuid"})


@dataclass(frozen=True, slots=True)
class CommitMisuse(Note):
    """A hook that is called now or never, takes a variable late, or whose handle is None.

    ``name`` is the variable, what None is asked for, or what a hook only names.
    """

    kind: str
    name: str = ""


class SentNow(Listener):
    """Hears of ``on_commit(task.delay(x))`` and the like, which give it no working hook."""

    def __init__(self) -> None:
        self._found: dict[Place, set[CommitMisuse | None]] = {}
        self._runs: set[Place] = set()

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
        place = frame.scope.path, node.at
        if isinstance(function, TaskValue):
            self._runs.add(place)
        if not given or code.last_name(node.function) != "on_commit":
            return
        if isinstance(function, External) and function.path.startswith("django."):
            kind, name = self._mistake(frame, given)
            note = CommitMisuse(*place, frame.within, kind, name) if kind else None
            self._found.setdefault(place, set()).add(note)

    def _mistake(self, frame: Frame, given: tuple[Given, ...]) -> tuple[str, str]:
        """What is wrong with a hook, and what it only names; empty if nothing is."""
        hook = given[0]
        if isinstance(hook.node, code.Lambda):
            name = _only_named(frame, hook.node.body)
            return (NOT_SENT, name) if name else ("", "")
        if isinstance(hook.node, code.Call):
            if is_handle(hook.value):
                return SENT_NOW, ""
            if (frame.scope.path, hook.node.at) in self._runs:
                return RUN_NOW, ""
        if isinstance(hook.value, Signature) and hook.value.kind == "task":
            return RUN_HERE, ""
        is_send = isinstance(hook.value, Method) and isinstance(hook.value.owner, TaskValue)
        return (NO_DATABASE, "") if is_send and _gives_key(given[1:]) else ("", "")

    def certain(self) -> Iterator[CommitMisuse]:
        """Those that are so each time."""
        for notes in self._found.values():
            if len(notes) == 1:
                yield from filter(None, notes)


def _only_named(frame: Frame, body: code.Expression) -> str:
    """``.delay``, ``.s`` or ``chain(…)`` in a lambda that does no more than name or build it."""
    if isinstance(body, code.Binary) and body.operator == "|":
        return "… | …" if _only_named(frame, body.right) else ""
    named = body.function if isinstance(body, code.Call) else body
    if isinstance(body, code.Call) and _is_canvas(frame, named):
        return f"{code.last_name(named)}(…)"
    if not isinstance(named, code.Attribute):
        return ""
    wanted = celery_words.SIGNATURES if named is not body else celery_words.SENDERS
    owner = code.dotted(named.value)
    is_task = named.name in wanted and bool(owner)
    is_task = is_task and isinstance(frame.world.deeply(frame.scope, owner), TaskValue)
    return f".{named.name}" if is_task else ""


def _is_canvas(frame: Frame, function: code.Expression) -> bool:
    """Whether a call of it builds a canvas: ``chain`` of Celery's."""
    value = frame.evaluate(function) if code.dotted(function) else UNKNOWN
    return isinstance(value, External) and canvas_of(value) != ""


def _gives_key(given: Sequence[Given]) -> bool:
    """Whether ``on_commit(task.delay, row.pk)`` gives the name of no database."""
    if not given or given[0].name:
        return False
    node = given[0].node
    if isinstance(node, code.Constant):
        return node.value is not None and not isinstance(node.value, str)
    return isinstance(node, code.Attribute) and node.name in _KEYS
