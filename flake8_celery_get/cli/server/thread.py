"""The thread in which findings are made, one answer after the other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

STACK = 256 * 1024 * 1024
"""Bytes: long chains of calls are followed by recursion. Only what is used takes memory."""

T = TypeVar("T")


class Thread:
    """Runs one piece of work after the other."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1)

    async def result_of(self, work: Callable[[], T]) -> T:
        """What ``work`` returns, or raises."""
        before = threading.stack_size(STACK)
        try:
            future = self._executor.submit(work)  # the first one starts the thread
        finally:
            threading.stack_size(before)
        return await asyncio.wrap_future(future)
