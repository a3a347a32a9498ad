"""Notes where the id of a task goes: into an attribute, an item, an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.values.ids import id_of, kept_as
from flake8_celery_get.model.values.values import Either, Method, Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.source.code import Span


def note_assigned(frame: Frame, target: code.Expression, value: Value) -> None:
    """``job.chord_id = …``, ``session["chord_id"] = …``, ``chord_id = …``."""
    name = target.id if isinstance(target, code.Name) else kept_as(target)
    placed = target.value if isinstance(target, code.Subscript) else target
    note_kept(frame, name, value, code.place(placed))


def note_given(frame: Frame, given: tuple[Given, ...]) -> None:
    """``Job(chord_id=…)``, ``cache.set("chord_id", …)``."""
    for argument in given:
        note_kept(frame, argument.name, argument.value, argument.at)
    key = given[0].node if len(given) > 1 else None
    if isinstance(key, code.Constant) and isinstance(key.value, str):
        note_kept(frame, key.value, given[1].value, code.place(given[1].node))


def note_items(
    frame: Frame, items: Iterable[tuple[code.Expression | None, Value, Span]]
) -> None:
    """``{"chord_id": …}``."""
    for key, value, at in items:
        if isinstance(key, code.Constant) and isinstance(key.value, str):
            note_kept(frame, key.value, value, at)


def note_kept(frame: Frame, name: str, value: Value, at: Span) -> None:
    """Note it, if the value is the id of a task at all."""
    source = id_of(value) if name and isinstance(value, (Either, Method)) else None
    if source is not None:
        frame.world.notes.kept(frame, at, source, name)
