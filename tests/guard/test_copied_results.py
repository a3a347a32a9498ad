"""A result that is copied or pickled is the same result: Django and caches do that."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from celery import group

from pytest_celery_guard import CeleryGuard


@pytest.mark.parametrize("backend", ["redis://nowhere.invalid/1", "rpc://", "db+sqlite://"])
@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda result: pickle.loads(pickle.dumps(result))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_reads_the_same(
    app: Any, add: Any, backend: str, copied: Callable[[Any], Any]
) -> None:
    app.conf.result_backend = backend
    with CeleryGuard(app) as guard:
        result = copied(add.delay(1))
        assert result.state == "PENDING"
        guard.drain()
        assert result.get() == copied(result).get() == 1


def test_a_copy_of_a_group_reads_the_same(app: Any, add: Any) -> None:
    with CeleryGuard(app):
        result = copy.deepcopy(group([add.s(1), add.s(2)]).delay())
        assert result.get() == [1, 2]
