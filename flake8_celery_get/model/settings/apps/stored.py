"""Whether a result is stored, and where: a task's options and its app's settings together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.answers import Answer, CantTell, NotSet, SetTo
from flake8_celery_get.model.values.values import (
    AS_APP,
    NO,
    UNSURE,
    YES,
    Handle,
    Place,
    TaskOptions,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.apps.apps import App, Apps

NO_BACKEND = "none"
"""The scheme where there is no backend; an empty one where nothing is known."""


@dataclass(frozen=True, slots=True)
class Backend:
    """The scheme of a result backend, such as ``rpc``, and where it is set, or is not."""

    scheme: str
    place: Place | None = None
    app: str = ""

    @property
    def is_none(self) -> bool:
        """Whether the app surely has none."""
        return self.scheme == NO_BACKEND


UNKNOWN_BACKEND = Backend("")

_PLAIN = frozenset({"json", "yaml", "msgpack"})
"""Serializers that don't keep Python's objects."""


class Storage:
    """Answers for handles what their apps' settings say of their results."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps
        self._said: dict[TaskOptions, TaskOptions] = {}
        self._backends: dict[App, Backend] = {}

    def resolved(self, handle: Handle) -> Handle:
        """The handle; what its task leaves to its app is said by the app's settings."""
        options = self.options(handle.options)
        lacks = self.backend(handle).is_none
        if options == handle.options and not lacks:
            return handle
        return replace(handle, options=options, lacks_backend=lacks)

    def options(self, options: TaskOptions) -> TaskOptions:
        """A task's options; what it leaves to its app is said by the app's settings."""
        if AS_APP not in (options.ignores, options.keeps_errors):
            return options
        known = self._said.get(options)
        if known is None:
            owners = self._apps.owners(options.app)
            ignores, keeps = options.ignores, options.keeps_errors
            known = self._said[options] = replace(
                options,
                ignores=_decided(owners, ignores, "task_ignore_result"),
                keeps_errors=_decided(owners, keeps, "task_store_errors_even_if_ignored"),
            )
        return known

    def ignores_by_setting(self, handle: Handle) -> bool:
        """Whether the app of a handle's task ignores all results that it may."""
        owners = self._apps.owners(handle.options.app)
        return _decided(owners, AS_APP, "task_ignore_result") == YES

    @property
    def may_pickle(self) -> bool:
        """Whether some app may store results in a form that keeps Python's objects.

        Settings that can't be read leave it at JSON if no file of the project speaks of pickle.
        """
        setting = "result_serializer"
        return self._apps.may_be_set_elsewhere(setting, harmless=_PLAIN) or any(
            _may_pickle(found) and (not _is_unread(found) or self._speaks_of_pickle)
            for found in (app.found(setting) for app in self._apps)
        )

    @cached_property
    def _speaks_of_pickle(self) -> bool:
        return any(True for _ in self._apps.world.project.mentioning({"pickle"}))

    @property
    def may_pickle_arguments(self) -> bool:
        """Whether some app may send arguments in such a form, or one nobody can look into."""
        setting = "task_serializer"
        return self._apps.may_be_set_elsewhere(setting, harmless=_PLAIN) or any(
            _may_pickle(app.found(setting)) for app in self._apps
        )

    def backend(self, handle: Handle) -> Backend:
        """The result backend that a handle reads from."""
        is_by_id = handle.origin == "rebuilt" and not handle.task
        if is_by_id:
            return self._backend_of(self._apps.get(handle.options.app))
        return self.backend_for(handle.options)

    def has_run(self, handle: Handle) -> bool:
        """Whether the task has run when it is sent, as `delay` does in an eager app."""
        owners = self._apps.owners(handle.options.app)
        is_sent = handle.origin in {"sent", "canvas"}
        return is_sent and bool(owners) and all(app.is_eager for app in owners)

    def backend_for(self, options: TaskOptions) -> Backend:
        """The result backend of a task; of one that nothing is known of, not even its app."""
        if not options.app and options.ignores == UNSURE:
            return UNKNOWN_BACKEND
        return self._backend_of(self._apps.get(options.app))

    def _backend_of(self, app: App | None) -> Backend:
        if app is None or app.is_bare:
            return UNKNOWN_BACKEND
        known = self._backends.get(app)
        if known is None:
            answer = app.setting("result_backend")
            place = answer.place if isinstance(answer, SetTo) else (app.path, app.at)
            known = self._backends[app] = Backend(_scheme(answer), place, app.name)
        return known


def _may_pickle(serializer: Answer) -> bool:
    if isinstance(serializer, SetTo):
        return serializer.value not in _PLAIN
    return not isinstance(serializer, NotSet)


def _is_unread(serializer: Answer) -> bool:
    """Whether it may be set in what can't be read, but nothing is seen that sets it."""
    return isinstance(serializer, CantTell) and serializer.place is None


def _decided(owners: Iterable[App], choice: str, setting: str) -> str:
    """What a task says of one of its options, after each app was asked that may be its own."""
    if choice != AS_APP:
        return choice
    said = {_said(app.setting(setting)) for app in owners}
    if {YES, NO} <= said:
        return UNSURE
    return said.pop() if len(said) == 1 else choice


def _said(answer: Answer) -> str:
    if isinstance(answer, SetTo):
        return UNSURE if answer.may_differ else (YES if answer.value else NO)
    return NO if isinstance(answer, NotSet) else AS_APP


def _scheme(answer: Answer) -> str:
    if isinstance(answer, NotSet):
        return NO_BACKEND
    if not isinstance(answer, SetTo) or answer.may_differ:
        return ""
    if answer.value is None or answer.value in {"", "disabled", "disabled://"}:
        return NO_BACKEND
    return str(answer.value).partition(":")[0]
