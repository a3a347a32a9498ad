"""Why something was not let out of the test: values in, one line out."""

from __future__ import annotations

MARK = "@pytest.mark.celery_guard(allow_broker=True)"


def send(place: str, task: str, app: str, broker: str, guarded: str) -> str:
    """A send through an app that no guard stands in for."""
    return (
        f"{task} was not sent: {place} sends it through the app {app!r} to {broker}, and"
        f" celery_guard stands in for {guarded} only. Name the app that the test is about with"
        " celery_guard_app or @pytest.mark.celery_guard(app=...), or turn on a second guard:"
        f" with CeleryGuard(app). To let it out, mark the test with {MARK}."
    )


def publish(place: str, broker: str, guarded: str) -> str:
    """A message on a connection of kombu's that the code made itself."""
    return (
        f"A message was not published: {place} publishes it to {broker}, and celery_guard stands"
        f" in for the broker of {guarded} only. {_allow()}"
    )


def connect(place: str, broker: str, guarded: str) -> str:
    """A new connection."""
    return (
        f"A connection was refused: {place} connects to {broker}, and celery_guard stands in for"
        f" the broker of {guarded} only. {_allow()}"
    )


def consume(place: str, broker: str, guarded: str) -> str:
    """A wait for a message on an open connection."""
    return (
        f"A message was not received: {place} waits for one from {broker}, and celery_guard"
        f" stands in for the broker of {guarded} only. {_allow()}"
    )


def read(place: str, task_id: object, backend: str, app: str, guarded: str) -> str:
    """A result in the backend of another app."""
    return (
        f"The result of task {task_id} was not read: {place} asks {backend}, the result backend"
        f" of the app {app!r}, and celery_guard stands in for {guarded} only. {_allow()}"
    )


def read_of_before(place: str, task_id: object, sent_at: str | None, broker: str) -> str:
    """A result of the guarded app that was sent too early."""
    where = sent_at or "in a fixture, in another test, or at import"
    return (
        f"The result of task {task_id} can never come: {place} reads it, but the task was sent"
        f" before celery_guard was on ({where}), and the message went to {broker}."
        " Send it in the test, or let the fixture that sends it ask for celery_guard, too,"
        f" whatever its scope is. {_allow()}"
    )


def sent_before(task_id: str, sent_at: str, broker: str) -> str:
    """The same, read by its id."""
    return (
        f"The result of task {task_id} can never come: the task was sent before celery_guard was"
        f" on ({sent_at}), and the message went to {broker}. Send it in the test, or let the"
        " fixture that sends it ask for celery_guard, too, whatever its scope is."
    )


def sent_in_another_test(task_id: str) -> str:
    """An id that outlived its test."""
    return (
        f"The result of task {task_id} can never come: the task was sent in another test, and is"
        " gone with it. Send it in this test, or in a fixture that asks for celery_guard: what"
        " that sends is there in each test."
    )


def around(what: str, where: str, remedy: str) -> str:
    """Something that is done while no guard is on yet, or any more."""
    return f"{what} {where}, where celery_guard is not on. {remedy}"


def _allow() -> str:
    return f"To let it out, mark the test with {MARK}."
