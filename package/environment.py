"""Environments, and commands that are run in them."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

# What a shell of this checkout's developer may have set.
_OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CI", "GITHUB_ACTIONS")


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @classmethod
    def empty(cls, folder: Path) -> Environment:
        """Make one without even pip, which takes the most time."""
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
        return cls(folder)

    @property
    def tools(self) -> Path:
        """Where its commands are."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def install(self, *requirements: str) -> None:
        """Install as a user would, from the package index."""
        pip = (sys.executable, "-m", "pip", "--python", str(self.tools / "python"))
        # Compiling takes longer than all else, and most modules are never imported.
        quiet = ("--quiet", "--disable-pip-version-check", "--no-compile")
        run(*pip, "install", *quiet, *requirements)

    def has(self, module: str) -> bool:
        """Tell whether a module can be imported there."""
        code = (
            f"import importlib.util as u; raise SystemExit(u.find_spec('{module}') is None)"
        )
        return self.run("python", "-I", "-c", code).returncode == 0

    def run(
        self, command: str, *arguments: str, folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its commands, whatever it returns."""
        return run(str(self.tools / command), *arguments, folder=folder, fails=True)


def run(
    *command: str,
    folder: Path | None = None,
    fails: bool = False,
    paths: tuple[Path, ...] = (),
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command; it must succeed unless it may fail. ``paths`` come first in PATH."""
    path = os.pathsep.join([*map(str, paths), os.environ["PATH"]])
    inherited = {name: value for name, value in os.environ.items() if name not in _OURS}
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        nobody |= {f"GIT_{role}_NAME": "Ann", f"GIT_{role}_EMAIL": "ann@example.org"}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**inherited, **nobody, "NO_COLOR": "1", "PATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert fails or done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done
