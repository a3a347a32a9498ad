"""Celery's signals, turned into journal entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from celery import current_task, signals

from tests.fidelity import journal

if TYPE_CHECKING:
    from celery.app.task import Context
    from celery.exceptions import Retry
    from celery.worker.request import Request

Sent = Mapping[str, Any]


def _id_of_sender(sent: Sent) -> str:
    return str(sent["sender"].request.id)


def _id_of_request(sent: Sent) -> str:
    return str(sent["request"].id)


def _id_of_message(sent: Sent) -> str:
    return str((sent["message"].headers or {}).get("id"))


def _id(key: str) -> Callable[[Sent], str]:
    return lambda sent: str(sent[key])


# Each signal names its task in a way of its own.
WORKER_SIGNALS: dict[str, Callable[[Sent], str]] = {
    "task_received": _id_of_request,
    "task_prerun": _id("task_id"),
    "task_postrun": _id("task_id"),
    "task_success": _id_of_sender,
    "task_failure": _id("task_id"),
    "task_rejected": _id_of_message,
    "task_unknown": _id("id"),
    "task_internal_error": _id("task_id"),
}
PUBLISHER_SIGNALS = ("before_task_publish", "after_task_publish")


def _published(name: str) -> Callable[..., None]:
    def receiver(sender: object, headers: Sent, body: Any, **_: object) -> None:
        # Protocol 1 has no headers of its own: the body is a mapping and holds them.
        about = headers if "id" in headers else body
        root = about.get("root_id") or ""
        # The body of a failed chord is nobody's parent in the headers: ask who runs.
        running = current_task.request.id if current_task else ""
        journal.write(
            "signal", about["id"], name, name=str(sender), root=root, sender=running
        )

    return receiver


def _seen(name: str, task_id: Callable[[Sent], str]) -> Callable[..., None]:
    def receiver(**sent: object) -> None:
        journal.write("signal", task_id(sent), name)

    return receiver


def _retried(request: Context, reason: Retry, **_: object) -> None:
    journal.write("signal", request.id, "task_retry")
    journal.write("detail", request.id, f"retry after {reason.when}")


def _revoked(request: Request, terminated: bool, expired: bool, **_: object) -> None:
    journal.write("signal", request.id, "task_revoked")
    why = "terminated" if terminated else "expired" if expired else "revoked"
    journal.write("detail", request.id, why)


def _receivers() -> dict[str, Callable[..., None]]:
    published = {name: _published(name) for name in PUBLISHER_SIGNALS}
    seen = {name: _seen(name, of) for name, of in WORKER_SIGNALS.items()}
    return published | seen | {"task_retry": _retried, "task_revoked": _revoked}


def listen() -> dict[str, Callable[..., None]]:
    """Connect to every signal about a task."""
    receivers = _receivers()
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver, weak=False)
    return receivers


@contextmanager
def listening() -> Iterator[None]:
    """Connect to every signal about a task for a while."""
    receivers = listen()
    try:
        yield
    finally:
        for name, receiver in receivers.items():
            getattr(signals, name).disconnect(receiver)
