"""One environment for each plugin: flake8 and pytest load whatever is installed beside them.

All are built from the pins of ``requirements/bench.txt`` and kept in the user's cache.
Ours gets a wheel of the working tree in each run: what a user would install, and safe
from edits while the measuring goes on.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.corpora import cache_folder
from bench.processes import output

REPOSITORY = Path(__file__).parent.parent
LOCK = REPOSITORY / "requirements" / "bench.txt"
PIN = re.compile(r"^[\w.-]+==[^\\]+", re.MULTILINE)

OURS = "celery-guard"
OTHERS = ("flake8-bugbear", "flake8-pie", "flake8-async")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment with flake8 and at most one plugin."""

    folder: Path

    def command(self, name: str) -> str:
        """Return the path of an installed command."""
        return str(self.folder / "bin" / name)


@cache
def plain() -> Environment:
    """Return the environment with flake8 alone."""
    return _built("plain", "flake8")


def with_plugin(distribution: str) -> Environment:
    """Return the environment with flake8 and another project's plugin."""
    return _built(distribution, "flake8", distribution)


@cache
def ours() -> Environment:
    """Return the environment with flake8 and a fresh wheel of the working tree."""
    return _with_wheel(_built(OURS, "flake8", "libcst"))


@cache
def unguarded() -> Environment:
    """Return the environment with pytest and Celery alone."""
    return _built("pytest", "pytest", "celery")


@cache
def guarded() -> Environment:
    """Return the environment with pytest, Celery and a fresh wheel of the working tree."""
    return _with_wheel(_built("pytest-celery-guard", "pytest", "celery"))


def pins() -> dict[str, str]:
    """Return the version of each pinned distribution, for this Python."""
    from packaging.requirements import Requirement

    wanted = [Requirement(pin) for pin in PIN.findall(LOCK.read_text(encoding="utf-8"))]
    return {
        requirement.name: str(requirement.specifier).removeprefix("==")
        for requirement in wanted
        if requirement.marker is None or requirement.marker.evaluate()
    }


def _with_wheel(environment: Environment) -> Environment:
    with tempfile.TemporaryDirectory() as folder:
        _pip(
            sys.executable,
            "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, str(REPOSITORY),
        )  # fmt: skip
        (wheel,) = Path(folder).glob("*.whl")
        _pip(
            environment.command("python"),
            "install", "--no-deps", "--no-index", "--force-reinstall", str(wheel),
        )  # fmt: skip
    return environment


def _built(name: str, *distributions: str) -> Environment:
    versions = "\n".join(f"{name}=={version}" for name, version in pins().items())
    digest = hashlib.blake2b(f"{sys.version}\n{versions}".encode(), digest_size=4)
    folder = cache_folder().parent / "environments" / f"{name}-{digest.hexdigest()}"
    finished = folder / ".finished"
    if not finished.exists():
        output([sys.executable, "-m", "venv", "--clear", str(folder)], REPOSITORY)
        constraints = folder / "constraints.txt"
        constraints.write_text(versions + "\n", encoding="utf-8")
        python = str(folder / "bin" / "python")
        _pip(python, "install", "--constraint", str(constraints), *distributions)
        finished.touch()
    return Environment(folder)


def _pip(python: str, action: str, *arguments: str) -> None:
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    output([*pip, action, *arguments], REPOSITORY)
