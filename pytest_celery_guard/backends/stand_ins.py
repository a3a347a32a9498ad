"""What stands in for the result backend that an app is configured with."""

from __future__ import annotations

from typing import Any

from pytest_celery_guard.backends.no_results import NoBackend
from pytest_celery_guard.backends.redis import RedisLike
from pytest_celery_guard.backends.results import Backend
from pytest_celery_guard.backends.rpc import RpcLike
from pytest_celery_guard.world.world import World

REDIS = frozenset({"redis", "rediss", "sentinel"})
"""Result backends whose chords and messages are those of Redis."""

RPC = "rpc"

NO_BACKEND = frozenset({None, "", "disabled", "disabled://"})


def stand_in(app: Any, world: World) -> Any:
    """A backend that behaves as the app's own does."""
    configured = app.backend_cls or app.conf.result_backend
    if isinstance(configured, str | None) and configured in NO_BACKEND:
        return NoBackend(app, world)
    scheme = scheme_of(configured)
    if scheme == RPC:
        return RpcLike(app, world)
    return (RedisLike if scheme in REDIS else Backend)(app, world)


def scheme_of(configured: object) -> str:
    """The scheme of a setting; a class may stand before it: ``module:Class+redis://``."""
    return str(configured).partition("://")[0].rpartition("+")[2]
