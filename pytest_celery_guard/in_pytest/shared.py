"""Guards that are on for several tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import TestCase

import pytest

from pytest_celery_guard.errors import GuardError
from pytest_celery_guard.handle.guard import CeleryGuard
from pytest_celery_guard.handle.steps import Steps
from pytest_celery_guard.in_pytest.reach import SCOPES, scope_of_node
from pytest_celery_guard.modes.step import attachment_of
from pytest_celery_guard.private import pytest as private_pytest
from pytest_celery_guard.real_worker.skipping import needs_step_mode

SHARED: pytest.StashKey[dict[CeleryGuard, Any]] = pytest.StashKey()
"""Those that are on now, and the class, the module or the session that each of them is for."""

PARTS: pytest.StashKey[list[pytest.FixtureRequest]] = pytest.StashKey()
"""The fixtures that have turned them and their parts on, the latest last."""


def shared(config: pytest.Config) -> dict[CeleryGuard, Any]:
    """The guards that are on for several tests, and the nodes that they are for."""
    return config.stash.setdefault(SHARED, {})


def shared_for(config: pytest.Config, app: Any) -> CeleryGuard | None:
    """The one for an app; None if there is none."""
    return next((each for each in shared(config) if each.app is app), None)


@contextmanager
def noted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Know the fixture that has turned on a guard, or a part of one, for as long as it is on."""
    parts = request.config.stash.setdefault(PARTS, [])
    parts.append(request)
    try:
        yield
    finally:
        parts.remove(request)


def end_narrower_parts(scope: str, config: pytest.Config) -> None:
    """End the parts that a fixture of this scope is no part of, before it is set up or torn down.

    What it sends would go with them, but it is there for later tests, too. pytest turns them on
    again for the next fixture that is in them. A part that the test uses already goes on.
    """
    if not (parts := config.stash.get(PARTS, [])) or scope == "function":
        return
    own, nodes = SCOPES.index(scope), shared(config).values()
    if any(SCOPES.index(scope_of_node(node)) >= own for node in nodes):
        for each in reversed(parts):
            if SCOPES.index(each.scope) < own and not private_pytest.is_used(each):
                private_pytest.finish(each)


def end_with_part(request: pytest.FixtureRequest) -> None:
    """Let a fixture end with the part that it is set up in: later ones don't know what it sends."""
    for part in request.config.stash.get(PARTS, [])[-1:]:
        if part.scope != "session":
            private_pytest.finish_with(part, request)


def check_wider(node: Any, outer: CeleryGuard) -> None:
    """Raise GuardError where the guard that is on ends before the one that is asked for."""
    of_outer = shared(node.config)[outer]
    if of_outer not in node.listchain():
        scope, has = (type(each).__name__.lower() for each in (node, of_outer))
        raise GuardError(
            f"A guard for a {scope} is requested while one for a {has} is enabled:"
            f" {of_outer.nodeid}. It can't be extended. Request the fixture that needs it by name"
            f" in a test of this {has}, or set celery_guard_scope = {scope}."
        )


@contextmanager
def turned_on(
    node: Any, app: Any, options: dict[str, Any], *, eager: bool
) -> Iterator[CeleryGuard]:
    """Have a guard on for all tests of a class, a module or the session.

    What is sent there is there at the beginning of each test. Raises GuardError, at the end, for
    what is left behind.
    """
    check_mode(options)
    eager = eager or options.get("mode") == "eager"
    if outer := shared_for(node.config, app):
        check_wider(node, outer)
    begun = part_of(outer, eager, options) if outer else whole(node, app, eager, options)
    with begun as guard, given_to_class(node, guard):
        yield guard
        guard.verify()


@contextmanager
def given_to_class(node: Any, guard: CeleryGuard) -> Iterator[None]:
    """Let ``setup_class``, ``setUpClass`` and ``setUpTestData`` find the guard on the class."""
    kind = getattr(node, "obj", None)
    is_free = isinstance(kind, type) and (
        issubclass(kind, TestCase) or not hasattr(kind, "celery_guard")
    )
    if is_free:
        kind.celery_guard = guard  # type: ignore[union-attr]
    try:
        yield
    finally:
        if is_free:
            del kind.celery_guard  # type: ignore[union-attr]


def check_mode(options: dict[str, Any]) -> None:
    """Skip the test, or all of them, where a real worker is to run the tasks."""
    if options.get("mode") == "worker":
        needs_step_mode("a guard for several tests", "a worker keeps what a test changes")


@contextmanager
def part_of(
    guard: CeleryGuard, eager: bool, options: dict[str, Any]
) -> Iterator[CeleryGuard]:
    """The guard of a wider scope, which has this part."""
    guard.begin_part(is_shared=True, eager=eager, **options)
    try:
        yield guard
    finally:
        guard.end_part()


@contextmanager
def whole(
    node: Any, app: Any, eager: bool, options: dict[str, Any]
) -> Iterator[CeleryGuard]:
    """A guard of its own."""
    attachment = attachment_of(node.config, app, options.get("hostname", ""))
    engine = Steps(app, attachment=attachment)
    guard = CeleryGuard(app, eager=eager, engine=engine, **options)
    guard.enter_shared()
    shared(node.config)[guard] = node
    try:
        yield guard
    finally:
        del shared(node.config)[guard]
        guard.leave()
