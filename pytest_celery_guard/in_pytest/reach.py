"""How far a guard reaches: over one test, or over its class, its module or the session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import pytest

from pytest_celery_guard.app import apps_of_tests
from pytest_celery_guard.app.find_app import of_django
from pytest_celery_guard.in_pytest.usage import OURS
from pytest_celery_guard.option_table import option
from pytest_celery_guard.options.given import options_of
from pytest_celery_guard.private import pytest as private_pytest

SCOPES = ("function", "class", "module", "package", "session")
"""Those of pytest, the narrowest first; a guard for a package is one for the session."""

OF_RUN: pytest.StashKey[tuple[str, bool]] = pytest.StashKey()
"""What holds for the whole run, looked up once."""

WIDEST: pytest.StashKey[dict[str, str]] = pytest.StashKey()
"""How far the guard reaches in each module, looked up once."""

FOR_SEVERAL = frozenset(f"{each}_{scope}" for each in OURS for scope in SCOPES)
"""The fixtures that turn a guard on for several tests."""

EAGER = "celery_eager"
APP = "celery_guard_app"


class Reach:
    """How far the guard reaches around one test. What it says is looked up once for the test."""

    def __init__(self, item: pytest.Item) -> None:
        self.item = item
        self._asking = _asking(item)
        self._scope = _widened(item, own_scope(item, self._asking))
        self._let_wider_fixtures_ask()
        self._end_after_the_fixtures()

    @cached_property
    def _before_the_guard(self) -> set[str]:
        """The fixtures that have to be there for a guard to be turned on."""
        return _needed(self.item)

    def turn_on(self, request: pytest.FixtureRequest) -> None:
        """Turn on guards before a fixture of a wider scope is set up, if they reach it.

        Within a guard for the session a module is a part, and within that a class.
        """
        if self._scope == "function" or request.fixturename in self._before_the_guard:
            return
        if self._waits_for_its_app():
            return
        widest, own = (SCOPES.index(each) for each in (self._scope, request.scope))
        # one that a test names begins itself
        narrowest = own + (request.fixturename in FOR_SEVERAL)
        for scope in reversed(SCOPES[narrowest : widest + 1]):
            if scope not in {"function", "package"}:
                request.getfixturevalue(name_of(is_eager(self.item), scope))

    def _waits_for_its_app(self) -> bool:
        """Whether a mark alone widens the guard, and fixtures of the test make the app later."""
        item = self.item
        is_asked_for = self._asking or any(_by_name(item)) or option(item.config, "scope")
        return not (is_asked_for or _is_named(item) or apps_of_tests.is_any_lasting())

    def _let_wider_fixtures_ask(self) -> None:
        """Let fixtures of a wider scope have the guard, where pytest sees one for a test only."""
        for name in OURS if self._asking else ():
            other = name_of(name == EAGER, self._scope)
            private_pytest.redefine_fixture(self.item, name, other)

    def _end_after_the_fixtures(self) -> None:
        """Let guards for several tests, which earlier tests have turned on, end last."""
        for scope in ("class", "module", "session") if private_pytest.REORDERS else ():
            private_pytest.end_last(self.item, name_of(is_eager(self.item), scope))


def _needed(item: pytest.Item) -> set[str]:
    names, definitions = [APP], private_pytest.fixture_definitions(item)
    needed: set[str] = set()
    while names:
        needed.add(name := names.pop())
        for each in definitions.get(name, ()):
            names += set(each.argnames) - needed
    return needed


def _is_named(item: pytest.Item) -> bool:
    """Whether something says which app it is: an option, a fixture of the user's, or Django."""
    own_fixture = private_pytest.fixture_definitions(item).get(APP, ())[1:]
    by_option = "app" in options_of(item)
    return bool(own_fixture or by_option or of_django())


def _widened(item: pytest.Item, own: str) -> str:
    """How far the guard reaches for a test: as far as for any other one of its module.

    A guard that is on for a module can't become one for the session halfway.
    """
    if own == "function":
        return own
    if WIDEST not in item.config.stash:
        item.config.stash[WIDEST] = _of_modules(item.session.items)
    return max(own, item.config.stash[WIDEST][module_of(item)], key=SCOPES.index)


def module_of(item: pytest.Item) -> str:
    """The file of a test, as pytest names it."""
    return item.nodeid.partition("::")[0]


def own_scope(item: pytest.Item, asking: Sequence[Any]) -> str:
    """The widest scope that the ini file, a ``usefixtures`` or one of the fixtures asks for.

    Only a fixture that asks is told that the app may be made for a test alone.
    """
    for_all, is_marked = _of_run(item.config)
    told = [for_all, *_marked(item, is_marked)]
    scopes = [*(each.scope for each in asking), *_by_name(item)]
    if not scopes and set(told) == {"function"}:  # as for most tests
        return "function"
    widest = max(told, key=SCOPES.index)
    for each in private_pytest.fixture_definitions(item).get(APP, ())[-1:]:
        widest = min(widest, each.scope, key=SCOPES.index)
    widest = max(widest, *scopes, "function", key=SCOPES.index)
    return "session" if widest == "package" else widest


def is_eager(item: pytest.Item) -> bool:
    """Whether a test, or a fixture of a wider scope that it has, runs each task at once."""
    return EAGER in getattr(item, "fixturenames", ())


def is_itself_eager(item: pytest.Item) -> bool:
    """Whether a test does."""
    return EAGER in private_pytest.own_fixtures(item)


def name_of(eager: bool, scope: str) -> str:
    """The fixture that turns a guard on for that scope."""
    return f"celery_eager_{scope}" if eager else f"celery_guard_{scope}"


def _of_modules(items: Iterable[pytest.Item]) -> dict[str, str]:
    """The widest scope that a test of each module asks for."""
    found: defaultdict[str, str] = defaultdict(lambda: "function")
    for each in items:
        module = module_of(each)
        found[module] = max(found[module], own_scope(each, _asking(each)), key=SCOPES.index)
    return found


def _of_run(config: pytest.Config) -> tuple[str, bool]:
    """The scope that the options name, and whether the ini file's ``usefixtures`` has the guard."""
    if OF_RUN not in config.stash:
        scope = "function"
        if option(config, "mode") != "worker":  # only a single test can have a real worker
            scope = option(config, "scope") or scope
        is_marked = not OURS.isdisjoint(config.getini("usefixtures"))
        config.stash[OF_RUN] = scope, is_marked
    return config.stash[OF_RUN]


def _marked(item: pytest.Item, is_for_all: bool) -> Iterator[str]:
    """The scope of each mark, or ini option, ``usefixtures`` that names the guard."""
    for node, mark in item.iter_markers_with_node("usefixtures"):
        if not OURS.isdisjoint(mark.args):
            yield scope_of_node(node)
    if is_for_all:
        yield "session"


def scope_of_node(node: object) -> str:
    """The scope of the fixtures that are set up once for a node."""
    if isinstance(node, pytest.Session):
        return "session"
    if isinstance(node, pytest.Class):
        return "class"
    return "module" if isinstance(node, pytest.Module) else "function"


def _by_name(item: pytest.Item) -> Iterator[str]:
    """The scopes of the guards for several tests that a test names."""
    for name in FOR_SEVERAL.intersection(getattr(item, "fixturenames", ())):
        yield name.rpartition("_")[2]


def _asking(item: pytest.Item) -> list[Any]:
    """The fixtures of a wider scope that have the guard among their arguments."""
    return [
        each
        for name, definitions in private_pytest.fixture_definitions(item).items()
        for each in definitions
        if not OURS.isdisjoint(each.argnames)
        and (each.scope != "function" and name not in OURS)
    ]
