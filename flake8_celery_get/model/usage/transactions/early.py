"""Sends that hand a row on before the transaction which writes or deletes it is committed."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Note
from flake8_celery_get.model.usage.declarations.base_classes import BASE_OF_ALL
from flake8_celery_get.model.usage.django.signals import Signals
from flake8_celery_get.model.usage.sent.sends import CALL
from flake8_celery_get.model.usage.transactions.blocks.admin import METHODS
from flake8_celery_get.model.usage.transactions.blocks.blocks import Transactions
from flake8_celery_get.model.usage.transactions.blocks.receivers import SIGNALS
from flake8_celery_get.model.usage.transactions.deferring import (
    Found,
    not_deferred,
    without_deferred,
)
from flake8_celery_get.model.usage.transactions.delayed import may_be_delayed
from flake8_celery_get.model.usage.transactions.helpers import Helpers
from flake8_celery_get.model.usage.transactions.late.late import late_hooks
from flake8_celery_get.model.usage.transactions.models.forms import VIEWS
from flake8_celery_get.model.usage.transactions.models.saving import Saving
from flake8_celery_get.model.usage.transactions.senders import Senders, around
from flake8_celery_get.model.usage.transactions.walk import DEEPEST, Walk, Way
from flake8_celery_get.model.values.values import Signature

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sends, Sent
    from flake8_celery_get.model.values.definitions import FunctionSymbol
    from flake8_celery_get.model.values.values import Place

WAYS = frozenset({"delay", "apply_async", "send_task", CALL})
_SERIALIZERS = {"serializer_class", "get_serializer_class"}
"""How views name their serializers."""
_OPENERS = {"atomic", "ATOMIC_REQUESTS", "ModelAdmin", *METHODS, *SIGNALS}


@dataclass(frozen=True, slots=True)
class EarlySend(Note):
    """A send inside of a transaction that gives a row of it to the task.

    ``way`` is what sends, empty where it has no ``…_on_commit`` beside it. ``is_statement``:
    nobody uses the handle. ``through`` are the functions that lead to it from the one that opens
    the transaction.
    """

    way: str
    is_statement: bool
    through: Way


def notes_on_transactions(world: Surroundings, sends: Sends) -> Iterator[Note]:
    """The sends outside of tests that no worker may see the row of, and hooks of loops."""
    every = sends.found | sends.started
    known = {place: found for place, found in every.items() if _is_send(world, found)}
    walk = _walked(world, set(known), not_deferred(world, known).keys()) if known else None
    yield from early_sends(world, every, walk) if walk is not None else ()
    yield from late_hooks(world, walk.opened if walk is not None else frozenset())


def _walked(world: Surroundings, sends: Set[Place], early: Set[Place]) -> Walk | None:
    """What goes through all code that may run in a transaction and send something.

    ``early`` are the sends that no class of the project hands to ``on_commit``.
    """
    if not _may_open(world):
        return None
    helpers = Helpers(world)
    signals = Signals(world)
    saving = Saving(world, signals)
    sending = around(world, ((path, at[0]) for path, at in sends))
    found = Senders(world, helpers.kinds, saving, sending).found
    senders = without_deferred(world, found)
    transactions = Transactions(world, signals)
    walk = Walk(world, transactions, saving, helpers, early, senders)
    for symbol in sorted(senders, key=_place):
        walk.enter(symbol)
    if transactions.requests.are_atomic:
        _save_in_views(world, walk)
    _save_forms(world, walk, transactions)
    return walk


def early_sends(world: Surroundings, found: Found, walk: Walk) -> Iterator[EarlySend]:
    """The sends of an open transaction's rows that were met on the way."""
    for (path, at), (through, is_statement) in walk.found.items():
        (sent, *_) = (each for each in found[path, at] if each is not None)
        way = sent.way if _has_on_commit(world, sent) else ""
        within = through[-1].symbol
        yield EarlySend(path, at, within, way, is_statement, through)


def _save_in_views(world: Surroundings, walk: Walk) -> None:
    """What views of Django REST Framework save without a method of their own."""
    for path in sorted(world.project.mentioning(_SERIALIZERS)):
        if not world.is_test(path):
            for view in world.scope(path).all_classes():
                for saved in walk.serializers.unhandled(view):
                    walk.run_serializer(saved, DEEPEST)


def _save_forms(world: Surroundings, walk: Walk, transactions: Transactions) -> None:
    """What generic views save without a method of their own."""
    for path in sorted(world.project.mentioning(set(VIEWS))):
        if not world.is_test(path):
            for view in world.scope(path).all_classes():
                if walk.forms.is_left_alone(view) and transactions.is_around_view(view):
                    walk.run_form(view, DEEPEST)


def _has_on_commit(world: Surroundings, sent: Sent) -> bool:
    """Whether the task has ``delay_on_commit``: that of Django's default class of tasks.

    Signatures don't, nor do tasks with a class of the project's own.
    """
    if isinstance(sent.owner, Signature):
        return False
    has_own_class = sent.task is not None and (
        "base" in sent.task.keywords.others or sent.task.symbol.owner is not None
    )
    files = world.project.celery_files(BASE_OF_ALL)
    return not has_own_class and all(map(world.is_test, files))


def _place(symbol: FunctionSymbol) -> tuple[str, int]:
    return symbol.scope.path, symbol.definition.line


def _is_send(world: Surroundings, found: list[Sent | None]) -> bool:
    return bool(found) and all(
        sent is not None and sent.way in WAYS and not may_be_delayed(world, sent)
        for sent in found
    )


def _may_open(world: Surroundings) -> bool:
    return any(not world.is_test(path) for path in world.project.mentioning(_OPENERS))
