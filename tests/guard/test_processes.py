"""Processes that a test starts can't send tasks: neither to the real broker, nor into nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from unittest.mock import MagicMock

import pytest
from celery import Celery

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.refusals.processes import BROKERS, NO_BROKER

SEND = """
from celery import Celery
Celery("shop", broker="redis://nowhere.invalid/0").send_task("add", (1,))
"""

SHOW = "import os; print(os.environ.get('CELERY_BROKER_URL'))"


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def shown() -> str:
    return python(SHOW).stdout.strip()


def send(add: Any, pipe: Connection) -> None:
    try:
        add.delay(1)
    except AssertionError as error:
        pipe.send(str(error))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.* is multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_process_is_told_that_nobody_hears_it(app: Any, add: Any) -> None:
    context = get_context("fork")
    ours, theirs = context.Pipe()
    with CeleryGuard(app) as guard:
        process = context.Process(target=send, args=(add, theirs))
        process.start()
        process.join()
        assert ours.poll(), "it was sent"
        assert "in a process that the test has forked" in ours.recv()
        assert guard.sent == []


@pytest.mark.parametrize("env", [{**os.environ}, {"PATH": os.environ["PATH"]}])
def test_a_process_that_is_given_an_environment_reaches_no_broker(
    app: Any, env: dict[str, str]
) -> None:
    command = [sys.executable, "-c", SEND]
    with CeleryGuard(app):
        ended = subprocess.run(command, capture_output=True, text=True, env=env)
    assert "No such transport: celery-guard-does-not-allow-other-proc" in ended.stderr
    assert "CELERY_BROKER_URL" not in env
    command = [sys.executable, "-c", SHOW]
    ended = subprocess.run(command, capture_output=True, text=True, env=env)
    assert "celery-guard" not in ended.stdout


def spawned(env: Any) -> int:
    return os.posix_spawn(sys.executable, [sys.executable, "-c", SEND], env)


def spawned_by_name(env: Any) -> int:
    return os.posix_spawnp(sys.executable, [sys.executable, "-c", SEND], env)


def started(env: Any) -> int:
    return os.spawnve(os.P_NOWAIT, sys.executable, [sys.executable, "-c", SEND], env)


def forked(env: Any) -> int:
    process = os.fork()
    if not process:
        os.execve(sys.executable, [sys.executable, "-c", SEND], env=env)
    return process


def without_closed_files(env: Any) -> int:
    """subprocess then uses ``posix_spawn``, which takes ``os.environ`` for what is not given."""
    command = [sys.executable, "-c", SEND]
    process = subprocess.Popen(command, env=env, close_fds=False)
    return process.pid


@pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="no such function here")
@pytest.mark.filterwarnings("ignore:.* is multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
@pytest.mark.parametrize(
    "start", [spawned, spawned_by_name, started, forked, without_closed_files]
)
@pytest.mark.parametrize(
    "env", [os.environ, {"PATH": "/usr/bin"}, {b"CELERY_BROKER_URL": b"redis://"}]
)
def test_a_process_of_the_systems_own_functions_reaches_no_broker(
    app: Any, env: Any, start: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    with CeleryGuard(app):
        os.waitpid(start(env), 0)
    assert (
        "No such transport: celery-guard-does-not-allow-other-proc"
        in capfd.readouterr().err
    )


def test_the_systems_functions_are_put_back(app: Any) -> None:
    before = os.execve, os.posix_spawn
    with CeleryGuard(app):
        pass
    assert (os.execve, os.posix_spawn) == before


def test_a_test_may_have_a_mock_in_place_of_processes(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", MagicMock())
    with CeleryGuard(app):
        subprocess.Popen(["never"], env={})


def test_a_new_process_reaches_no_broker(app: Any) -> None:
    with CeleryGuard(app):
        ended = python(SEND)
    assert ended.returncode == 1
    assert "No such transport: celery-guard-does-not-allow-other-proc" in ended.stderr


def test_this_process_sees_nothing_of_it(app: Any) -> None:
    with CeleryGuard(app):
        assert not set(BROKERS) & os.environ.keys()
        assert Celery("other", broker="redis://", set_as_current=False).conf.broker_url == (
            "redis://"
        )


def test_it_ends_with_the_last_guard(app: Any) -> None:
    other = Celery("other", broker="redis://", set_as_current=False)
    with CeleryGuard(app):
        with CeleryGuard(other):
            assert shown() == NO_BROKER
        assert shown() == NO_BROKER
    assert shown() == "None"


def test_a_variable_of_the_user_s_is_put_back(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://elsewhere")
    with CeleryGuard(app):
        assert shown() == NO_BROKER
    assert shown() == "redis://elsewhere"


def test_where_a_broker_is_allowed_processes_may_reach_it(app: Any) -> None:
    with CeleryGuard(app, allow_broker=True):
        assert shown() == "None"


SHOWN = "CELERY_BROKER_URL"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork server here")
def test_a_fork_server_is_one_of_tests_with_the_guard_or_of_others(app: Any) -> None:
    def seen() -> str | None:
        with get_context("forkserver").Pool(1) as pool:
            return pool.apply(os.getenv, (SHOWN,))

    assert seen() is None
    for _ in range(2):
        with CeleryGuard(app):
            assert seen() == NO_BROKER
        assert seen() is None
