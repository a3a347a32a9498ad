"""What pytest has collected: whether a test has the guard. Imports no Celery unless one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_celery_guard.in_pytest.usage import asks, check_names, note_marks_in_vain
from pytest_celery_guard.in_pytest.verdicts import give_verdicts
from pytest_celery_guard.option_table import option

if TYPE_CHECKING:
    import pytest

AROUND = "celery_guard_around"


def prepare(config: pytest.Config, items: list[pytest.Item]) -> None:
    """See to the fixtures around the tests, and to the markers, where any test has the guard."""
    give_verdicts(config)
    note_marks_in_vain(config, items)
    if option(config, "scope") == "session" or any(map(asks, items)):
        check_names(config)
        see_to_fixtures(config)


def see_to_fixtures(config: pytest.Config) -> None:
    """Give pytest the part of the plugin that sees the fixtures around the tests, once."""
    from pytest_celery_guard.in_pytest.around import Around

    if not config.pluginmanager.hasplugin(AROUND):
        config.pluginmanager.register(Around(config), AROUND)
