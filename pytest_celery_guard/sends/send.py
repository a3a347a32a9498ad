"""One send: a value that compares with Celery's own signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import Any

from pytest_celery_guard.sends.arguments import arguments_of
from pytest_celery_guard.sends.decoding import (
    body_of,
    moment,
    serializer_of,
    through_json,
)
from pytest_celery_guard.sends.messages import Message
from pytest_celery_guard.sends.send_options import option_differences
from pytest_celery_guard.sends.signatures import (
    Difference,
    call_differences,
    is_chain,
    is_signature,
)


class Send:
    """One task message, as the broker got it.

    Equal to a signature whose task, arguments and options it has; what the signature does not
    set is not compared, and a function or a wildcard may stand for a value. Equal to a task, or
    to its name, when it is a message for that task.
    """

    __hash__ = None  # type: ignore[assignment] # equal to values of other types

    def __init__(self, message: Message, at: datetime) -> None:
        self._message = message
        self.at = at

    @property
    def id(self) -> str:
        """The task id."""
        return self._message.task_id

    @property
    def task(self) -> str:
        """The task's name; ``(unreadable)`` where a broken message has none."""
        return self._message.task or str(self._headers.get("task", "(unreadable)"))

    @property
    def queue(self) -> str:
        """The queue that the message went to."""
        return self._message.queue

    @property
    def args(self) -> tuple[Any, ...]:
        """Positional arguments, as the worker gets them."""
        return tuple(self._body["args"])

    @property
    def kwargs(self) -> dict[str, Any]:
        """Keyword arguments, as the worker gets them."""
        return dict(self._body["kwargs"])

    @property
    def eta(self) -> datetime | None:
        """The moment before which it must not run."""
        return moment(self._headers.get("eta"))

    @property
    def expires(self) -> datetime | None:
        """The moment after which it must not run."""
        return moment(self._headers.get("expires"))

    @property
    def countdown(self) -> int | None:
        """Whole seconds from the send to the eta, rounded up; None without an eta."""
        return None if self.eta is None else ceil((self.eta - self.at).total_seconds())

    @property
    def retries(self) -> int:
        """How often the task was retried before this message."""
        return int(self._headers.get("retries") or 0)

    @property
    def priority(self) -> int | None:
        """The message's priority."""
        found: int | None = self._raw["properties"].get("priority")
        return found

    @property
    def headers(self) -> dict[str, Any]:
        """All headers of the message: ``root_id``, ``parent_id``, ``group``, own ones …"""
        return dict(self._headers)

    @property
    def chain(self) -> list[Any]:
        """The signatures that follow in a chain, the next one first."""
        return list(reversed(self._body["embed"].get("chain") or []))

    @property
    def followers(self) -> dict[str, str]:
        """The names of what its worker sends next, by id: a chain's rest, a body, callbacks."""
        embed = self._body["embed"]
        parts = [*(embed.get("chain") or ()), *(embed.get("callbacks") or ())]
        following = [*parts, embed["chord"]] if embed.get("chord") else parts
        return {str(each["options"].get("task_id")): each["task"] for each in following}

    @property
    def call(self) -> str:
        """The task and its arguments, as a call would be written."""
        return f"{self.task}({self.arguments})"

    @property
    def arguments(self) -> str:
        """The arguments alone, as they were sent, without secrets."""
        try:
            return arguments_of(self)
        except Exception:  # a broken body, of which the worker tells when it gets it
            return "…"

    @property
    def hidden(self) -> set[str]:
        """``argsrepr`` and ``kwargsrepr``, where the sender has written them itself."""
        return {"argsrepr", "kwargsrepr"}.intersection(self._raw["properties"])

    def differences(self, signature: Mapping[str, Any]) -> list[Difference]:
        """Where the message is not what a signature says; empty when it is."""
        if is_chain(signature):
            return self._chain_differences(signature)
        if self.task != signature["task"]:
            return [Difference("task", signature["task"], self.task)]
        found = list(call_differences(signature, self.args, self.kwargs, through_json))
        return [*found, *option_differences(self, signature["options"])]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Send):
            return self._message is other._message
        if isinstance(other, Mapping) and is_signature(other):
            return not self.differences(other)
        name = other if isinstance(other, str) else getattr(other, "name", None)
        # unittest.mock.ANY and the like may be equal by their own account.
        return name == self.task if isinstance(name, str) else NotImplemented

    def __repr__(self) -> str:
        try:
            notes = [*self._notes()]
        except Exception:  # a broken body, of which the worker tells when it gets it
            notes = [f"queue={self.queue!r}"]
        return " ".join([self.call, *notes])

    def _notes(self) -> Iterator[str]:
        yield f"queue={self.queue!r}" if self.queue else self._way_lost()
        if self.eta:
            yield f"eta={self.eta.isoformat()}"
        if self.expires:
            yield f"expires={self.expires.isoformat()}"
        if self.chain:
            yield f"then={[each['task'] for each in self.chain]!r}"

    def _way_lost(self) -> str:
        info = self._raw["properties"]["delivery_info"]
        return f"exchange={info.get('exchange')!r} routing_key={info.get('routing_key')!r} (lost)"

    def _chain_differences(self, chain: Mapping[str, Any]) -> list[Difference]:
        first, *rest = chain["kwargs"]["tasks"]
        found = self.differences(first)
        expected, got = (
            [each["task"] for each in rest],
            [each["task"] for each in self.chain],
        )
        if expected != got:
            return [*found, Difference("then", expected, got)]
        for wanted, sent in zip(rest, self.chain, strict=True):
            found += call_differences(wanted, sent["args"], sent["kwargs"], through_json)
        return found

    def option(self, name: str) -> Any:
        """What the message has for an option of ``apply_async``; None where it has none."""
        if name == "countdown":
            return self.eta
        if name in {"queue", "priority", "eta", "expires"}:
            return getattr(self, name)
        if name in {"link", "link_error"}:
            return self._body["embed"].get("callbacks" if name == "link" else "errbacks")
        if name in {"time_limit", "soft_time_limit"}:
            return (self._headers.get("timelimit") or (None, None))[name.startswith("soft")]
        if name == "headers":
            return self._headers
        if name == "serializer":
            return serializer_of(self._raw)
        if name in {"exchange", "routing_key"}:
            return self._raw["properties"]["delivery_info"].get(name)
        key = {"task_id": "id", "group_id": "group"}.get(name, name)
        return self._headers.get(key, self._raw["properties"].get(key))

    @property
    def _headers(self) -> dict[str, Any]:
        headers = self._raw.get("headers") or {}
        if "task" in headers:
            return dict(headers)
        with suppress(Exception):  # whatever a broken body raises, the worker tells of it
            return {**self._body, **headers}  # protocol 1 has all of it in the body
        return dict(headers)

    @cached_property
    def _raw(self) -> dict[str, Any]:
        from kombu.utils.json import loads

        found: dict[str, Any] = loads(self._message.raw)
        return found

    @cached_property
    def _body(self) -> dict[str, Any]:
        return body_of(self._raw)
