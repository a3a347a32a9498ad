"""A name that an object does not have, and the one that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_celery_guard.basics.meant import closest, did_you_mean
from pytest_celery_guard.basics.wrong_calls import tell_wrong_calls


class CorrectsNames:
    """Says which of its names was probably meant, where it or a method has none of that name."""

    def __init_subclass__(cls) -> None:
        tell_wrong_calls(cls)

    # A type checker would take every name for a known one.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            __tracebackhide__ = True
            if hasattr(type(self), name):  # a property that has raised AttributeError
                return object.__getattribute__(self, name)
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(text + meant_by(name, dir(self)))


def meant_by(name: str, known: list[str]) -> str:
    """A hint at the public name that is close, if there is one."""
    public = [each for each in known if not each.startswith("_")]
    hint = did_you_mean(closest(name, public))
    return f".{hint}" if hint else ""
