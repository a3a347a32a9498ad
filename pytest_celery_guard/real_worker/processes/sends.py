"""Every task message that this process publishes, written into the journal as the broker got it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from kombu.compression import compress
from kombu.serialization import dumps
from kombu.utils.json import dumps as json_dumps

from pytest_celery_guard.real_worker.processes.journal import Entry, Journal
from pytest_celery_guard.sends.messages import Message

HIDING = ("argsrepr", "kwargsrepr")
"""What a sender writes in place of arguments that nobody may see."""


def telling(
    send_task_message: Callable[..., Any],
    journal: Journal,
    check: Callable[[str], object] = bool,  # does nothing
    published: Callable[[Mapping[str, Any]], object] = bool,
) -> Callable[..., Any]:
    """``amqp.send_task_message`` that also writes into the journal.

    ``check`` gets the task's name first; what it raises keeps the message from being sent.
    ``published`` gets the message, once it is sent.
    """

    def send(producer: Any, name: str, message: Any, *args: Any, **kwargs: Any) -> Any:
        check(name)
        telling_producer = TellingProducer(producer, journal, published)
        return send_task_message(telling_producer, name, message, *args, **kwargs)

    return send


class TellingProducer:
    """A producer whose ``publish`` is told."""

    def __init__(
        self,
        producer: Any,
        journal: Journal,
        published: Callable[[Mapping[str, Any]], object],
    ) -> None:
        self._producer = producer
        self._journal = journal
        self._published = published

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)

    def publish(self, body: Any, **options: Any) -> Any:
        """Publish, then tell it: what can't be published was not sent."""
        result = self._producer.publish(body, **options)
        task_id = options["headers"].get("id") or body["id"]  # protocol 1: in the body
        message = raw_of(body, options)
        raw = json_dumps(message)
        self._journal.write("sent", task_id, queue=queue_of(options), raw=raw)
        self._published(message)
        return result


def queue_of(options: Mapping[str, Any]) -> str:
    """The queue that a message goes to, as far as the publisher knows it."""
    if options.get("exchange") and options.get("declare"):
        return str(options["declare"][0].name)
    return str(options["routing_key"])


def raw_of(body: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """A message as the guard's own broker would hold it."""
    content_type, encoding, text = dumps(body, options["serializer"])
    if isinstance(text, str):
        text = text.encode()
    if compression := options["headers"].get("compression"):  # kombu has set it meanwhile
        text, _ = compress(text, compression)
    delivery = {name: options.get(name) for name in ("exchange", "routing_key")}
    properties = {
        "correlation_id": options.get("correlation_id"),
        "reply_to": options.get("reply_to"),
        "priority": options.get("priority"),
        "body_encoding": "base64",
        "delivery_info": delivery,
        **{name: options[name] for name in HIDING if name in options},
    }
    return {
        "body": base64.b64encode(text).decode(),
        "content-type": content_type,
        "content-encoding": encoding,
        "headers": options["headers"],
        "properties": properties,
    }


def message_of(entry: Entry) -> Message:
    """The message behind an entry of the journal."""
    raw = entry.more["raw"]
    headers = json.loads(raw)["headers"]
    return Message(entry.more["queue"], raw, entry.task_id, headers.get("task") or "")
