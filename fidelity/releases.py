"""The releases of Celery that are compared, and the tests that each of them brings along.

The tests are in the source distribution only. It comes through pip and is unpacked outside
the repository.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from bench.corpora import cache_folder, tomllib
from bench.processes import output

LIST = Path(__file__).with_name("releases.toml")
# Not celery/ itself: the tests must import the one that is installed.
UNPACKED = ("t/", "pyproject.toml")


class SourceError(Exception):
    """Tests that can't be had; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Release:
    """One pinned release; ``sha256`` is that of its source distribution."""

    celery: str
    sha256: str
    runs_on: tuple[str, ...]

    @property
    def minor(self) -> str:
        """The part of the version that users speak of: ``5.7``."""
        return self.celery.rpartition(".")[0]

    @property
    def requirements(self) -> tuple[str, ...]:
        """All that its environment is made of."""
        tools = tomllib.loads(LIST.read_text(encoding="utf-8"))["tools"]
        return (f"celery[redis]=={self.celery}", *self.runs_on, *tools)


def all_releases() -> tuple[Release, ...]:
    """Return the releases of the list, the oldest first."""
    entries = tomllib.loads(LIST.read_text(encoding="utf-8"))["release"]
    return tuple(
        Release(entry["celery"], entry["sha256"], tuple(entry["runs_on"]))
        for entry in entries
    )


def tests_of(release: Release) -> Path:
    """Return the folder with the tests of a release, downloading them the first time."""
    folder = cache_folder().parent / "fidelity" / f"celery-{release.celery}"
    if not folder.is_dir():
        unfinished = folder.with_name(folder.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        _unpack(_archive(release), unfinished)
        unfinished.rename(folder)
    return folder


def _archive(release: Release) -> Path:
    archive = cache_folder() / f"celery-{release.celery}.tar.gz"
    if not archive.is_file():
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        source = ["download", "--no-deps", "--no-binary", "celery", "--dest"]
        wanted = f"celery=={release.celery}"
        output([*pip, *source, str(archive.parent), wanted], Path.cwd())
    if hashlib.sha256(archive.read_bytes()).hexdigest() != release.sha256:
        raise SourceError(f"{archive} is not the pinned file: its sha256 differs")
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as sdist:
        for member in sdist:
            # The first part is "name-version".
            member.name = member.name.partition("/")[2]
            if member.name.startswith(UNPACKED):
                sdist.extract(member, folder, filter="data")
