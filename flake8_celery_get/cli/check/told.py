"""What ``--verbose`` tells on stderr: what the run was, and what it went by."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flake8_celery_get.cli.terminal.counting import counted
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.project.files import root_of
from flake8_celery_get.project.kept.cache_files import CACHE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_celery_get.choices.configuration import Configuration
    from flake8_celery_get.options import Options


def told(
    said: Configuration, options: Options, files: Sequence[str], seconds: float
) -> Iterator[str]:
    """Yield the lines."""
    yield f"configuration: {shown_path(said.path) if said.path else 'none'}"
    yield f"baseline: {shown_path(options.baseline) if options.baseline else 'none'}"
    roots = sorted({root_of(os.path.dirname(path), options.top) for path in files})
    for root in roots:
        yield f"project: {shown_path(root)}"
        cache = options.cache_dir or os.path.join(root, CACHE_FOLDER)
        yield f"cache: {shown_path(cache) if options.cache else 'none'}"
    yield f"checked {counted(len(files), 'file')} in {seconds:.2f} s"
