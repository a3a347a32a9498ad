"""What is done to each app: how it is made, and everything that may set a setting of it.

Evaluation tells of each call and assignment while someone listens: once, after all waits
are known, and only in code that has to do with apps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from flake8_celery_get.model.flow.surroundings import Surroundings
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.settings.configs import given_source, made_source
from flake8_celery_get.model.settings.constructor import (
    CHANGES,
    CONFIG,
    DEFAULTS,
    Constructor,
    configures_itself,
)
from flake8_celery_get.model.settings.flask import OfFlask, flask_key
from flake8_celery_get.model.settings.given import bound, defaults, mapping, text
from flake8_celery_get.model.settings.handed import HandedConfigs
from flake8_celery_get.model.settings.sources import Said, Source, Unreadable
from flake8_celery_get.model.values.mappings import Entry, entries_of, mapping_of, unpacked
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    AppValue,
    ConfValue,
    External,
    FunctionValue,
    Items,
    Key,
    Literal,
    Made,
    Method,
    Parameter,
    Place,
    Unknown,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Puts
    from flake8_celery_get.model.values.arguments import Given


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to the app made at ``app``; on some ways only unless ``is_sure``."""

    app: Key
    layer: int
    source: Source
    place: Place
    is_sure: bool


@dataclass(slots=True)
class Making:
    """How an app is made: ``within`` this function, in these branches."""

    key: Key
    name: str
    place: Place
    within: object
    branches: tuple[int, ...]
    namespace: str | None
    has_arguments: bool


class ConfiguredWorld(Surroundings, Protocol):
    """The project, with all that is done to its apps."""

    @property
    def acts(self) -> Acts:
        """What was done so far."""


class Acts:
    """All apps of a project and what is done to them, in no order."""

    def __init__(self) -> None:
        self.listening = False
        self.flask: Puts | None = None
        self.flask_values: dict[str, list[tuple[Value, Place]]] = {}
        self.made: dict[Key, Making] = {}
        self.done: dict[tuple[Key, int, Place], Act] = {}
        self.namespaces: dict[Key, set[str | None]] = {}
        self.handed = HandedConfigs()

    def called(
        self,
        frame: Frame,
        function: Value,
        given: tuple[Given, ...],
        value: Value,
        node: code.Call,
    ) -> None:
        """A call was evaluated."""
        if self.flask is not None:
            self.flask.called(frame, node.function, given, (frame.scope.path, node.at))
        if not self.listening:
            return
        here = frame.scope.path, node.at
        for option in options(value):
            if isinstance(option, AppValue) and option.site == (here[0], *node.at[:2]):
                self._make(frame, option.site, function, given, here)
        for option in options(function):
            self._of_callee(frame, option, given, here)

    def _of_callee(
        self, frame: Frame, option: Value, given: tuple[Given, ...], here: Place
    ) -> None:
        if isinstance(option, Method) and isinstance(option.owner, AppValue):
            self._app_method(frame, option.owner, option.name, given, here)
        elif isinstance(option, Method) and isinstance(option.owner, ConfValue):
            self._conf_method(frame, option.owner.app, option.name, given, here)
        elif (
            isinstance(option, Method)
            and isinstance(option.owner, Method)
            and option.owner.is_setting
        ):
            self._setting_method(frame, option.owner, option.name, given, here)
        elif isinstance(option, External) and option.path == "builtins.setattr":
            self._set_attribute(frame, given, here)
        elif _is_out_of_sight(option):
            self._hand_over(frame, given, here)
        elif isinstance(option, FunctionValue):
            self.handed.called(frame, option, given)

    def assigned(
        self, frame: Frame, owner: Value, key: Value, value: Value, node: code.Expression
    ) -> None:
        """``owner.key = value`` or ``owner[key] = value`` was evaluated."""
        if self.flask is not None:
            place = frame.scope.path, code.place(node)
            self.flask.assigned(node, Entry(key, value, place))
        if not self.listening:
            return
        here = frame.scope.path, code.place(node)
        for option in options(owner):
            if isinstance(option, ConfValue):
                entry = Entry(key, value, here)
                self._do(frame, option.app, CHANGES, Said((entry,)), here)
            elif isinstance(option, Method) and option.is_setting:
                self._add_to(frame, option, (Entry(key, value, here),), here)
            elif isinstance(option, AppValue) and key == Literal("conf"):
                self._do(frame, option, CHANGES, Said(unpacked(value, here)), here)
            elif isinstance(option, AppValue) and key in _DECIDING:
                self._do(frame, option, CHANGES, Unreadable(here[0]), here)

    def _make(
        self,
        frame: Frame,
        key: Key,
        function: Value,
        given: tuple[Given, ...],
        here: Place,
    ) -> None:
        said = Constructor(given, here)
        making = Making(
            key, said.name, here, frame.within, tuple(frame.branches), said.namespace,
            bool(given),
        )  # fmt: skip
        self.made.setdefault(key, making)
        app = AppValue(site=key)
        for layer, source in said.sources():
            self._do(frame, app, layer, source, here)
        if any(map(configures_itself, options(function))):
            self._do(frame, app, CHANGES, Unreadable(here[0]), here)

    def _app_method(
        self, frame: Frame, app: AppValue, name: str, given: tuple[Given, ...], here: Place
    ) -> None:
        if name == "config_from_object":
            self._configure(frame, app, given, here)
        elif name == "config_from_envvar":
            self._do(frame, app, CONFIG, Unreadable(here[0]), here)
        elif name == "config_from_cmdline":
            self._do(frame, app, CHANGES, Unreadable(here[0]), here)
        elif name == "add_defaults":
            self._do(frame, app, DEFAULTS, defaults(frame, given, here), here)

    def _configure(
        self, frame: Frame, app: AppValue, given: tuple[Given, ...], here: Place
    ) -> None:
        said = bound(given, ("obj", "silent", "force", "namespace"))
        making = self.made.get(app.site)
        namespace = making.namespace if making is not None else ""
        if "namespace" in said and said["namespace"].value != Literal(None):
            namespace = text(said["namespace"].value)
        self.namespaces.setdefault(app.site, set()).add(namespace)
        source: Source = Unreadable(here[0])
        if "obj" in said:
            source = given_source(frame, said["obj"], namespace, here[0])
            self.handed.awaits(
                frame, said["obj"].value, (app.site, CONFIG, here), namespace
            )
        self._do(frame, app, CONFIG, source, here)

    def settle(self) -> None:
        """Take what callers hand in for what ``config_from_object`` is given."""
        for key, source in self.handed.sources():
            if key in self.done:
                self.done[key] = replace(self.done[key], source=source)

    def _conf_method(
        self, frame: Frame, app: AppValue, name: str, given: tuple[Given, ...], here: Place
    ) -> None:
        if name == "update":
            self._do(frame, app, CHANGES, _update(frame, given, here), here)
        elif name == "add_defaults":
            self._do(frame, app, DEFAULTS, defaults(frame, given, here), here)
        elif name in {"setdefault", "__setitem__", "__setattr__"} and len(given) == 2:
            layer = DEFAULTS if name == "setdefault" else CHANGES
            entry = Entry(given[0].value, given[1].value, here)
            self._do(frame, app, layer, Said((entry,)), here)
        elif name in _LOSES:
            self._do(frame, app, CHANGES, Unreadable(here[0]), here)

    def _setting_method(
        self,
        frame: Frame,
        setting: Method,
        name: str,
        given: tuple[Given, ...],
        here: Place,
    ) -> None:
        if name == "update":
            self._add_to(frame, setting, mapping(given, here), here)
        elif name == "setdefault" and len(given) == 2:
            entry = Entry(given[0].value, given[1].value, here)
            self._add_to(frame, setting, (entry,), here)

    def _add_to(
        self, frame: Frame, setting: Method, entries: tuple[Entry, ...], here: Place
    ) -> None:
        """More than these entries may be in a setting that is a dict."""
        if isinstance(setting.owner, ConfValue):
            added = Entry(Literal(setting.name), mapping_of(entries), here)
            self._do(frame, setting.owner.app, CHANGES, Said((added,)), here)

    def _set_attribute(self, frame: Frame, given: tuple[Given, ...], here: Place) -> None:
        for option in options(given[0].value) if len(given) == 3 else ():
            if isinstance(option, ConfValue):
                entry = Entry(given[1].value, given[2].value, here)
                self._do(frame, option.app, CHANGES, Said((entry,)), here)

    def _hand_over(self, frame: Frame, given: tuple[Given, ...], here: Place) -> None:
        for argument in given:
            for app in _apps_in(argument.value):
                self._do(frame, app, CHANGES, Unreadable(here[0]), here)

    def _do(
        self, frame: Frame, app: AppValue, layer: int, source: Source, here: Place
    ) -> None:
        if not app.site and app.name and app.name not in celery_words.APPS:
            return  # an instance of an app's class, inside that class
        act = Act(app.site, layer, source, here, self._is_sure(frame, app.site))
        key = (app.site, layer, here)
        other = self.done.get(key)
        if other is not None and other != act:
            same = other.source == source
            act = replace(
                act,
                source=source if same else Unreadable(here[0]),
                is_sure=act.is_sure and other.is_sure,
            )
        self.done[key] = act

    def _is_sure(self, frame: Frame, site: Key) -> bool:
        """Whether whoever makes the app comes by here too, always."""
        making = self.made.get(site)
        if making is None or making.place[0] != frame.scope.path:
            return False
        branches = tuple(frame.branches)
        if frame.within is None:
            return (making.within is not None and not branches) or (
                making.branches[: len(branches)] == branches
            )
        return (
            frame.within is making.within and making.branches[: len(branches)] == branches
        )


_DECIDING = frozenset(map(Literal, ("backend_cls", "loader", "loader_cls", "on_configure")))
_LOSES = frozenset({"pop", "popitem", "clear", "swap_with", "__delitem__"})


_HARMLESS = (
    "builtins.", "celery.", "kombu.", "logging.", "functools.", "dataclasses.",
    "django_celery_beat.", "django_celery_results.",
    # What watches a worker
    "ddtrace.", "elasticapm.", "logfire.", "newrelic.", "opentelemetry.", "raven.",
    "scout_apm.", "sentry_sdk.",
)  # fmt: skip
"""Packages that read an app's settings, and change none."""
_STORES = frozenset({"append", "add", "debug", "info", "warning", "error", "format"})


def _is_out_of_sight(function: Value) -> bool:
    """Whether nobody can tell what a callee does with an app that it is given."""
    if isinstance(function, (External, Made)):
        return not function.path.startswith(_HARMLESS)
    if isinstance(function, Method):
        return isinstance(function.owner, Parameter) and function.name not in _STORES
    return isinstance(function, (Unknown, Parameter))


def _apps_in(value: Value) -> list[AppValue]:
    found = []
    for option in options(value):
        if isinstance(option, AppValue):
            found.append(option)
        elif isinstance(option, ConfValue):
            found.append(option.app)
        elif isinstance(option, Items):
            found += [app for part in option.values for app in _apps_in(part)]
    return found


def _update(frame: Frame, given: tuple[Given, ...], here: Place) -> Source:
    """What ``conf.update`` is given: a mapping, keywords, or Flask's configuration."""
    if len(given) == 1 and not given[0].name and entries_of(given[0].value) is None:
        key = flask_key(given[0].node)
        if key is not None:
            return OfFlask(key, here[0])
        return made_source(frame, given[0], here)
    return Said(mapping(given, here))
