"""What stands for the result backend of an app that has none."""

from __future__ import annotations

from typing import Any

from celery.backends.base import DisabledBackend

from pytest_celery_guard.private.celery import LOOKS
from pytest_celery_guard.watching.reads import note_here
from pytest_celery_guard.world.world import World


class NoBackend(DisabledBackend):
    """Fails as in production, and says why.

    Source: celery.backends.base.DisabledBackend. A read raises NotImplementedError, a look at
    the state AttributeError, and what tasks return is dropped. ``world`` is told of misuse.
    """

    def __init__(self, app: Any, world: World | None = None) -> None:
        self.world = world
        super().__init__(app)

    def __getattr__(self, name: str) -> Any:
        """A look at a state ends here, with Celery's own text and the reason."""
        __tracebackhide__ = True
        if name in LOOKS:
            note_here(self.world, "CEL202")
        text = f"'DisabledBackend' object has no attribute {name!r}\n{self._reason()}"
        # Without an object, Python suggests no similar attribute of it behind the reason.
        raise AttributeError(text, name=name, obj=None)

    def wait_for(self, *args: Any, **kwargs: Any) -> Any:
        """A blocking read ends here."""
        __tracebackhide__ = True
        note_here(self.world, "CEL202")
        try:
            super().wait_for(*args, **kwargs)
        except NotImplementedError as error:
            raise NotImplementedError(f"{error}\n{self._reason()}") from None

    get_state = get_result = get_traceback = get_task_meta_for = get_many = wait_for

    def ensure_chords_allowed(self) -> None:
        """A chord ends here, before anything is sent."""
        __tracebackhide__ = True
        note_here(self.world, "CEL205", "refused")
        super().ensure_chords_allowed()

    def _reason(self) -> str:
        return (
            f"The app {self.app.main!r} has no result_backend, so production keeps no results,"
            " and celery_guard keeps none either. Set result_backend, or don't read results."
        )
