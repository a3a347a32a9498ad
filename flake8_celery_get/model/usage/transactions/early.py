"""Sends that hand a row on before the transaction which writes it is committed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.transactions.blocks import Transactions
from flake8_celery_get.model.usage.transactions.call_names import names_called, names_of
from flake8_celery_get.model.usage.transactions.deferring import not_deferred
from flake8_celery_get.model.usage.transactions.saving import CREATES, Saving
from flake8_celery_get.model.usage.transactions.serializers import (
    HOOKS,
    SAVE,
    SERIALIZER,
    is_run_by_save,
)
from flake8_celery_get.model.usage.transactions.walk import Walk
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.values import Signature
from flake8_celery_get.source import words

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sends, Sent
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import Scope

WAYS = frozenset({"delay", "apply_async", "send_task"})
FURTHER = 2
"""So many calls between the block and what sends are looked for inside one module."""
_LATER = frozenset({"countdown", "eta"})
"""Options that delay a send, and that people give to ``delay()``, too."""

_OPENERS = {
    "atomic", "ATOMIC_REQUESTS", "m2m_changed", "post_delete", "pre_delete", "save_model",
    "delete_model", "save_related", "save_formset",
}  # fmt: skip
_TEXT = re.compile(
    r"\batomic\b|m2m_changed|_delete\b|\bdef (?:save|delete)_(?:model|related)\b"
)


@dataclass(frozen=True, slots=True)
class EarlySend(Note):
    """A send inside of a transaction that gives a row of it to the task.

    ``way`` is what sends, empty for the method of a signature. ``is_statement``: nobody uses the
    handle.
    """

    way: str
    is_statement: bool


def early_sends(world: Surroundings, sends: Sends) -> Iterator[EarlySend]:
    """The sends outside of tests that no worker may see the row of."""
    known = {place: found for place, found in sends.found.items() if _is_send(found)}
    if not known or not _may_open(world):
        return
    known = not_deferred(world, known)
    transactions = Transactions(world)
    senders = {
        sent.within
        for found in known.values()
        for sent in found
        if sent is not None and isinstance(sent.within, FunctionSymbol)
    }
    saving = Saving(world, senders)
    senders |= set(_sending_serializers(world, senders)) | set(_savers(world, saving))
    scopes = list(_scopes(world, transactions, senders, saving))
    functions = [symbol for scope in scopes for symbol in scope.all_functions()]
    for _ in range(FURTHER):
        called = names_of(world.classes, senders) | saving.names
        senders |= {each for each in functions if not called.isdisjoint(names_called(each))}
    walk = Walk(world, transactions, set(known), senders, saving)
    for symbol in functions:
        walk.enter(symbol)
    for (path, at), (within, is_statement) in walk.found.items():
        (sent, *_) = (each for each in known[path, at] if each is not None)
        # Signatures have no ``delay_on_commit``.
        way = "" if isinstance(sent.owner, Signature) else sent.way
        yield EarlySend(path, at, within, way, is_statement)


def _sending_serializers(
    world: Surroundings, senders: set[FunctionSymbol]
) -> Iterator[FunctionSymbol]:
    """The methods of serializers that call what sends: views do so by ``save()``."""
    called = {each.name for each in senders if each.owner is None}
    for path in sorted(world.project.mentioning(called)):
        if not world.is_test(path) and world.project.mentions(path, SERIALIZER):
            for symbol in world.scope(path).all_functions():
                calls = not called.isdisjoint(names_called(symbol))
                if calls and is_run_by_save(world.classes, symbol):
                    yield symbol


def _savers(world: Surroundings, saving: Saving) -> Iterator[FunctionSymbol]:
    """The functions that save rows of models which send meanwhile, and what is sent there."""
    yield from saving.functions
    names = {model.name for model in saving.by_model}
    for path in sorted(world.project.mentioning(names)) if names else ():
        if not world.is_test(path):
            for symbol in world.scope(path).all_functions():
                saves = not saving.names.isdisjoint(names_called(symbol))
                if saves and symbol.owner is None:
                    yield symbol


def _is_send(found: list[Sent | None]) -> bool:
    return bool(found) and all(
        sent is not None
        and sent.way in WAYS
        and not any(map(partial(_may_delay, sent.way), sent.given))
        for sent in found
    )


def _may_delay(way: str, argument: Given) -> bool:
    return argument.name in _LATER or (argument.name == "**" and way != "delay")


def _may_open(world: Surroundings) -> bool:
    return any(not world.is_test(path) for path in world.project.mentioning(_OPENERS))


def _scopes(
    world: Surroundings,
    transactions: Transactions,
    senders: set[FunctionSymbol],
    saving: Saving,
) -> Iterator[Scope]:
    """The modules that open transactions, and name something that sends."""
    found = names_of(world.classes, senders) | saving.names
    called = {name.removeprefix("self.") for name in found}
    functions = {each.name for each in senders if each.owner is None}
    names = {
        "delay",
        "apply_async",
        "send_task",
        *functions,
        *called & {SAVE, *CREATES, *HOOKS},
    }
    project = world.project
    every = transactions.covers_requests
    for path in sorted(project.mentioning(names if every else _OPENERS)):
        source = project.source(path)
        if not world.is_test(path) and (
            every or (source.holds(_TEXT) and words.mentioned(source.text, names))
        ):
            yield world.scope(path)
