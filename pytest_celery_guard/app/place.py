"""Where a worker in another process finds an app. Imports nothing of a broker or a backend."""

from __future__ import annotations

import re
import sys
from typing import Any

from pytest_celery_guard.basics.callers import NOT_THE_USERS
from pytest_celery_guard.errors import GuardError

TESTS = re.compile(r"(^|[._])(tests?|conftest)([._]|$)")
"""Names of modules that hold tests."""


def place_of(app: Any) -> tuple[str, str]:
    """The module and the name under which a worker finds an app. Raises GuardError."""
    places = [
        (module, name)
        for module, value in list(sys.modules.items())
        if module.partition(".")[0] not in {*NOT_THE_USERS, "__main__"}
        for name, each in list(getattr(value, "__dict__", {}).items())
        if each is app
    ]
    if not places:
        raise GuardError(
            f"a worker in another process can't find the app {app.main!r}: it is not a global"
            " variable of a module"
        )
    # Test modules hold it too, and importing them may need more of pytest.
    return min(places, key=lambda place: (TESTS.search(place[0]) is not None, place))
