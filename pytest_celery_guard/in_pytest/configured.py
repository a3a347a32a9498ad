"""What the ini file and the command line ask of a whole run. Imports no Celery by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_celery_guard.active import ACTIVE
from pytest_celery_guard.in_pytest.usage import check_run
from pytest_celery_guard.in_pytest.verdicts import give_verdicts
from pytest_celery_guard.option_table import option
from pytest_celery_guard.options.given import options_of
from pytest_celery_guard.options.table import REPORTING
from pytest_celery_guard.report.session import report

if TYPE_CHECKING:
    from pytest_celery_guard.handle.guard import CeleryGuard


def configure(config: pytest.Config) -> None:
    """Check the options, and give pytest the parts of the plugin that they ask for."""
    draw_seed(config)
    check_run(config)
    if option(config, "parity") or option(config, "parity_strict"):
        compare_with_eager_mode(config)
    if any(option(config, name) for name in REPORTING):
        report(config).read_options()


def draw_seed(config: pytest.Config) -> None:
    """Draw one for the whole run; a process of pytest-xdist takes that of the first one."""
    if option(config, "seed") == "random":
        from pytest_celery_guard.faults.reordering import seed_of

        told = getattr(config, "workerinput", {}).get("celery_guard_seed")
        config.option.celery_guard_seed = told or str(seed_of("random"))
        config.pluginmanager.register(OneSeed(), "celery_guard_seed")


class OneSeed:
    """The part of the plugin that tells the processes of pytest-xdist the seed."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell one of them."""
        node.workerinput["celery_guard_seed"] = node.config.option.celery_guard_seed


def compare_with_eager_mode(config: pytest.Config) -> None:
    """Run each test that sends a task twice."""
    from pytest_celery_guard.parity.session import Parity

    give_verdicts(config)
    parity = Parity(config, turn_on, strict=bool(option(config, "parity_strict")))
    config.pluginmanager.register(parity, "celery_guard_parity")


def turn_on(item: pytest.Item, app: Any) -> CeleryGuard:
    """Have the guard on, in its own eager mode, though the test does not ask for it."""
    from pytest_celery_guard.in_pytest.given import named_app
    from pytest_celery_guard.modes import eager

    options = options_of(item)
    options.pop("app", None)
    if name := option(item.config, "app"):
        named_app(item.config, name)  # a wrong name is told, though another app is compared
    item.stash[ACTIVE] = guard = eager.begin(item, app, options)
    return guard
