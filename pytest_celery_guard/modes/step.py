"""Tasks run in the test's thread, when the test says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from unittest import TestCase

import pytest

from pytest_celery_guard.commits import hooks
from pytest_celery_guard.handle.attach import Attachment
from pytest_celery_guard.handle.guard import CeleryGuard
from pytest_celery_guard.handle.steps import Steps
from pytest_celery_guard.options.settings import check_options
from pytest_celery_guard.worker.consumer import hostname_of

ATTACHED: pytest.StashKey[dict[int, Attachment]] = pytest.StashKey()
"""What was built for each app, by its id, for the length of the run."""


def begin(
    item: pytest.Item, app: Any, options: dict[str, Any], *, eager: bool = False
) -> CeleryGuard:
    """A guard that is on."""
    check_options(options)
    attachment = attachment_of(item.config, app, options.get("hostname", ""))
    engine = Steps(app, attachment=attachment)
    guard = CeleryGuard(app, eager=eager, engine=engine, **options)
    guard.enter()
    mind_hooks(item, guard)
    return guard


def mind_hooks(item: pytest.Item, guard: CeleryGuard) -> None:
    """Give a TestCase the guard, and see to the hooks that wait for a commit."""
    instance = getattr(item, "instance", None)
    if isinstance(instance, TestCase):
        instance.celery_guard = guard  # type: ignore[attr-defined]
        instance.addCleanup(guard.keep_hooks)
    else:
        hooks.adopt()


def attachment_of(config: pytest.Config, app: Any, hostname: str = "") -> Attachment:
    """What stands in for this app: built for the first test that needs it.

    It is built anew for another name of the worker.
    """
    attached = _attached(config)
    found = attached.get(id(app))
    if found is None or found.hostname != hostname_of(hostname):
        forget(config, [app])
        attached[id(app)] = found = Attachment(app, hostname)
    return found


def forget(config: pytest.Config, apps: Iterable[Any]) -> None:
    """Drop what stands in for apps that are of no use to later tests."""
    attached = _attached(config)
    for app in apps:
        if id(app) in attached:
            attached.pop(id(app)).dispose()


def _attached(config: pytest.Config) -> dict[int, Attachment]:
    """What was built; the workers among it end with the run."""
    if ATTACHED not in config.stash:
        config.stash[ATTACHED] = {}
        config.add_cleanup(lambda: _end_workers(config))
    return config.stash[ATTACHED]


def _end_workers(config: pytest.Config) -> None:
    for attachment in config.stash[ATTACHED].values():
        attachment.end_worker()
