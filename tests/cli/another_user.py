"""Runs of the command by a user who may not do everything, also where tests run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache

from tests.cli.project import Project, Run

NOBODY = 65534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


def _prefix() -> tuple[str, ...]:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return AS_NOBODY if is_root else ()


@cache
def obstacle() -> str:
    """Why nobody but root can run the command here; empty where others can."""
    if os.name == "nt":
        return "Windows has no such users"
    if _prefix() and shutil.which("setpriv") is None:
        return "setpriv is not there"
    probe = (*_prefix(), sys.executable, "-c", "import flake8_celery_get, libcst")
    done = subprocess.run(probe, capture_output=True, cwd="/")
    return "others may not run this Python" if done.returncode else ""


class OwnProject(Project):
    """A project of that user."""

    def own(self) -> None:
        """Give them all that was written so far."""
        if _prefix():
            for path in (self.folder, *self.folder.rglob("*")):
                os.lchown(path, NOBODY, NOBODY)

    def guard(self, *arguments: str, **environment: str) -> Run:
        return self.run("-m", "flake8_celery_get", *arguments)

    def run(self, *arguments: str) -> Run:
        done = subprocess.run(
            (*_prefix(), sys.executable, *arguments),
            cwd=self.folder,
            capture_output=True,
            timeout=60,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
