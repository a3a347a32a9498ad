"""A project in a folder of its own, and both fronts to check it with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tests.forks.client import LINTER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WAITS = """\
from celery import shared_task


@shared_task
def add(x, y):
    return x + y


@shared_task
def total(x):
    return add.delay(x, 1).get()
"""
WAIT_LINE = 11
HELPER = """\
from celery.result import AsyncResult


def fetch(result: AsyncResult):
    return result.get()
"""
SCRIPT = """\
from helper import fetch


def export(result):
    print(fetch(result))
"""
"""Who else calls the helper: so a finding stands on the call, not in it."""

FINE = "answer = 42\n"


@dataclass(frozen=True)
class Run:
    """What a finished process has said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Project:
    folder: Path

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        octets = content.encode() if isinstance(content, str) else content
        path.write_bytes(octets)
        return path

    def guard(self, *arguments: str, **environment: str) -> Run:
        command = ("-m", "flake8_celery_get", *arguments)
        return self.python(*command, environment=environment)

    def flake8(self, *arguments: str, stdin: bytes = b"") -> Run:
        return self.python("-m", "flake8", *arguments, stdin=stdin)

    def guard_places(self, *arguments: str) -> list[str]:
        """Return ``path:line:column code`` of each finding of the command."""
        found = self.guard("check", "--output-format=json", *arguments).json["findings"]
        return sorted(f"{f['path']}:{f['line']}:{f['column']} {f['code']}" for f in found)

    def flake8_places(self, *arguments: str) -> list[str]:
        """Return ``path:line:column code`` of each of our findings in flake8's report."""
        lines = self.flake8("--select=CEL", *arguments).out.splitlines()
        words = [line.removeprefix("./").split(maxsplit=2) for line in lines]
        return sorted(f"{place[:-1]} {code}" for place, code, _ in words)

    def python(
        self,
        *arguments: str,
        stdin: bytes = b"",
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> Run:
        done = LINTER.run(arguments, self.folder, environment, stdin)
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
