"""Which messages are retries, and of which run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_celery_guard.values.sent import Send


def sent_since(latest: Send | None, begun: Send | None) -> Send | None:
    """The last message of a task, unless its run had begun with that one."""
    return None if latest is begun else latest


def retries(headers: Mapping[str, Any], send: Send) -> int:
    """How often a task was retried before this message; protocol 1 tells it in the body."""
    found: int = (headers if "task" in headers else send.headers).get("retries") or 0
    return found
