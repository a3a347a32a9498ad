"""Each case's expectation, held against the guard."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.fidelity.case import Case, every_case
from tests.fidelity.guarded import guard_side

# What Celery and its Redis client warn of is no matter of these tests.
pytestmark = pytest.mark.filterwarnings("ignore")


def _params() -> list[object]:
    """The cases of the installed Celery; where the guard can't agree, the test must fail."""
    params: list[object] = []
    for case in every_case():
        marks = (
            [pytest.mark.xfail(strict=True, reason=case.differs)] if case.differs else []
        )
        if case.applies:
            params.append(pytest.param(case, id=f"{case.theme}.{case.name}", marks=marks))
    return params


@pytest.mark.parametrize("case", _params())
def test_the_guard(case: Case, record_property: Callable[[str, object], None]) -> None:
    record_property("reason", case.other_trace or "")
    with guard_side(case) as side:
        try:
            side.play(case)
        finally:
            record_property("trace", json.dumps(side.trace()))
