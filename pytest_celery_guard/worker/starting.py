"""Code that waits for a worker to start or to end: receivers of its signals."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from types import MethodType
from typing import Any, NamedTuple

from celery import signals

from pytest_celery_guard.basics.callers import LIBRARY, Place
from pytest_celery_guard.explain import starting
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.worker.contexts import run_elsewhere
from pytest_celery_guard.world.world import World

AT_START = ("celeryd_init", "worker_init", "worker_process_init", "worker_ready")
AT_END = ("worker_process_shutdown", "worker_shutdown")


class Handler(NamedTuple):
    """Code of the user's that waits for a signal of a worker."""

    signal: str
    call: Callable[..., object]

    @property
    def place(self) -> Place | None:
        """Where it is defined; None for a library's."""
        code = getattr(getattr(self.call, "__func__", self.call), "__code__", None)
        if code is None or LIBRARY.search(code.co_filename):
            return None
        return Place(code.co_filename, code.co_firstlineno)


class Starting:
    """Tells code that a worker starts, once, if that is chosen; Celery's own code is not told."""

    def __init__(self, world: World, consumer: Any) -> None:
        self._world = world
        self._consumer = consumer
        self._has_begun = False

    def begin(self) -> None:
        """Send what a worker sends when it starts, unless that is done."""
        if not self._has_begun:
            self._has_begun = True
            self._send(AT_START)

    def end(self) -> None:
        """Send what it sends when it ends, if it has begun."""
        if self._has_begun:
            self._has_begun = False
            self._send(AT_END)

    def hint(self, failures: str) -> str:
        """Where a task found nothing that a handler would have made: which one, and what to do."""
        if self._has_begun or not starting.misses_something(failures):
            return ""
        found = ((each.signal, each.place) for each in handlers(AT_START))
        return starting.not_sent([(name, place) for name, place in found if place])

    def _send(self, names: tuple[str, ...]) -> None:
        fields = self._fields()
        for handler in handlers(names):
            self._call(handler, fields[handler.signal])

    def _call(self, handler: Handler, fields: Mapping[str, Any]) -> None:
        try:
            run_elsewhere(handler.call, signal=None, **fields)
        except Exception as error:  # Celery logs it, and the worker goes on
            text = starting.failed(handler.signal, handler.place, error)
            self._world.failed_itself(text, error)

    def _fields(self) -> Mapping[str, dict[str, Any]]:
        controller = self._consumer.controller
        name, conf = controller.hostname, controller.app.conf
        return {
            "celeryd_init": {
                "sender": name,
                "instance": controller,
                "conf": conf,
                "options": {},
            },
            "worker_init": {"sender": controller},
            "worker_process_init": {"sender": name},
            "worker_ready": {"sender": self._consumer},
            "worker_process_shutdown": {"sender": None, "pid": os.getpid(), "exitcode": 0},
            "worker_shutdown": {"sender": controller},
        }


def handlers(names: tuple[str, ...]) -> Iterator[Handler]:
    """The receivers of these signals that are not Celery's own, in the order of the signals."""
    for name in names:
        for each in private.receivers_of(getattr(signals, name)):
            owner = each.__self__ if isinstance(each, MethodType) else each
            module = getattr(owner, "__module__", None) or type(owner).__module__
            if not str(module).startswith("celery."):
                yield Handler(name, each)
