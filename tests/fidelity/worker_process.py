"""Real prefork workers in processes of their own: started, waited for, always ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.fidelity.stage import CASES, RUN, app

ROOT = CASES.parents[2]
START_SECONDS = 60
OPTIONS = ("--pool=prefork", "--without-gossip", "--without-mingle", "--without-heartbeat")

# One for harmless tasks, one for those that endanger it, one for the tuned app: the name of the
# worker and of its queue, its app, its processes.
WORKERS = (("plain", "app", 4), ("fragile", "app", 6), ("tuned", "tuned", 4))


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A worker that runs."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """End the worker and every process of its pool at once: nothing is left to be saved."""
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def start(name: str, app_name: str, queue: str, processes: int, log: Path) -> WorkerProcess:
    """Start a worker for one queue, without waiting for it."""
    host = f"{name}@fidelity"
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        f"tests.fidelity.real_worker:{app_name}",
    ]
    command += ["worker", *OPTIONS, f"--concurrency={processes}", f"--queues={queue}"]
    command += [f"--hostname={host}", "--loglevel=INFO"]
    # C_FORCE_ROOT: a container's root may run a worker that accepts pickle.
    environment = os.environ | {"FIDELITY_RUN": RUN, "C_FORCE_ROOT": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            # Ours until we end, however that happens: the worker notices and ends too.
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            # A group of its own lets stop() reach the pool's processes too.
            start_new_session=True,
        )
    return WorkerProcess(host, process, log)


def wait_for(workers: list[WorkerProcess]) -> None:
    """Return when every worker answers a ping; fail with its log if one doesn't."""
    deadline = time.monotonic() + START_SECONDS
    silent = {worker.name: worker for worker in workers}
    while silent:
        answers = app.control.ping(list(silent), timeout=1, limit=len(silent)) or []
        for name in {name for answer in answers for name in answer}:
            silent.pop(name, None)
        for worker in silent.values():
            if worker.process.poll() is not None or time.monotonic() > deadline:
                log = worker.log.read_text(errors="replace")[-4000:]
                raise RuntimeError(f"{worker.name} does not start:\n{log}")


@contextmanager
def running(logs: Path) -> Iterator[list[WorkerProcess]]:
    """Start all workers, and stop them in the end."""
    with ExitStack() as stack:
        workers = []
        for name, app_name, processes in WORKERS:
            worker = start(name, app_name, name, processes, logs / f"{name}.log")
            stack.callback(worker.stop)
            workers.append(worker)
        wait_for(workers)
        yield workers
