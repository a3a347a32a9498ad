"""The shop of docs/guard.md as a project, and the servers of worker mode."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.guard_docs.conftest import AROUND, PAGE
from tests.guard_docs.page import files, write

REDIS = os.environ.get("WORKER_MODE_REDIS", "redis://127.0.0.1:6379/13")
RABBITMQ = os.environ.get("WORKER_MODE_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")
SERVERS = {
    "redis": (REDIS, REDIS),
    "rabbitmq": (RABBITMQ, REDIS),
}
"""Broker and result backend."""

OPTIONS = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:django")
SHOP = Path(__file__).with_name("shop.py")


class Outcome(NamedTuple):
    """What became of a test: passed, failed, error or skipped, and what pytest says of it."""

    kind: str
    text: str


Play = Callable[..., dict[str, Outcome]]


def listens(url: str) -> bool:
    """Whether something answers at the address of a server."""
    parts = urlsplit(url)
    port = parts.port or {"redis": 6379, "amqp": 5672}[parts.scheme]
    try:
        socket.create_connection((parts.hostname, port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(params=SERVERS)
def servers(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The options for a broker and a result backend that are there."""
    broker, backend = SERVERS[request.param]
    for url in (broker, backend):
        if not listens(url):
            pytest.skip(f"nothing listens at {url}")
    return f"--celery-guard-broker={broker}", f"--celery-guard-backend={backend}"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The folder of the shop."""
    write({**AROUND, **files(PAGE.read_text(encoding="utf-8"))}, tmp_path)
    write({"tests/test_shop.py": SHOP.read_text(encoding="utf-8")}, tmp_path)
    return tmp_path


def command(*arguments: str) -> list[str]:
    """How to run the tests of a project."""
    return [sys.executable, "-m", "pytest", *OPTIONS, *arguments]


@pytest.fixture
def play(shop: Path) -> Play:
    """Runs the shop's tests in a process of their own; tells each test's outcome."""

    return partial(outcomes_of, shop)


def outcomes_of(project: Path, *arguments: str) -> dict[str, Outcome]:
    """Run a project's tests in a process of their own; each test's outcome, by its name."""
    report = project / "report.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        command(f"--junitxml={report}", *arguments),
        cwd=project,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert report.exists(), done.stderr
    assert done.returncode in {0, 1}, f"{done.stdout}{done.stderr}"
    cases = ElementTree.parse(report).iter("testcase")
    return {case.attrib["name"]: outcome(case) for case in cases}


def outcome(case: ElementTree.Element) -> Outcome:
    """What a report says of one test."""
    kinds = {"failure": "failed", "error": "error", "skipped": "skipped"}
    for part in case:
        if part.tag in kinds:
            return Outcome(kinds[part.tag], f"{part.get('message')}\n{part.text}")
    return Outcome("passed", "")
