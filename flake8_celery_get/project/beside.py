"""The files beside the code that programs get settings from: ``.env``, ``compose.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flake8_celery_get.project.files import files_beside
from flake8_celery_get.project.texts import read_bytes
from flake8_celery_get.source.words import encoded

_SETTINGS_OF_AIRFLOW = re.compile(rb"AIRFLOW__\w+")
"""Airflow runs a Celery app of its own; no other app reads these variables."""


class Beside:
    """Those of one project; ``stamps`` is None until findings depend on them."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.stamps: dict[str, list[int]] | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has changed that findings depend on."""
        return self.stamps is None or self.stamps == files_beside(self._root)

    def mention(self, names: set[str]) -> bool:
        """Whether one of the files holds one of ``names``."""
        return any(self.mentioning(names))

    def mentioning(self, names: set[str]) -> Iterator[str]:
        """The files that hold one of ``names``."""
        self.stamps = files_beside(self._root)
        words = list(map(encoded, names))
        for path in self.stamps:
            octets = _SETTINGS_OF_AIRFLOW.sub(b"", read_bytes(path) or b"")
            if any(word in octets for word in words):
                yield path

    def text(self, path: str) -> str:
        """The text of one of the files."""
        return (read_bytes(path) or b"").decode(errors="replace")
