"""Each case's expectation, held against real prefork workers on Redis."""

from __future__ import annotations

import gc
import json
import socket
from collections.abc import Callable, Iterator
from typing import cast
from urllib.parse import urlsplit

import pytest

from tests.fidelity.case import Case, every_case
from tests.fidelity.real import Act, played, real_side
from tests.fidelity.stage import REDIS

pytestmark = [
    pytest.mark.services,
    # What Celery and its Redis client warn of is no matter of these tests.
    pytest.mark.filterwarnings("ignore"),
]
CASES = [case for case in every_case() if case.applies]


def redis_listens() -> bool:
    """Whether something answers at the address of Redis."""
    address = urlsplit(REDIS)
    try:
        socket.create_connection(
            (address.hostname, address.port or 6379), timeout=1
        ).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def acts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Act]]:
    """What became of the selected cases, each under its name."""
    if not redis_listens():
        pytest.skip(f"nothing listens at {REDIS}")
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    mine = [item for item in items if item.originalname == test_a_real_worker.__name__]
    with real_side(tmp_path_factory.mktemp("workers")) as side:
        yield played(side, [cast(Case, item.callspec.params["case"]) for item in mine])
        # A result lets go of its subscription when it is collected: while Redis is there.
        gc.collect()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.theme}.{case.name}")
def test_a_real_worker(
    case: Case, acts: dict[str, Act], record_property: Callable[[str, object], None]
) -> None:
    act = acts.pop(case.name)
    record_property("trace", json.dumps(act.trace))
    if act.error is not None:
        raise act.error
