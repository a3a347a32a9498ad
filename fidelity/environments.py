"""One environment for each release of Celery, kept in the user's cache."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from bench.corpora import cache_folder
from bench.processes import output
from fidelity.releases import Release


def python_for(release: Release) -> Path:
    """Return the interpreter of the release's environment, made the first time."""
    wanted = release.requirements
    digest = hashlib.blake2b("\n".join((sys.version, *wanted)).encode(), digest_size=4)
    name = f"celery-{release.celery}-{digest.hexdigest()}"
    folder = cache_folder().parent / "environments" / name
    python = folder / "bin" / "python"
    finished = folder / ".finished"
    if not finished.exists():
        here = Path.cwd()
        output([sys.executable, "-m", "venv", "--clear", str(folder)], here)
        pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        output([*pip, "install", *wanted], here)
        finished.touch()
    return python
