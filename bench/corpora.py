"""Pinned source code to measure on: fetched once, checked, unpacked outside the repository.

``corpora.toml`` and ``large.toml`` list what there is. Packages come through pip, repositories
through git. Only files that a linter reads are unpacked.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath

# mypy looks at 3.10, where only the stand-in exists, and only if something brought it.
tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")

LIST = Path(__file__).with_name("corpora.toml")
LARGE = Path(__file__).with_name("large.toml")
SUFFIXES = frozenset({".py", ".toml", ".cfg", ".ini"})


class CorpusError(Exception):
    """A corpus that can't be had; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """One pinned project.

    ``version`` is a release, or a commit when ``repository`` is set.
    ``sha256`` is that of ``file``; git checks a commit by itself.
    ``read`` is what a reader went through: ``"all"`` that could be one, or ``"findings"`` alone.
    """

    name: str
    version: str
    kind: str
    file: str = ""
    sha256: str = ""
    repository: str = ""
    read: str = "all"

    @property
    def folder(self) -> Path:
        """Where it is unpacked."""
        return cache_folder() / f"{self.name}-{self.version[:12]}"


def cache_folder() -> Path:
    """Return the folder of all corpora: ``CELERY_GUARD_CORPORA``, else the user's cache."""
    default = Path.home() / ".cache" / "celery-guard" / "corpora"
    return Path(os.environ.get("CELERY_GUARD_CORPORA") or default)


def all_corpora() -> tuple[Corpus, ...]:
    """Return every corpus whose findings were reviewed, sorted by name."""
    return _listed(LIST)


def measured_corpora() -> tuple[Corpus, ...]:
    """Return the others too, which are only measured."""
    return (*all_corpora(), *_listed(LARGE))


def _listed(file: Path) -> tuple[Corpus, ...]:
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["corpus"]
    return tuple(sorted((Corpus(**entry) for entry in entries), key=lambda c: c.name))


def fetch(name: str) -> Path:
    """Return the folder with the source code of ``name``, downloading it the first time."""
    corpus = next((c for c in measured_corpora() if c.name == name), None)
    if corpus is None:
        raise CorpusError(f"no corpus named {name!r} in {LIST.name}")
    if not corpus.folder.is_dir():
        unfinished = corpus.folder.with_name(corpus.folder.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        fill = _check_out if corpus.repository else _unpack
        fill(corpus, unfinished)
        unfinished.rename(corpus.folder)
    return corpus.folder


def _unpack(corpus: Corpus, folder: Path) -> None:
    archive = cache_folder() / corpus.file
    if not archive.is_file():
        _download(corpus)
    if _digest(archive) != corpus.sha256:
        raise CorpusError(f"{archive} is not the pinned file: its sha256 differs")
    for path, data in _members(archive):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _digest(archive: Path) -> str:
    """The hash of a file, read in parts: processes that are measured later begin with our peak."""
    digest = hashlib.sha256()
    with archive.open("rb") as stream:
        while part := stream.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def _members(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    members = _wheel_members if archive.suffix == ".whl" else _sdist_members
    return ((path, data) for path, data in members(archive) if _is_wanted(path))


def _wheel_members(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    with zipfile.ZipFile(archive) as wheel:
        for entry in wheel.infolist():
            if PurePosixPath(entry.filename).suffix in SUFFIXES:
                yield PurePosixPath(entry.filename), wheel.read(entry)


def _sdist_members(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    with tarfile.open(archive) as sdist:
        for entry in sdist:
            stream = sdist.extractfile(entry) if entry.isreg() else None
            if stream is not None and PurePosixPath(entry.name).suffix in SUFFIXES:
                # The first part is "name-version".
                yield PurePosixPath(*PurePosixPath(entry.name).parts[1:]), stream.read()


def _is_wanted(path: PurePosixPath) -> bool:
    """Keep an archive from writing outside its folder."""
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _download(corpus: Corpus) -> None:
    kind = "--only-binary" if corpus.file.endswith(".whl") else "--no-binary"
    wanted = f"{corpus.name}=={corpus.version}"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        kind,
        ":all:",
    ]
    _run([*command, "--dest", str(cache_folder()), wanted])


def _check_out(corpus: Corpus, folder: Path) -> None:
    url = f"https://github.com/{corpus.repository}"
    git = ["git", "-C", str(folder), "-c", "core.symlinks=false"]
    _run([*git, "init", "--quiet"])
    _run([*git, "fetch", "--quiet", "--depth=1", url, corpus.version])
    _run([*git, "checkout", "--quiet", "FETCH_HEAD"])


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        output = getattr(error, "stderr", None) or str(error)
        last_line = output.strip().splitlines()[-1:]
        raise CorpusError(f"{command[0]} failed: {''.join(last_line)}") from error


if __name__ == "__main__":
    try:
        for wanted in sys.argv[1:] or [corpus.name for corpus in all_corpora()]:
            print(fetch(wanted))
    except CorpusError as error:
        sys.exit(str(error))
