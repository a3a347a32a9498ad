"""What stands in a task message. Celery and kombu are imported when one is read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any


def body_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The decoded body of a task message: ``args``, ``kwargs``, ``embed`` and, in protocol 1, more.

    Source: celery.app.amqp.AMQP.as_task_v1 and as_task_v2.
    """
    from kombu.compression import decompress
    from kombu.serialization import loads
    from kombu.transport.virtual import Base64

    text: Any = raw["body"]
    if raw["properties"].get("body_encoding") == "base64":
        text = Base64().decode(text)
    if compression := (raw.get("headers") or {}).get("compression"):
        text = decompress(text, compression)
    body = loads(text, raw["content-type"], raw["content-encoding"], force=True)
    if isinstance(body, dict):
        embed = {"chain": body.get("chain"), "callbacks": body.get("callbacks")}
        return {**body, "embed": {**embed, "errbacks": body.get("errbacks")}}
    args, kwargs, embed = body
    return {"args": args, "kwargs": kwargs, "embed": embed}


def serializer_of(raw: Mapping[str, Any]) -> str | None:
    """The name of the serializer that wrote a message."""
    from kombu.serialization import registry

    name: str | None = registry.type_to_name.get(raw.get("content-type"))
    return name


def compressed_type(name: str) -> str:
    """The content type that a message has for a compression; the name itself, if it is none."""
    from kombu.compression import get_encoder

    try:
        return str(get_encoder(name)[1])
    except KeyError:
        return name


def text_of(raw: Mapping[str, Any]) -> str:
    """The body of any message, as it was sent."""
    from kombu.transport.virtual import Base64

    text: Any = raw["body"]
    if raw["properties"].get("body_encoding") == "base64":
        text = Base64().decode(text)
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)


def task_in(raw: Mapping[str, Any]) -> tuple[str, str]:
    """The name of the task and its id; both are empty for a message that is no task.

    In protocol 1 the body has the name, so what can't be read without its serializer may be a task.
    """
    headers, task_id = raw.get("headers") or {}, raw["properties"].get("correlation_id")
    if "task" in headers or "id" in headers:
        return str(headers.get("task") or ""), str(headers.get("id") or task_id or "")
    if not task_id:
        return "", ""
    if "json" not in str(raw.get("content-type")):
        return "", task_id
    with suppress(Exception):  # a broken body, of which the worker tells when it gets it
        name = body_of(raw).get("task")
        return (str(name), task_id) if name else ("", "")
    return "", ""


def through_json(value: object) -> object:
    """A value as it looks after the JSON serialiser."""
    from kombu.utils.json import dumps, loads

    found: object = loads(dumps(value))
    return found


def moment(value: object) -> datetime | None:
    """An aware datetime for an ISO text or a datetime; Celery takes a naive one for UTC.

    None for anything else: the worker tells of it when it gets the message.
    """
    if isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
