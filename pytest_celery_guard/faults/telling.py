"""A fault as the test wrote it, for the account of a test that fails."""

from __future__ import annotations

from pytest_celery_guard.turns.choosing import listed, names_of


def told(method: str, what: object = None, **options: object) -> str:
    """The call: ``lose_worker(proj.tasks.charge, when='after')``."""
    given = [name for each in listed(what) for name in names_of(each)] if what else []
    given += [f"{name}={value!r}" for name, value in options.items()]
    return f"{method}({', '.join(given)})"
