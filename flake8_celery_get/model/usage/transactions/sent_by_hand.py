"""Django's signals that a project sends by itself, perhaps after the transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.source import words

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings


class SentByHand:
    """A model with a ``delete`` of its own, or one that is only marked as deleted."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._files: dict[str, list[str]] = {}

    def may_be(self, signal: str, senders: set[str]) -> bool:
        """Whether a file that sends ``signal`` names one of the models; any model if none."""
        if signal not in self._files:
            self._files[signal] = list(self._senders(signal))
        return any(
            not senders or words.mentioned(self._world.project.consult(path).text, senders)
            for path in self._files[signal]
        )

    def _senders(self, signal: str) -> Iterator[str]:
        sends = re.compile(rf"\b{signal}\.send(?:_robust)?\(")
        for path in self._world.project.mentioning({signal}):
            if self._world.is_test(path):
                continue
            if sends.search(self._world.project.consult(path).text):
                yield path
