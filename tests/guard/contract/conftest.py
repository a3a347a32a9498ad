from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import CeleryGuardWarning, GuardError

Told = Callable[..., list[str]]

SENT = re.compile(
    r"(CEL\d+) (\S+): (.+) Sent(?: as (\S+))? at tests/guard/contract/\w+\.py:\d+\.$"
)


def _by_its_name(found: re.Match[str]) -> str:
    """The code, the task's full name and the problem."""
    return f"{found[1]} {found[4] or found[2]}: {found[3]}"


@pytest.fixture
def told(app: Any) -> Told:
    """What the guard finds in a function's sends: failures, then warnings marked with ``?``.

    The place of the send is left out.
    """

    def of(send: Callable[[], object], **options: Any) -> list[str]:
        failure = ""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                with CeleryGuard(app, allow_leftover=True, **options):
                    send()
            except GuardError as error:
                failure = str(error)
        found = [line for line in failure.splitlines() if line.startswith("CEL")]
        doubts = [each for each in caught if each.category is CeleryGuardWarning]
        found += [f"? {each.message}" for each in doubts]
        return [SENT.sub(_by_its_name, each) for each in found]

    return of
