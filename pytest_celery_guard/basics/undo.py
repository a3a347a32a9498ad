"""What is to be done at the end, the latest first: an ExitStack that costs a third."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Step = tuple[Callable[..., object], tuple[Any, ...], Mapping[str, Any]]


class Undo:
    """Calls back when it is closed; if one call fails, the others are made all the same."""

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def __enter__(self) -> Undo:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def callback(self, call: Callable[..., object], *args: Any, **options: Any) -> None:
        """Call this at the end."""
        self._steps.append((call, args, options))

    def pop_all(self) -> Undo:
        """Hand all over to another one, and have nothing to do."""
        other = Undo()
        other._steps, self._steps = self._steps, []
        return other

    def close(self) -> None:
        """Do all of it now, the latest first."""
        steps = self._steps
        try:
            while steps:
                call, args, options = steps.pop()
                call(*args, **options)
        finally:
            if steps:
                self.close()
