"""One worker at one address for the length of a run: started when a test needs it."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_celery_guard.app.place import place_of
from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.real_worker.attachment import RealAttachment
from pytest_celery_guard.real_worker.out_of_reach import task_modules
from pytest_celery_guard.real_worker.processes.address import Address
from pytest_celery_guard.real_worker.processes.journal import Journal
from pytest_celery_guard.real_worker.processes.process import WorkerProcess
from pytest_celery_guard.real_worker.processes.results import Asking
from pytest_celery_guard.real_worker.processes.servers import check_answers, clean

POLL = 0.05
"""Seconds between two looks at a worker that comes to rest."""

REST_SECONDS = 5
"""How long that may take: Redis answers within a second."""

ANSWER_SECONDS = 30
"""How long an idle worker may take to answer on a busy machine."""


class Run:
    """An app, an address, a journal, and the worker that serves them."""

    def __init__(self, app: Any, address: Address) -> None:
        check_answers(address)
        self.app = app
        self.address = address
        self._folder = tempfile.TemporaryDirectory(prefix="celery-guard-")
        folder = Path(self._folder.name)
        self.journal = Journal(folder / "journal")
        self.attachment = RealAttachment(app, address, self.journal)
        self._log = folder / "worker.log"
        self._process: WorkerProcess | None = None
        self._plan: dict[str, Any] = {}
        self._queues: set[str] = set()
        self._count = 0

    def start(self, conf: dict[str, Any]) -> None:
        """Have a worker that knows all tasks, and has these settings: a new one if need be."""
        plan = self._planned(conf)
        if self.is_up and plan == self._plan:
            return
        if self.is_up:
            with suppress(GuardError):  # one that does not answer is ended all the same
                self._hand_over()
        self.stop()
        self._count += 1
        name = f"{self.address.prefix}{self._count}@guard"
        self._process = WorkerProcess(plan, name, self._log)
        self._plan = plan
        try:
            self._process.wait(self.app)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the worker."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    @property
    def is_up(self) -> bool:
        """Whether a worker was started and runs."""
        return self._process is not None and not self._process.has_ended()

    def listen(self, queues: set[str]) -> None:
        """Let the worker take messages from these queues only."""
        self._queues |= queues
        self._ask("celery_guard_listen", queues=sorted(queues))

    def busy(self) -> dict[str, Any]:
        """What the worker does, and what waits in it."""
        return self._ask("celery_guard_busy")

    def clear(self, task_ids: Iterable[str]) -> None:
        """Empty the queues, drop what the worker keeps, and delete these tasks' results."""
        if self.is_up:
            try:
                self._ask("celery_guard_forget")
            except BaseException:
                self.stop()
                raise
        with self.app.connection_for_write() as connection:
            for queue in self._queues:
                with suppress(
                    connection.channel_errors
                ):  # of a queue that is not there yet
                    connection.channel().queue_purge(queue)
        backend = self.attachment.backend
        if isinstance(backend, Asking):
            for task_id in task_ids:
                backend.delete(backend.get_key_for_task(task_id))

    def lacks(self) -> list[str]:
        """The environment variables of this process that the worker does not have."""
        return self._process.lacks() if self._process else []

    def log(self) -> str:
        """The end of the worker's log."""
        return self._process.tail() if self._process else ""

    def close(self) -> None:
        """End the worker, and remove all names of the run from both servers."""
        self.stop()
        clean(self.address, self._queues)
        self.attachment.dispose()
        self.journal.close()
        self._folder.cleanup()

    def _hand_over(self) -> None:
        """Wait until no message can be lost with the worker that has it."""
        deadline = time.monotonic() + REST_SECONDS
        while not self._ask("celery_guard_hand_over")["rests"]:
            if time.monotonic() > deadline:
                return
            time.sleep(POLL)

    def _planned(self, conf: dict[str, Any]) -> dict[str, Any]:
        modules = [
            (each.__name__, getattr(each, "__file__", None))
            for each in task_modules(self.app)
        ]
        return {
            "app": place_of(self.app),
            "modules": modules,
            "databases": databases(),
            "settings": self.address.settings(self.app.conf),
            "conf": conf,
            "journal": str(self.journal.path),
            "address": asdict(self.address),
        }

    def _ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        assert self._process is not None
        answers = self.app.control.broadcast(
            command,
            arguments=arguments,
            destination=[self._process.name],
            reply=True,
            limit=1,
            timeout=ANSWER_SECONDS,
        )
        if not answers:
            raise GuardError(f"celery_guard's worker does not answer:\n{self.log()}")
        answer: dict[str, Any] = answers[0][self._process.name]
        if "error" in answer:
            raise GuardError(f"celery_guard's worker can't do it: {answer['error']}")
        return answer


def databases() -> dict[str, str | None]:
    """The names of Django's test databases; None for one that is not a test's."""
    if "django.db" not in sys.modules:
        return {}
    from django.conf import settings

    if not settings.configured:
        return {}
    from django.db import connections

    return {alias: test_database(connections[alias].settings_dict) for alias in connections}


def test_database(settings: Any) -> str | None:
    """The name of a database if Django's test runner made it, outside this process's memory."""
    from django.db.backends.base.creation import TEST_DATABASE_PREFIX

    name = str(settings["NAME"])
    is_test = name == settings["TEST"]["NAME"] or name.startswith(TEST_DATABASE_PREFIX)
    return name if is_test else None
