"""What ``task_annotations`` leaves open of a task's options."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.declarations.annotations import Annotations
from flake8_celery_get.model.values.values import UNSURE, Handle

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import Apps


class Annotated:
    """Knows the annotations of all apps."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._annotations = Annotations(apps)

    def as_annotated(self, handle: Handle) -> Handle:
        """The handle; of an option that an annotation may give its task, nothing is known."""
        says = handle.options
        app = self._apps.get(says.app)

        def left(choice: str, option: str) -> str:
            names = frozenset({option})
            may_differ = self._annotations.may_set(app, handle.task, names)
            return UNSURE if may_differ else choice

        annotated = replace(
            says,
            ignores=left(says.ignores, "ignore_result"),
            tracks=left(says.tracks, "track_started"),
            keeps_errors=left(says.keeps_errors, "store_errors_even_if_ignored"),
        )
        return handle if annotated == says else replace(handle, options=annotated)
