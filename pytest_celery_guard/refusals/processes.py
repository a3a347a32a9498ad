"""Keeps processes that a test starts from sending tasks: no worker of the test could run them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pytest_celery_guard.basics.restoring import Shared
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.private import fork_server
from pytest_celery_guard.private.environment import is_any_set
from pytest_celery_guard.refusals.guarded import Guarded
from pytest_celery_guard.refusals.methods import Refusing

NO_BROKER = "celery-guard-does-not-allow-other-processes-to-send-tasks://"
"""The broker of such a process. kombu has no such transport, and its error names it."""

BROKERS = ("CELERY_BROKER_URL", "CELERY_BROKER_READ_URL", "CELERY_BROKER_WRITE_URL")
"""Environment variables that win over an app's settings: celery.app.utils.Settings."""

STARTS = [each for each in ("execve", "posix_spawn", "posix_spawnp") if hasattr(os, each)]
"""What all functions of ``os`` and ``subprocess`` lead to that give a process its environment."""


def _refuse(undo: Undo) -> None:
    """Set what new processes inherit; ``os.environ``, which this one reads, stays as it is."""
    undo.callback(_put_back)
    for name in BROKERS:
        os.putenv(name, NO_BROKER)
    undo.callback(_change_fork_server)
    _change_fork_server()


def refusing() -> Iterator[Refusing]:
    """What starts processes with an environment of their own."""
    if isinstance(subprocess.Popen, type):  # it may be a mock, which starts nothing
        yield subprocess.Popen, "__init__", _refusing
    for name in STARTS:
        yield os, name, _refusing_in_third


def _refusing(start: Callable[..., None]) -> Callable[..., None]:
    """What starts a process; most code that gives it an environment takes ``os.environ`` for it."""

    def start_refusing(process: Any, *args: Any, **options: Any) -> None:
        if options.get("env") is not None and new_processes.members:
            options["env"] = without_broker(options["env"])
        start(process, *args, **options)

    return start_refusing


def _refusing_in_third(start: Callable[..., Any]) -> Callable[..., Any]:
    """The same of a function of ``os``, whose third argument is the environment."""

    def start_refusing(*args: Any, **options: Any) -> Any:
        path_and_arguments, given = args[:2], args[2:3]
        if not new_processes.members:
            return start(*args, **options)
        if "env" in options:
            options["env"] = without_broker(options["env"])
        return start(*path_and_arguments, *map(without_broker, given), **options)

    return start_refusing


def without_broker(environment: Any) -> Any:
    """An environment whose broker does not work; anything else is left to who reads it."""
    if not isinstance(environment, Mapping):
        return environment
    others = {k: v for k, v in environment.items() if os.fsdecode(k) not in BROKERS}
    return {**others, **dict.fromkeys(BROKERS, NO_BROKER)}


_other_server: dict[str, Any] = {}
"""The fork server of tests with the guard, or of those without it: the one that is not in use."""


def _change_fork_server() -> None:
    """Use another one: its processes have the environment with which it was started."""
    own = fork_server.state()
    if own or _other_server:  # most tests have neither
        fork_server.go_on_with(_other_server)
        _other_server.clear()
        _other_server.update(own)


def _put_back() -> None:
    for name in BROKERS:
        os.unsetenv(name)
    for name in BROKERS if is_any_set(BROKERS) else ():
        if name in os.environ:
            os.putenv(name, os.environ[name])


new_processes = Shared[Guarded](_refuse)
