"""What is private in pytest: the fixtures of a test, what is set up, what a test has patched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from typing import Any

import pytest

SETUP_STATE = "_setupstate"
"""pytest.Session: what is set up. The hook for it can't be called twice."""

AT_THE_TEST = "_use_item_location"
"""pytest.skip.Exception: the summary names the line of the test, not the one that skips it."""

PACKAGE = "_pytest"
"""Where pytest's own code is."""


REORDERS = pytest.version_tuple < (8, 2)
"""Whether each test orders the ends of its fixtures anew, as it asks for them."""


def unknown_ini_names(config: Any) -> list[str]:
    """What the ini file has and no plugin knows."""
    return sorted(config._get_unknown_ini_keys())


def fixture_definitions(item: Any) -> dict[str, Any]:
    """The definitions of a test's fixtures by name, as pytest 8 and 9 look them up in a run."""
    return getattr(getattr(item, "_request", None), "_arg2fixturedefs", {})


def own_fixtures(item: Any) -> set[str]:
    """The fixtures that a test has without the help of one of a wider scope."""
    definitions, found = fixture_definitions(item), set[str]()
    info = getattr(item, "_fixtureinfo", None)
    names = list(info.initialnames) if info else list(getattr(item, "fixturenames", ()))
    while names:
        found.add(name := names.pop())
        for each in definitions.get(name, ()):
            if each.scope == "function":
                names += set(each.argnames) - found
    return found


def redefine_fixture(item: Any, name: str, other: str) -> None:
    """Let a name stand for another fixture in one test, and in the fixtures that it has."""
    fixture_definitions(item)[name] = _definitions_of(item, other)


def end_last(item: Any, name: str) -> None:
    """Let a fixture that is set up end after the others that the test shares with earlier ones.

    It is for a pytest that ``REORDERS``. Those of a wider scope stay before it.
    """
    if name in item.fixturenames:
        return
    own: list[Any] = list(_definitions_of(item, name) or ())
    known = fixture_definitions(item)
    if any(map(_is_set_up, own)):
        wider = takewhile(
            lambda each: each in known and known[each][-1]._scope > own[-1]._scope,
            item.fixturenames,
        )
        item.fixturenames.insert(len(list(wider)), name)


def is_used(request: Any) -> bool:
    """Whether the test that is set up now has got the fixture that a request is for."""
    own = getattr(current_item(request.config), "_request", None)
    return own is not None and request.fixturename in own._fixture_defs


def finish(request: Any) -> None:
    """End the fixture that a request is for, and those that need it."""
    request._fixturedef.finish(request)


def finish_with(outer: Any, request: Any) -> None:
    """End the fixture that a request is for when that of another one ends."""
    outer._fixturedef.addfinalizer(partial(finish, request))


def _is_set_up(fixture: Any) -> bool:
    """Whether a fixture is set up; one that failed keeps its error as a result."""
    return fixture.cached_result is not None and fixture.cached_result[2] is None


def _definitions_of(item: Any, name: str) -> Any:
    # pytest 8.0 asks for the id of the test, later ones for the test.
    asking = item if pytest.version_tuple >= (8, 1) else item.nodeid
    return item.session._fixturemanager.getfixturedefs(name, asking)


def keep_error(fixture: Any, request: Any, error: BaseException) -> None:
    """Let a fixture that failed raise the same error for the next test that asks for it."""
    # pytest 8.3 keeps the traceback beside the error.
    kept = (error, error.__traceback__) if pytest.version_tuple >= (8, 3) else error
    fixture.cached_result = (None, fixture.cache_key(request), kept)


def current_item(config: Any) -> Any:
    """The test that is set up, or runs."""
    session = config.pluginmanager.get_plugin("session")
    return next(reversed(session._setupstate.stack))


def has_fixtures(session: Any) -> bool:
    """Whether something is set up, for a test or for several."""
    return bool(session._setupstate.stack)


def attributes_patched(monkeypatch: Any) -> Iterator[tuple[Any, str]]:
    """What the fixture ``monkeypatch`` has set of objects; None is a test without it."""
    for target, name, _ in getattr(monkeypatch, "_setattr", ()):
        yield target, name


def items_patched(monkeypatch: Any) -> Iterator[Any]:
    """The keys that it has set, but for those of the environment."""
    for target, key, _ in getattr(monkeypatch, "_setitem", ()):
        if target is not os.environ:
            yield key


def run_protocol(item: Any, nextitem: Any) -> list[Any]:
    """Run a test's three phases without telling the hooks that log; return the reports."""
    from _pytest.runner import runtestprotocol

    return runtestprotocol(item, nextitem=nextitem, log=False)
