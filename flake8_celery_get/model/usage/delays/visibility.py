"""How long a broker waits for a message's acknowledgement before it delivers it once more.

https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#visibility-timeout
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.answers import SetTo

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import App, Apps

_DEFAULTS = {"redis": 3600, "rediss": 3600, "sentinel": 3600, "sqs": 1800}
"""The time in seconds, by the scheme of the broker's URL: kombu's own defaults."""

_WORD = "visibility_timeout"
_SAID = re.compile(rf"""\b{_WORD}["']?\]?\s*[:=]\s*([\d_][\d_ *]*)(?=[,}}\)\n#])""")
_MENTIONED = re.compile(rf"^(?!\s*#).*\b{_WORD}\b", re.MULTILINE)


class Visibility:
    """The visibility timeouts of the apps of a project."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps

    def of(self, app: App) -> int | None:
        """The seconds for an app; None where the broker has no such time, or nobody can tell."""
        scheme = self._scheme(app)
        if self._is_mentioned:
            return self._said if scheme is None or scheme in _DEFAULTS else None
        return _DEFAULTS.get(scheme or "")

    def any(self) -> bool:
        """Whether some app has one at all."""
        return any(self.of(app) is not None for app in self._apps)

    def _scheme(self, app: App) -> str | None:
        broker = app.setting("broker_url")
        if not isinstance(broker, SetTo) or not isinstance(broker.value, str):
            return None
        return broker.value.partition("://")[0]

    @cached_property
    def _texts(self) -> list[str]:
        world = self._apps.world
        return [
            world.project.consult(path).text
            for path in world.project.mentioning({_WORD})
            if not world.is_test(path)
        ]

    @cached_property
    def _is_mentioned(self) -> bool:
        return any(map(_MENTIONED.search, self._texts))

    @cached_property
    def _said(self) -> int | None:
        """The longest time that is written out; None where one is not."""
        found = [match[1] for text in self._texts for match in _SAID.finditer(text)]
        mentions = sum(len(_MENTIONED.findall(text)) for text in self._texts)
        if not found or len(found) != mentions:
            return None
        return max(map(_product, found))


def _product(text: str) -> int:
    result = 1
    for part in text.split("*"):
        digits = part.strip().replace("_", "")
        result *= int(digits) if digits else 1
    return result
