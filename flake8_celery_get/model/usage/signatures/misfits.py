"""Sends and signatures whose arguments don't fit the task.

https://docs.celeryq.dev/en/stable/userguide/calling.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.sent.canvases import ALONE, ERRBACK, Role
from flake8_celery_get.model.usage.sent.sends import (
    BUILDS,
    PACKED,
    REPEATS,
    SPREAD,
    Sent,
    by_place,
)
from flake8_celery_get.model.usage.signatures.passed import (
    APPLY_ASYNC,
    SIGNATURE,
    Passed,
    items_passed,
    packed,
    repacked,
    spread,
)
from flake8_celery_get.model.usage.signatures.send_options import OPTIONS
from flake8_celery_get.model.values.values import Literal

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.sent.canvases import Roles
    from flake8_celery_get.model.usage.sent.partials import Hooks
    from flake8_celery_get.model.usage.sent.sends import Sends
    from flake8_celery_get.model.usage.signatures.shapes import Shape
    from flake8_celery_get.model.usage.signatures.tasks_sent import Shapes
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.source.code import Span

Site: TypeAlias = "tuple[str, Span, object, str]"
"""Path, place and function of a signature, and the name of its task."""

IN_WORKER, EACH, AGAIN, LETTERS = "in worker", "each", "again", "letters"
"""The roles of what Celery checks only in the worker, calls for each item, and retries.

It checks no send by the name of a task, nor one of a task that is an instance of a class.
"""

_TAKES_ARGUMENTS = SPREAD | PACKED | BUILDS | REPEATS | {"retry"}
_OF_RETRY = frozenset({"retry", "signature_from_request"})


@dataclass(frozen=True, slots=True)
class Misfit(Note):
    """Arguments that don't fit: ``reason`` says why, ``role`` what the signature is.

    ``fits_alone``: they would without what the canvas puts in front.
    """

    task: str
    reason: str
    role: str
    fits_alone: bool = False


def misfits(sends: Sends, shapes: Shapes) -> Iterator[Misfit]:
    """The sends and signatures that raise TypeError, here or in the worker."""
    found = [
        {_misfit(sent, shapes, sends.roles) for sent in each} for each in sends.certain()
    ]
    found += [
        {_misfit_of_prepared(sent, shapes, sends.hooks) for sent in each}
        for each in sends.certainly_prepared()
    ]
    for ways in found:
        wrong = ways.pop() if len(ways) == 1 else None
        if wrong is not None:
            yield wrong


def _misfit_of_prepared(sent: Sent, shapes: Shapes, hooks: Hooks) -> Misfit | None:
    """What is wrong with ``partial(task.delay, x)``, which may get more arguments."""
    task = sent.task
    shape = shapes.of(task) if task is not None else None
    if shape is None or task is None or _is_reported_as_option(sent, shape):
        return None
    is_complete = (sent.path, sent.at) in hooks.complete
    if sent.way in PACKED and not is_complete:
        sent = by_place(sent)
    passed, _ = _passed(sent)
    reason = passed.misfit(shape, is_whole=is_complete and sent.way not in BUILDS)
    place = sent.path, sent.at, sent.within, task.title
    return Misfit(*place, reason, _checked(task, ALONE)) if reason else None


def _checked(task: Defined, role: str) -> str:
    """The role of a send, where Celery checks those of its task at all."""
    return role if task.kind is None else IN_WORKER


def _misfit(sent: Sent, shapes: Shapes, roles: Roles) -> Misfit | None:
    shape = shapes.of(sent.task) if sent.task is not None else None
    if shape is None or sent.task is None or sent.way not in _TAKES_ARGUMENTS:
        return None
    if sent.way in REPEATS:
        return _misfit_of_items(sent, sent.task, shape)
    if sent.way == "retry":
        return _misfit_of_retry(sent, sent.task, shapes)
    passed, is_closed = _passed(sent if sent.way in SPREAD else shapes.written_out(sent))
    if _is_reported_as_option(sent, shape):
        return None
    place = sent.path, sent.at, sent.within, sent.task.title
    if sent.way not in BUILDS:
        reason = passed.misfit(shape, is_whole=True)
        return Misfit(*place, reason, _checked(sent.task, ALONE)) if reason else None
    return misfit_in(roles, place, passed, shape, is_immutable=is_closed)


def _misfit_of_items(sent: Sent, task: Defined, shape: Shape) -> Misfit | None:
    """What is wrong with the first of the calls that ``map``, ``starmap`` or ``chunks`` make."""
    for passed in items_passed(sent.way, sent.given):
        reason = passed.misfit(shape, is_whole=True)
        if reason:
            return Misfit(sent.path, sent.at, sent.within, task.title, reason, EACH)
    return None


def _misfit_of_retry(sent: Sent, task: Defined, shapes: Shapes) -> Misfit | None:
    """What is wrong with the arguments that ``retry`` gets in place of the present ones."""
    shape = shapes.of(task)
    if shape is None or shapes.bases.changes(task, _OF_RETRY):
        return None
    reason = repacked(sent.given).misfit(shape, is_whole=True)
    place = sent.path, sent.at, sent.within, task.title
    return Misfit(*place, reason, _checked(task, AGAIN)) if reason else None


def misfit_in(
    roles: Roles, place: Site, passed: Passed, shape: Shape, *, is_immutable: bool | None
) -> Misfit | None:
    """What is wrong with a signature, in any of the roles that it has."""
    for role in sorted(roles.of.get(place[:2], ()), key=lambda role: role.kind):
        reason = _misfit_as(role, passed, shape, is_immutable=is_immutable)
        if reason:
            fits_alone = not passed.misfit(shape, is_whole=True)
            return Misfit(*place, reason, role.kind, fits_alone)
    reason = passed.misfit(shape, is_whole=False)
    return Misfit(*place, reason, ALONE) if reason else None


def _misfit_as(
    role: Role, passed: Passed, shape: Shape, *, is_immutable: bool | None
) -> str:
    if is_immutable is None:
        return ""
    if is_immutable:
        return passed.misfit(shape, is_whole=True)
    reason = passed.after(role.previous).misfit(shape, is_whole=True)
    if role.kind == ERRBACK and not passed.after(3).misfit(shape, is_whole=True):
        return ""  # the request, the exception and the traceback come first
    return reason


def _passed(sent: Sent) -> tuple[Passed, bool | None]:
    """The arguments, and whether nothing may come in front of them; None for who knows."""
    if sent.way in SPREAD:
        return spread(sent.given), sent.way == "si"
    if sent.way in PACKED:
        return packed(sent.given, APPLY_ASYNC), False
    return packed(sent.given, SIGNATURE), is_immutable(sent)


def is_immutable(sent: Sent) -> bool | None:
    """Whether a signature takes nothing in front of its arguments; None for who knows."""
    said = [each.value for each in sent.given if each.name in {"immutable", "**"}]
    if said and isinstance(said[0], Literal):
        return bool(said[0].value)
    return None if said else False


def _is_reported_as_option(sent: Sent, shape: Shape) -> bool:
    """Whether the cause is an option in the wrong place, which CEL612 and CEL613 report."""
    names = {argument.name for argument in sent.given}
    if sent.way in PACKED | {"signature", "subtask"}:
        return any(name and shape.takes(name) for name in names - {"*", "**"} - _TAKEN)
    return sent.way in {"delay", "delay_on_commit"} and any(
        name in OPTIONS and not shape.takes(name) for name in names
    )


_TAKEN = OPTIONS | {"args", "kwargs"}
