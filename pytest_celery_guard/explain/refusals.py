"""Why something was not let out of the test: values in, one line out."""

from __future__ import annotations

MARK = "@pytest.mark.celery_guard(allow_broker=True)"


def send(place: str, task: str, app: str, broker: str, guarded: str) -> str:
    """A send through an app that no guard stands in for."""
    what = f"{task} was not sent: {place} sends it through the app {app!r} to {broker}"
    if guarded == repr(app):
        guarded = "an app of the same name that was created earlier"
        remedy = (
            "List celery_guard after the fixture that creates the app, or let a fixture"
            " celery_guard_app return the app."
        )
    else:
        remedy = (
            "Name the app that the test is about with celery_guard_app or"
            " @pytest.mark.celery_guard(app=...), or use a second guard: with CeleryGuard(app)."
        )
    return f"{what}, {_only_for(guarded, remedy)}"


def publish(place: str, broker: str, guarded: str) -> str:
    """A message on a connection of kombu's that the code made itself."""
    return (
        f"A message was not published: {place} publishes it to {broker},"
        f" {_only_for_broker_of(guarded)}"
    )


def connect(place: str, broker: str, guarded: str) -> str:
    """A new connection."""
    return (
        f"A connection was refused: {place} connects to {broker},"
        f" {_only_for_broker_of(guarded)}"
    )


def consume(place: str, broker: str, guarded: str) -> str:
    """A wait for a message on an open connection."""
    return (
        f"A message was not received: {place} waits for one from {broker},"
        f" {_only_for_broker_of(guarded)}"
    )


def call(place: str, method: str, broker: str, guarded: str) -> str:
    """What is done by the channel of an open connection."""
    return (
        f"{method} was refused: {place} calls it on a connection to {broker},"
        f" {_only_for_broker_of(guarded)}"
    )


def read(place: str, task_id: object, backend: str, app: str, guarded: str) -> str:
    """A result in the backend of another app."""
    return (
        f"The result of task {task_id} was not read: {place} asks {backend}, the result backend"
        f" of the app {app!r}, {_only_for(guarded)}"
    )


def read_of_replaced(place: str, task_id: object, backend: str, app: str) -> str:
    """A result in a backend that the test has given to the guarded app."""
    return (
        f"The result of task {task_id} was not read: {place} asks {backend}, which the test has"
        f" set as the backend of the app {app!r} while celery_guard was enabled. Leave"
        f" app.backend as it is, so that celery_guard keeps the results. {_allow()}"
    )


def read_of_before(place: str, task_id: object, sent_at: str | None, broker: str) -> str:
    """A result of the guarded app that was sent too early."""
    where = sent_at or "in a fixture, in another test, or at import"
    return (
        f"The result of task {task_id} will never be available: {place} reads it, but the"
        f" task was sent before celery_guard was enabled ({where}), and the message went"
        f" to {broker}."
        " Send it in the test, or let the fixture that sends it use celery_guard, too; any"
        f" scope works. {_allow()}"
    )


def write(place: str, task_id: object, backend: str, app: str) -> str:
    """A result that is written to a backend of the guarded app's that it had or never had."""
    return (
        f"The result of task {task_id} was not changed: {place} uses {backend}, a result backend"
        f" that was there before celery_guard was enabled, or that the test has made for the app"
        f" {app!r}. Use its app.backend. {_allow()}"
    )


def sent_before(task_id: str, sent_at: str, broker: str) -> str:
    """The same, read by its id."""
    return (
        f"The result of task {task_id} will never be available: the task was sent before"
        f" celery_guard"
        f" was enabled ({sent_at}), and the message went to {broker}. Send it in the"
        f" test, or let the fixture that"
        " sends it use celery_guard, too; any scope works."
    )


def sent_in_another_test(task_id: str) -> str:
    """An id that outlived its test."""
    return (
        f"The result of task {task_id} will never be available: the task was sent in another"
        " test. Send it in this test, or in a fixture that uses celery_guard, whose"
        " messages are available in each test."
    )


def forked(place: str) -> str:
    """A message of another process, which no worker of this one could ever get."""
    return (
        f"A message was not sent: {place} sends it in a process that the test has forked, but"
        " celery_guard runs tasks in the test's own process. Let the test send it, or run this"
        " code in a thread."
    )


def start_of_guarded(program: str, app: str, place: str) -> str:
    """A worker, or a beat, of an app that a guard stands in for."""
    runs, instead = {
        "worker": ("its tasks", "celery_guard.drain()"),
        "beat": ("its schedule", "celery_guard.advance(hours=1, beat=True)"),
    }[program]
    return (
        f"A {program} was not started: {place} starts it for the app {app!r}, but celery_guard"
        f" itself runs {runs} while it is enabled. Write {instead} instead."
    )


def start(place: str, program: str, app: str, guarded: str) -> str:
    """A worker, or a beat, of another app."""
    return (
        f"A {program} was not started: {place} starts it for the app {app!r},"
        f" {_only_for(guarded)}"
    )


def around(what: str, where: str, remedy: str) -> str:
    """Something that is done while no guard is on yet, or any more."""
    return f"{what} {where}, where celery_guard is not enabled. {remedy}"


def _only_for_broker_of(guarded: str) -> str:
    return _only_for(f"the broker of {guarded}")


def _only_for(guarded: str, *remedies: str) -> str:
    enabled = f"but celery_guard is only enabled for {guarded}."
    return " ".join((enabled, *remedies, _allow()))


def _allow() -> str:
    return f"To allow it, mark the test with {MARK}."
