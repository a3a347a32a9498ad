"""The pools of connections and producers that an app has while a guard is on.

They are kept from test to test, unless a test has closed them or keeps a part of them: code that
runs after a fork closes all pools of the process, for one.
"""

from __future__ import annotations

from typing import Any

from kombu import pools

from pytest_celery_guard.basics.restoring import forget_for_now, swap_all
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.private import kombu as private_kombu


class Pools:
    """Those of one app."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._places = (app, private.APP_POOL), (app.amqp, private.PRODUCER_POOL)
        self._kept: tuple[Any, Any] | None = None

    def enter(self, undo: Undo) -> None:
        """Stand in for the app's own pools; its settings are the guard's by now."""
        undo.callback(_put_back_limit, pools.get_limit())
        if "control" in vars(self._app):
            # It keeps the pool of its first command, which may be an open one to a real broker.
            forget_for_now(undo, self._app.control.mailbox, "producer_pool")
        self._drop_touched()
        pools_now = zip(self._places, self._kept or (None, None), strict=True)
        swap_all(undo, [(*place, pool) for place, pool in pools_now])
        if self._kept is None:
            self._kept = self._app.pool, self._app.producer_pool

    def renew(self) -> None:
        """Between two tests: make anew what the first one has closed, or has a part of."""
        self._drop_touched()
        for (owner, name), pool in zip(
            self._places, self._kept or (None, None), strict=True
        ):
            setattr(owner, name, pool)
        if self._kept is None:
            self._kept = self._app.pool, self._app.producer_pool

    def _drop_touched(self) -> None:
        if self._kept and not all(map(private_kombu.is_untouched, self._kept)):
            self.dispose()

    def dispose(self) -> None:
        """Close the connections, and drop what kombu keeps for the life of the process."""
        if self._kept is not None:
            self._kept[0].force_close_all()
            private_kombu.forget_pool(self._kept[0])
            self._kept = None

    def drop_closed(self) -> None:
        """Let the app make its own pools anew where the test closed them."""
        for owner, name in self._places:
            pool = getattr(owner, name)
            if pool is not None and private_kombu.is_closed(pool):
                private_kombu.forget_pool(pool)
                setattr(owner, name, None)


def _put_back_limit(limit: int | None) -> None:
    if pools.get_limit() != limit:
        pools.set_limit(limit, force=True)
