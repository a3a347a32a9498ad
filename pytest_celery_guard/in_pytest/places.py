"""What a fixture around the tests is called, and what to write where it sends too early."""

from __future__ import annotations

import re
from typing import Any

from pytest_celery_guard.in_pytest.usage import OURS

METHOD = re.compile(r"_(?:unittest|xunit)_(\w+?)_fixture")
"""What pytest calls the fixtures that it makes of methods such as ``setUpClass``."""

USE = 'pytest.mark.usefixtures("celery_guard")'
ALLOW = "To allow it, mark the tests with @pytest.mark.celery_guard(allow_broker=True)."

OF_CLASS = f"Mark the class with @{USE}."

OF_MODULE = f"Write pytestmark = {USE} in the module."

METHODS = {
    "setup_method": OF_CLASS,
    "setup_class": OF_CLASS,
    "setUpClass": OF_CLASS,
    "setup_function": OF_MODULE,
    "setup_module": OF_MODULE,
}

WHOLE = "Set celery_guard_scope = class, module or session in the ini file."

FIXTURE = "Let the fixture use celery_guard, too; any scope works."


MISMATCH = re.compile(
    r"ScopeMismatch: .* scoped fixture (celery_guard(?:_app)?|celery_eager) with a (\w+) scoped"
)
"""How pytest 8 and 9 refuse a fixture for its scope."""

REMEDIES = {
    "celery_guard_app": (
        'Give celery_guard_app, and the fixtures it needs, that scope: @pytest.fixture(scope="{}").'
    ),
    "celery_guard": (
        "Let the fixture have celery_guard among its arguments, or ask for celery_guard_{}."
    ),
    "celery_eager": "Let the fixture have celery_eager among its arguments.",
}

TOO_LATE = (
    "Name the fixture that needs it among the arguments of the test, or in usefixtures:"
    " getfixturevalue() asks for it when the guard is already enabled for this test alone."
)
"""Where the fixture has the guard among its arguments, and the test gets it while it runs."""


def sent_too_late(task: str, fixturedef: Any) -> str:
    """What a fixture of a wider scope has sent while the test that asks for it was under way."""
    return (
        f"{task} was sent in the fixture {fixturedef.argname!r} ({fixturedef.scope}), and later"
        " tests would not find it: getfixturevalue() asks for the fixture when the test has already"
        " begun. Name the fixture among the arguments of the test, or in usefixtures, and let it"
        " use celery_guard, too."
    )


def with_remedy(text: str) -> str:
    """The text of a failure, with what to write where a scope is the reason."""
    found = MISMATCH.match(text)
    if found is None:
        return text
    has_it = found[1] in OURS and re.search(rf"def \w+\(.*\b{found[1]}\b", text)
    remedy = TOO_LATE if has_it else REMEDIES[found[1]].format(found[2])
    return f"{text}\n{remedy}"


def place_of(fixturedef: Any, *, is_over: bool = False) -> tuple[str, str]:
    """Where a send is, in words, and what to write: to have a guard on there, or to allow it.

    ``is_over``: the fixture is torn down, or the method is the other one of its pair.
    """
    method = METHOD.match(fixturedef.argname)
    if method is None:
        where = f"in the fixture {fixturedef.argname!r} ({fixturedef.scope})"
        return where, f"{FIXTURE} {ALLOW}"
    name = torn_down(method[1]) if is_over else method[1]
    return f"in {name}", f"{METHODS.get(method[1], WHOLE)} {ALLOW}"


def torn_down(method: str) -> str:
    """The method that undoes what another one sets up."""
    return method.replace("setup_", "teardown_").replace("setUp", "tearDown")
