"""Due tasks run in random order: no broker and no set of workers promises any other."""

from __future__ import annotations

from random import SystemRandom

from pytest_celery_guard.errors import WrongOptionError

HIGHEST = 1_000_000
"""Seeds that are drawn are short enough to be typed."""


def seed_of(option: object) -> int | None:
    """The number that the option names, or a drawn one. Raises WrongOptionError."""
    if option is None:
        return None
    if option == "random":
        return SystemRandom().randrange(1, HIGHEST)
    if not str(option).isdigit():
        raise WrongOptionError(
            f"celery_guard's option seed is {option!r}, but it must be a number or random."
        )
    return int(str(option))
