"""What is wrong with a send: values in, one line out."""

from __future__ import annotations

import reprlib
from collections.abc import Collection

from pytest_celery_guard.basics import secrets
from pytest_celery_guard.basics.meant import did_you_mean

ROLES = {
    "chain": "in its chain, {task} gets the previous result as its first argument",
    "chord": "the body of its chord, {task}, gets the list of results as its first argument",
    "link": "its callback, {task}, gets its result as the first argument",
    "link_error": (
        "its errback, {task}, gets the id of the failed task, or request, exception and traceback"
    ),
}
"""What the worker gives to a signature that is no immutable one."""

IMMUTABLE = {
    "chain": "in its chain, {task} can't be called with these arguments",
    "chord": "the body of its chord, {task}, can't be called with these arguments",
    "link": "its callback, {task}, can't be called with these arguments",
    "link_error": "its errback, {task}, can't be called with these arguments",
}


def told(task: str, text: str, origin: str) -> str:
    """The task and the problem first: pytest's summary shows little more."""
    short = task.rpartition(".")[2]
    return f"{short}: {text} Sent{f' as {task}' if short != task else ''} {origin}."


def misfit(reason: str) -> str:
    """Arguments that don't fit."""
    return f"the arguments don't fit: {reason}."


def carried_misfit(
    task: str, role: str, is_partial: bool, reason: str, fits_alone: bool
) -> str:
    """Arguments that won't fit when the worker sends a signature.

    ``fits_alone``: they would, without what the worker adds.
    """
    what = (ROLES if is_partial else IMMUTABLE)[role].format(task=task)
    short = task.rpartition(".")[2]
    hint = f" Write {short}.si(...) to ignore it." if fits_alone else ""
    return f"{what}: {reason}.{hint}"


def unserialisable(where: str, kind: str, serializer: str, remedy: str) -> str:
    """A value that no message can carry."""
    return f"`{where}` is {kind}, which {serializer} can't serialize.{remedy}"


def changes(where: str, before: object, after: object) -> str:
    """A value that arrives as another one."""
    was, arrives = (shown(secrets.masked(each, where)) for each in (before, after))
    return f"`{where}` was {was} and arrives as {arrives}."


def copied(where: str, kind: str, serializer: str, remedy: str) -> str:
    """A live object that a message carries all the same."""
    return (
        f"`{where}` is {kind}, and {serializer} sends a copy of its current state.{remedy}"
    )


def undecodable(where: str, value: object, reason: str) -> str:
    """A value that can be sent and never be read."""
    masked = shown(secrets.masked(value, where))
    return f"`{where}` is {masked}, which the worker can't read: {reason}."


def unknown_task(name: str, app: str, meant: str | None, *, is_own: bool) -> str:
    """A name that the app does not know; ``meant`` is one that it does.

    ``is_own``: it has other tasks of the same module.
    """
    elsewhere = "" if is_own else f" {ELSEWHERE.format(name)}"
    hint = did_you_mean(meant, elsewhere, shown=str)
    return f"the app {app!r} has no task {name}, so a worker discards the message.{hint}"


ELSEWHERE = "If another service runs it, write external=[{!r}]."
"""An option of the marker and of the ini file."""


def naive(name: str, moment: object) -> str:
    """A moment without a time zone."""
    return (
        f"`{name}` is {moment}, without a time zone, which a worker interprets as UTC."
        f" Send an aware datetime."
    )


def before_commit(
    task: str, row: str, database: str, place: object, has_helper: bool
) -> str:
    """A send of a row's key within the row's transaction, which began at ``place`` if known."""
    short = task.rpartition(".")[2]
    helper = f", or {short}.delay_on_commit(...)" if has_helper else ""
    where = f"the database {database!r}" + (f" ({place})" if place else "")
    return (
        f"{row} is not committed yet: it is written in a transaction that is still open on"
        f" {where}. A worker may run the task before the commit, or although it is rolled back."
        f" Write transaction.on_commit(lambda: {short}.delay(...)){helper}."
    )


def unknown_queue(queue: str, known: str) -> str:
    """A queue that is almost one of ``task_queues``."""
    return (
        f"it goes to the queue {queue!r}, which is not in task_queues.{did_you_mean(known)}"
    )


def no_such_type(exchange: str, kind: str, broker: str) -> str:
    """An exchange of a type that the app's broker does not have."""
    name = {"redis": "Redis", "amqp": "RabbitMQ without plugins"}.get(broker, broker)
    return (
        f"The exchange {exchange!r} is of type {kind!r}, which {name} does not have. A worker that"
        " has to declare it never starts, and a send to it fails."
    )


def unroutable(exchange: str, routing_key: str, *, is_declared: bool) -> str:
    """A message that no queue got."""
    if not exchange:
        return f"the message is lost: there is no queue {routing_key!r}."
    if not is_declared:
        return f"the message is lost: there is no exchange {exchange!r}."
    return (
        f"the message is lost: no queue is bound to the exchange {exchange!r} with the routing"
        f" key {routing_key!r}."
    )


def no_task(queue: str, body: str) -> str:
    """A message that is no task, where only tasks are read."""
    return (
        f"a message that is not a task is in the queue {queue!r}, and the worker discards it:"
        f" {shown(body)}"
    )


def refused(error: Exception, content_type: str, accepted: Collection[str]) -> str:
    """A message that the worker drops unread."""
    why = f"the worker can't read a task message: {error}"
    if type(error).__name__ != "ContentDisallowed":
        return why
    listed = ", ".join(sorted(accepted))
    return f"{why} {content_type} is not in accept_content, which contains {listed}."


def shown(value: object) -> str:
    """A value, short enough for one line."""
    short = reprlib.Repr()
    short.maxdict = short.maxlist = short.maxtuple = short.maxset = 4
    short.maxstring = short.maxother = 60
    return " ".join(short.repr(value).split())
