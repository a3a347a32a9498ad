"""What a test costs with fixtures that do nothing, with the guard, and with one task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tasks import noop

if TYPE_CHECKING:
    from celery import Celery

    from pytest_celery_guard import CeleryGuard


@pytest.fixture
def nothing() -> Iterator[None]:
    """As cheap as a fixture can be."""
    yield  # noqa: PT022  # the tear-down counts too


@pytest.fixture(scope="session")
def app() -> Celery:
    """As the guard's fixture for the app."""
    return noop.app


@pytest.fixture
def nothing_with_an_app(request: pytest.FixtureRequest) -> Iterator[None]:
    """A fixture of the shape of the guard's: it looks at the test, and asks for the app."""
    request.getfixturevalue("app")
    yield  # noqa: PT022


def test_nothing(nothing: None) -> None:
    """Stand for pytest's own cost."""


def test_nothing_with_an_app(nothing_with_an_app: None) -> None:
    """Stand for pytest's own cost of such a fixture."""


def test_guard(celery_guard: CeleryGuard) -> None:
    """Only set the guard up, and tear it down."""


def test_task(celery_guard: CeleryGuard) -> None:
    """Send one task, and read its result."""
    assert noop.delay().get() is None
