"""An app as a user has it: broker and result backend are elsewhere."""

from __future__ import annotations

from celery import Celery

app = Celery(
    "small", broker="redis://nowhere.invalid//", backend="redis://nowhere.invalid/0"
)


@app.task
def noop() -> None:
    """Do nothing."""
