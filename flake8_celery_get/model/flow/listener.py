"""Who wants to hear of what happens while code is evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.values import Value
    from flake8_celery_get.source import code


class Listener:
    """Hears of all that it has a method for; these do nothing."""

    def called(
        self, frame: Frame, function: Value, given: tuple[Given, ...], node: code.Call
    ) -> None:
        """A call was evaluated, with the values of what is called and of its arguments."""

    def joined(self, frame: Frame, left: Value, right: Value, node: code.Binary) -> None:
        """``left | right`` was evaluated."""

    def dropped(self, frame: Frame, value: Value, node: code.Expression) -> None:
        """An expression was evaluated whose value goes nowhere."""
