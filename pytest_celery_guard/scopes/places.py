"""What a fixture around the tests is called, and what to write where it sends too early."""

from __future__ import annotations

import re
from typing import Any

METHOD = re.compile(r"_(?:unittest|xunit)_(\w+?)_fixture")
"""What pytest calls the fixtures that it makes of methods such as ``setUpClass``."""

MARK = 'pytest.mark.usefixtures("celery_guard")'

METHODS = {
    "class": f"Mark the class with @{MARK}.",
    "module": f"Write pytestmark = {MARK} in the module.",
}

FIXTURE = "Let the fixture ask for celery_guard, too, whatever its scope is."

WHOLE = "Set celery_guard_scope = class, module or session in the ini file."


def place_of(fixturedef: Any) -> tuple[str, str]:
    """Where a send is, in words, and how to have a guard on there."""
    method = METHOD.match(fixturedef.argname)
    if method is None:
        return f"in the fixture {fixturedef.argname!r} ({fixturedef.scope})", FIXTURE
    return f"in {method[1]}", METHODS.get(fixturedef.scope, WHOLE)
