"""Processes that check files, each at the end of a pipe.

``concurrent.futures`` has a thread beside each pool, which prints a traceback when the
processes are killed, and no way to kill them.
"""

from __future__ import annotations

import signal
from collections import deque
from contextlib import suppress
from multiprocessing import Pipe, Process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from flake8_celery_get.project.signals import held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from types import TracebackType

    from flake8_celery_get.cli.file_check import FileCheck
    from flake8_celery_get.cli.results import FileReport

    Work = Callable[[FileCheck, "Connection"], None]


class WorkerDied(Exception):
    """A process that has ended without an answer."""


class WorkerPool:
    """So many processes; as a context, they end with it: at once where it is left early.

    ``work`` is what each of them runs: it takes the check and its end of the pipe, answers
    each list of paths with a list of reports, and returns when it gets None.
    """

    def __init__(self, work: Work, check: FileCheck, jobs: int) -> None:
        self._processes: list[Process] = []
        self._pipes: list[Connection] = []
        try:
            with held(signal.SIGINT):  # until the work has begun
                for _ in range(jobs):
                    self._start(work, check)
        except BaseException:
            self._kill()
            raise

    def _start(self, work: Work, check: FileCheck) -> None:
        ours, theirs = Pipe()
        process = Process(target=work, args=(check, theirs), daemon=True)
        process.start()
        theirs.close()  # so that ours ends when the process does
        self._processes.append(process)
        self._pipes.append(ours)

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._kill()
            return
        try:
            for pipe in self._pipes:
                with suppress(ConnectionError):  # all answers are there
                    pipe.send(None)
            for process in self._processes:
                process.join()
        except BaseException:
            self._kill()
            raise

    def _kill(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()

    def reports(self, chunks: Iterable[Sequence[str]]) -> Iterator[FileReport]:
        """Yield the reports on all files, in order. Raises `WorkerDied`."""
        waiting = deque(enumerate(chunks))
        busy: dict[Connection, int] = {}
        done: dict[int, list[FileReport]] = {}
        told = 0
        try:
            for pipe in self._pipes:
                _give(pipe, waiting, busy)
            while busy:
                for pipe in _ready(busy):
                    done[busy.pop(pipe)] = pipe.recv()
                    _give(pipe, waiting, busy)
                while told in done:
                    yield from done.pop(told)
                    told += 1
        except (EOFError, ConnectionError):
            raise WorkerDied from None


def _ready(busy: dict[Connection, int]) -> list[Connection]:
    ready = set(wait(list(busy)))
    return [pipe for pipe in busy if pipe in ready]


def _give(
    pipe: Connection,
    waiting: deque[tuple[int, Sequence[str]]],
    busy: dict[Connection, int],
) -> None:
    """Send the next chunk, if there is one, to a process that has nothing to do."""
    if waiting:
        busy[pipe], chunk = waiting.popleft()
        pipe.send(chunk)
