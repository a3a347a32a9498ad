"""Arguments of sends that JSON can't serialize.

https://docs.celeryq.dev/en/stable/userguide/calling.html#serializers
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.declarations.base_classes import SENDS, option
from flake8_celery_get.model.usage.sent.sends import BUILDS, PACKED, SPREAD, Sent
from flake8_celery_get.model.usage.signatures.kinds.kinds import Kinds
from flake8_celery_get.model.usage.signatures.passed import APPLY_ASYNC, SIGNATURE
from flake8_celery_get.model.usage.signatures.sent_parts import sent_parts
from flake8_celery_get.model.values.arguments import named_by_place
from flake8_celery_get.model.values.values import UNKNOWN, Items, Literal, Value
from flake8_celery_get.source import code, words

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.declarations.base_classes import BaseClasses
    from flake8_celery_get.model.usage.sent.sends import Sends
    from flake8_celery_get.model.usage.signatures.kinds.held import HeldNames
    from flake8_celery_get.model.usage.tasks import Defined

_WAYS = SPREAD | PACKED | BUILDS
_NAMES = {"task_serializer", "CELERY_TASK_SERIALIZER", "TASK_SERIALIZER"}
_JSON = re.compile(r"""\b\w*task_serializer["']?\]?\s*[:=]\s*["']json["']""", re.IGNORECASE)
_ANY = re.compile(r"\b\w*task_serializer\b", re.IGNORECASE)
_OWN_TYPES = re.compile(
    r"kombu\.utils\.json|kombu\.serialization|\bregister_type\b|enable_insecure_serializers"
)


@dataclass(frozen=True, slots=True)
class Uncarried(Note):
    """An argument that JSON can't serialize: ``kind`` is one of ``kinds.words``."""

    task: str
    kind: str


def uncarried_arguments(
    world: Surroundings, sends: Sends, bases: BaseClasses, held: HeldNames
) -> Iterator[Uncarried]:
    """The arguments with which a send raises EncodeError."""
    if not _sends_json(world):
        return
    kinds = Kinds(world, held)
    for each in chain(sends.certain(), sends.filled()):
        if any(sent.way in BUILDS and not _is_sent(world, sent) for sent in each):
            continue
        found = [_kinds(sent, bases, kinds) for sent in each]
        for at, kind in found[0].items():
            if all(other.get(at) == kind for other in found):
                first = each[0]
                name = first.task.title if first.task is not None else ""
                yield Uncarried(first.path, at, first.within, name, kind)


def _kinds(sent: Sent, bases: BaseClasses, kinds: Kinds) -> dict[code.Span, str]:
    task = sent.task
    if task is None or sent.way not in _WAYS or bases.changes(task, SENDS):
        return {}
    if not (task.leaves("pydantic") and _is_json(kinds.world, task)):
        return {}
    if sent.way not in SPREAD and not _stays_json(sent):
        return {}
    found: dict[code.Span, str] = {}
    for node, value, at in _arguments(sent, kinds):
        kind = kinds.of(node, value, sent)
        if kind:
            found.setdefault(at, kind)
    return found


def _is_json(world: Surroundings, task: Defined) -> bool:
    """Whether a task says nothing of its serializer, or that it is JSON."""
    said = option(world, task, "serializer")
    is_said = isinstance(said, code.Constant) and said.value == "json"
    return task.leaves("serializer") or is_said


def _stays_json(sent: Sent) -> bool:
    said = [each.value for each in sent.given if each.name in {"serializer", "**"}]
    return all(value == Literal("json") for value in said)


def _arguments(
    sent: Sent, kinds: Kinds
) -> Iterator[tuple[code.Expression, Value, code.Span]]:
    """The arguments that the task gets, each with the best place that is known."""
    if sent.way in SPREAD:
        for each in sent.given:
            if "*" not in each.name:
                at = each.at if any(each.at) else sent.at
                yield each.node, each.value, _place(each.node, at)
        return
    places = SIGNATURE if sent.way in BUILDS else APPLY_ASYNC
    for each in (*named_by_place(sent.given, places), *sent.given):
        if each.name not in {"args", "kwargs"}:
            continue
        at = each.at if any(each.at) else sent.at
        values = each.value.values if isinstance(each.value, Items) else ()
        whole = kinds.held.written_out(each.node, sent)
        nodes = _written_out(whole, sent, kinds)
        if len(nodes) != len(values):
            values = (UNKNOWN,) * len(nodes)
        for node, value in zip(nodes, values, strict=True):
            yield node, value, _place(node, at) if whole is each.node else at


def _place(node: code.Expression, around: code.Span) -> code.Span:
    """Where an argument stands, or what is around it."""
    place = code.place(node)
    return place if any(place) else around


def _written_out(node: code.Expression, sent: Sent, kinds: Kinds) -> list[code.Expression]:
    """What ``args`` or ``kwargs`` consist of, as far as it is written out."""
    if isinstance(node, code.Display) and node.kind != "set":
        return node.items
    if isinstance(node, code.Mapping) and None not in node.keys:
        return node.values
    if isinstance(node, code.Call) and code.dotted(node.function) == "dict":
        arguments = node.arguments if kinds.is_builtin("dict", sent) else []
        return [each.value for each in arguments if each.name not in {"", "**"}]
    return []


def _is_sent(world: Surroundings, sent: Sent) -> bool:
    """Whether a signature surely becomes a message: one that is called runs here."""
    function = world.calls.code_around(sent.within)
    aliases = world.project.source(sent.path).tells(words.canvas_aliases)
    return function is not None and sent.at in sent_parts(function, aliases)


def _sends_json(world: Surroundings) -> bool:
    """Whether nothing in the project gives tasks another serializer, or teaches JSON types."""
    project = world.project
    for path in project.mentioning({"kombu"}):
        if not world.is_test(path) and project.source(path).holds(_OWN_TYPES):
            return False
    texts = [project.source(path).text for path in project.mentioning(_NAMES)]
    return all(len(_JSON.findall(text)) == len(_ANY.findall(text)) for text in texts)
