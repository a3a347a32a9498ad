"""How far a guard reaches: over one test, or over its class, its module or the session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pytest_celery_guard import private
from pytest_celery_guard.options import option
from pytest_celery_guard.usage import OURS

SCOPES = ("function", "class", "module", "package", "session")
"""Those of pytest, the narrowest first; a guard for a package is one for the session."""

EAGER = "celery_eager"


def turn_on(item: pytest.Item, request: pytest.FixtureRequest) -> None:
    """Turn a guard on, before a fixture of a wider scope is set up for a test, if it reaches it."""
    scope = scope_of(item)
    if SCOPES.index(scope) >= SCOPES.index(request.scope) and scope != "function":
        request.getfixturevalue(name_of(is_eager(item), scope))


def scope_of(item: pytest.Item) -> str:
    """The widest scope that the ini file, a ``usefixtures`` or a fixture asks for."""
    scopes = [*_marked(item), option(item.config, "scope") or "function"]
    scopes += [each.scope for each in _asking(item)]
    widest = max(scopes, key=SCOPES.index)
    return "session" if widest == "package" else widest


def let_wider_fixtures_ask(item: pytest.Item) -> None:
    """Let fixtures of a wider scope have the guard, where pytest sees one for a test only."""
    if list(_asking(item)):
        scope = scope_of(item)
        for name in OURS:
            private.redefine_fixture(item, name, name_of(name == EAGER, scope))


def is_eager(item: pytest.Item) -> bool:
    """Whether a test runs each task at once."""
    return EAGER in getattr(item, "fixturenames", ())


def name_of(eager: bool, scope: str) -> str:
    """The fixture that turns a guard on for that scope."""
    return f"_celery_eager_{scope}" if eager else f"celery_guard_{scope}"


def _marked(item: pytest.Item) -> Iterator[str]:
    """The scope of each mark, or ini option, ``usefixtures`` that names the guard."""
    for node, mark in item.iter_markers_with_node("usefixtures"):
        if not OURS.isdisjoint(mark.args):
            yield _scope_of_node(node)
    if not OURS.isdisjoint(item.config.getini("usefixtures")):
        yield "session"


def _scope_of_node(node: object) -> str:
    if isinstance(node, pytest.Class):
        return "class"
    return "module" if isinstance(node, pytest.Module) else "function"


def _asking(item: pytest.Item) -> Iterator[Any]:
    """The fixtures of a wider scope that have the guard among their arguments."""
    for name, definitions in private.fixture_definitions(item).items():
        for each in definitions:
            is_wider = each.scope != "function" and name not in OURS
            if is_wider and not OURS.isdisjoint(each.argnames):
                yield each
