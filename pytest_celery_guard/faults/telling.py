"""A fault as the test wrote it, for the account of a test that fails."""

from __future__ import annotations

from pytest_celery_guard.errors import WrongOptionError
from pytest_celery_guard.turns.choosing import listed, names_of


def told(method: str, what: object = None, **options: object) -> str:
    """The call: ``lose_worker(proj.tasks.charge, when='after')``."""
    given = [name for each in listed(what) for name in names_of(each)] if what else []
    given += [f"{name}={value!r}" for name, value in options.items()]
    return f"{method}({', '.join(given)})"


def check_count(method: str, name: str, value: object, least: int) -> None:
    """Raise WrongOptionError for what is no number of times."""
    __tracebackhide__ = True
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise WrongOptionError(
            f"{method}({name}={value!r}): it must be a whole number, {least} or more."
        )
