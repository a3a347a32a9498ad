"""https://docs.celeryq.dev/en/stable/userguide/tasks.html#database-transactions"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding, Fix, Related
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.model.usage.transactions.early import EarlySend
from flake8_celery_get.rule import UNSAFE, Rule, fitted


class SendBeforeCommit(Rule):
    """A task is sent before the transaction that writes or deletes its row is committed.

    ## What it does

    Reports a send inside a transaction of Django, where an argument is a row that the same
    transaction has written or deletes, or a key of it: in an `atomic` block or function, in
    what is called from one, also by methods of the row, `save()` of a model, a form or a
    serializer and receivers of `post_save`, in views under `ATOMIC_REQUESTS`, in `save_model`
    and other methods of an admin, and in receivers of `m2m_changed`, `pre_delete` and
    `post_delete`.

    ## Why is this bad?

    A worker may take the message before the commit. Then it doesn't find the new row, sees
    old values, or still finds the row that is deleted. If the transaction is rolled back,
    the task has been sent nevertheless.

    ## Example

    ```python
    from celery import shared_task
    from django.db import transaction

    from shop.models import Order


    @shared_task
    def send_invoice(order_id):
        return order_id


    def buy(cart):
        with transaction.atomic():
            order = Order.objects.create(cart=cart)
            send_invoice.delay(order.id)
    ```

    ## Use instead

    ```python
    from celery import shared_task
    from django.db import transaction

    from shop.models import Order


    @shared_task
    def send_invoice(order_id):
        return order_id


    def buy(cart):
        with transaction.atomic():
            order = Order.objects.create(cart=cart)
            send_invoice.delay_on_commit(order.id)
    ```

    `delay_on_commit` needs Celery 5.4 or newer, and is a method of Django's default class of
    tasks. Otherwise: `transaction.on_commit(partial(send_invoice.delay, order.id))`.

    ## Exempt

    Sends with a `countdown` or an `eta`. Functions and lambdas that are passed to `on_commit`.
    Blocks and rows of another database: `atomic(using="archive")`. Values that don't identify
    the row or one that it is linked to, such as `order.email`. Receivers that only send for a
    new row, if the transaction saves one that was there before. Sends under a condition that
    the call from the transaction rules out: `close(order, notify=False)`. Task classes that
    send on commit themselves, and functions that a decorator of the project runs on commit.
    Receivers of a signal that the project sends itself, for example in a model's own
    `delete()`. Test code.

    ## Fix safety

    Unsafe: `delay_on_commit` returns `None`, and sends nothing if the transaction is rolled
    back. There is a fix only if the result of the send is not used, and if the task has no
    class of its own.
    """

    code = "CEL603"
    name = "send-before-commit"
    fixes = (UNSAFE,)

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield the sends that a worker may take too early."""
        for note in module.notes(EarlySend):
            remedy = _remedy(note)
            told = fitted(module.code_at(note), list(_problems(note)), remedy)
            fix, related = _fix(module, note), tuple(_way(note))
            yield self.finding(module, note.at, told, remedy, related, fix)


def _problems(note: EarlySend) -> Iterator[str]:
    """What to say, the longest text first."""
    first, *others = note.through
    if others:
        name = first.symbol.qualified_name
        yield f"{{}} is sent before the transaction of `{name}` commits"
    yield "{} is sent before the commit"


def _way(note: EarlySend) -> Iterator[Related]:
    """Where the transaction begins, and the functions that lead from there to the send."""
    which = "a"
    for symbol, (line, column, *_), opens in note.through:
        told = "opens the transaction" if opens else f"runs in {which} transaction"
        yield Related(symbol.scope.path, line, column, f"`{symbol.qualified_name}` {told}")
        which = "the"


_FIXED = frozenset({"delay", "apply_async"})


def _remedy(note: EarlySend) -> str:
    if note.way not in _FIXED:
        return "use `transaction.on_commit`"
    deferred = f"`{note.way}_on_commit`"
    if note.is_statement:
        return f"use {deferred}"
    return f"send it after the transaction, or use {deferred}, which returns None"


def _fix(module: Module, note: EarlySend) -> Fix | None:
    if not note.is_statement or note.way not in _FIXED:
        return None
    from flake8_celery_get.edit.methods import method_renamed  # loads libcst

    return method_renamed(module, note.at, f"{note.way}_on_commit")
