"""Who wants to hear of calls while code is evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from flake8_celery_get.model.arguments import Given
    from flake8_celery_get.model.frame import Frame
    from flake8_celery_get.model.values import Value
    from flake8_celery_get.source import code


class Listener(Protocol):
    """Hears of each call, with the values of what is called and of its arguments."""

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated."""
