"""The apps of a project, each with the answers for its settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from flake8_celery_get.model.settings.acts import Act, Making
from flake8_celery_get.model.settings.answers import (
    Answer,
    CantTell,
    NotSet,
    SetTo,
    any_of,
    paths_of,
)
from flake8_celery_get.model.settings.apps.neighbors import Neighbors
from flake8_celery_get.model.settings.apps.survey import survey
from flake8_celery_get.model.settings.apps.watching import (
    is_never_made,
    is_tried,
    only_watches,
    watches_in_function,
)
from flake8_celery_get.model.settings.constructor import (
    ALOUD,
    CHANGES,
    CONFIG,
    DEFAULTS,
)
from flake8_celery_get.model.settings.flask import OfFlask
from flake8_celery_get.model.settings.mentions import only_set_to, speaks_of
from flake8_celery_get.model.settings.names import every_name
from flake8_celery_get.model.settings.sources import Said

if TYPE_CHECKING:
    from flake8_celery_get.model.settings.acts import ConfiguredWorld
    from flake8_celery_get.model.settings.sources import Source
    from flake8_celery_get.model.values.values import Key, Place
    from flake8_celery_get.source.code import Span

_CONFIGURED_OUTSIDE = {"CELERY_CONFIG_MODULE", "CELERY_LOADER", "config_from_envvar"}
"""Who mentions one of these may configure any app from elsewhere."""

_FROM_ENVIRONMENT = r"(?:env\w*|getenv)\b[^\n]{0,20}[\"'](?:%s)[\"']"

_TAKES_ALL = re.compile(r"\b(?:globals|locals|vars)\(|__dict__|sys\.modules")
_OBJECTS = {"config_from_object", "from_object"}
"""Ways to take all names of a module for settings."""

_OWN_BACKENDS = {"BACKEND_ALIASES", "override_backends", "result_backends"}
"""Who mentions one may name backends: Celery's table, a loader's attribute, an entry point."""


class App:
    """A Celery app that the project makes."""

    def __init__(
        self, apps: Apps, making: Making, acts: list[Act], namespaces: set[str | None]
    ) -> None:
        self._apps = apps
        self._acts = sorted(acts, key=attrgetter("place"))
        self._found: dict[str, Answer] = {}
        self._told: dict[tuple[int, str], tuple[Answer, list[Answer]]] = {}
        self.key: Key = making.key
        self.name: str = making.name
        said = list(namespaces or {making.namespace})
        self.has_known_namespace: bool = len(said) == 1 and said[0] is not None
        self.namespace: str = (len(said) == 1 and said[0]) or ""
        """What ``config_from_object`` names last; it holds for ``conf`` and defaults, too."""
        self.path: str = making.place[0]
        self.at: Span = making.place[1]
        made_only = all(act.place == making.place for act in acts)
        self._maker = making.within if made_only else None
        self.is_bare = made_only and not making.has_arguments
        """Nothing at all is said of it: an app to talk to other people's workers."""

    @property
    def sources(self) -> list[tuple[int, Source]]:
        """All that may set a setting, each with its layer."""
        return [(act.layer, act.source) for act in self._acts]

    def calls_with(self, kind: type[Source]) -> list[tuple[Source, Place]]:
        """The sources of one kind, each with the call that names it."""
        acts = (act for act in self._acts if isinstance(act.source, kind))
        return [(act.source, act.place) for act in acts]

    @property
    def follows_flask(self) -> bool:
        """Whether it takes all of a web app's configuration: who makes that may add to it."""
        sources = (act.source for act in self._acts)
        return any(isinstance(source, OfFlask) and not source.key for source in sources)

    @cached_property
    def only_watches(self) -> bool:
        """Whether it is there for the events and workers of others: no task is its own."""
        world, place = self._apps.world, (self.path, self.at)
        if is_tried(world, place) or watches_in_function(world, place):
            return True
        is_only_app = len(list(self._apps)) == 1
        return only_watches(world, self.path, is_only_app=is_only_app)

    @cached_property
    def is_never_made(self) -> bool:
        """Whether a function makes it for others to set up, and nobody calls that."""
        return is_never_made(self._apps.world, self._maker)

    @cached_property
    def is_eager(self) -> bool:
        """Whether each task surely runs where it is sent: its result needs no backend."""
        answer = self.found("task_always_eager")
        return isinstance(answer, SetTo) and answer.value is True and not answer.may_differ

    def setting(self, name: str) -> Answer:
        """What a setting is, by its name since Celery 4."""
        answer = self.found(name)
        if isinstance(answer, NotSet) and self._apps.may_be_set_elsewhere(name, self.path):
            return CantTell()
        return answer

    def found(self, name: str) -> Answer:
        """The same, as far as code tells that was traced to this app."""
        if name not in self._found:
            self._found[name] = self._answer(name)
        return self._found[name]

    def _answer(self, name: str) -> Answer:
        for layer in (CHANGES, CONFIG, DEFAULTS, ALOUD):
            answer = self._of_layer(layer, name)
            if not isinstance(answer, NotSet):
                return answer
        return NotSet()

    def _of_layer(self, layer: int, name: str) -> Answer:
        """What the last of the acts says that surely happens, unless another may differ."""
        certain, perhaps = self._said(layer, name)
        told = [answer for answer in perhaps if not isinstance(answer, NotSet)]
        if layer == CONFIG and len(told) < len(perhaps) and not isinstance(certain, NotSet):
            return CantTell(paths_of([certain, *told]))
        return any_of([certain, *told]) if told else certain

    def ways(self, name: str) -> list[Answer]:
        """What a setting is on some way at least, where the ways that set it agree."""
        found: list[Answer] = []
        for layer in (CHANGES, CONFIG, DEFAULTS, ALOUD):
            certain, perhaps = self._said(layer, name)
            if not isinstance(certain, NotSet):
                return [*found, certain]
            found.append(any_of(a for a in perhaps if not isinstance(a, NotSet)))
        return found

    def _said(self, layer: int, name: str) -> tuple[Answer, list[Answer]]:
        """What the last act says that surely happens, and what the others say; asked once."""
        told = self._told.get((layer, name))
        if told is None:
            told = self._told[layer, name] = self._asked(layer, name)
        return told

    def _asked(self, layer: int, name: str) -> tuple[Answer, list[Answer]]:
        certain: Answer = NotSet()
        perhaps: list[Answer] = []
        for act in self._acts:
            if act.layer != layer:
                continue
            answer = self._named(act).find(self._apps.world, name)
            if not act.is_sure:
                perhaps.append(answer)
            elif layer == CONFIG or not isinstance(answer, NotSet):
                certain = answer  # the last object alone counts, entries add up
        return certain, perhaps

    def _named(self, act: Act) -> Source:
        """A source, whose names may have the app's namespace in front."""
        source = act.source
        if act.layer != CONFIG and isinstance(source, Said) and not source.namespace:
            return replace(source, namespace=self.namespace)
        return source


class Apps:
    """All apps that the project makes outside its tests."""

    def __init__(self, world: ConfiguredWorld) -> None:
        self.world = world
        survey(world)
        acts = list(world.acts.done.values())
        known, spoken = world.acts.made, world.acts.namespaces
        self._apps = {
            key: App(
                self,
                making,
                [act for act in acts if act.app in (key, ())],
                spoken.get(key, set()) | spoken.get((), set()),
            )
            for key, making in sorted(known.items(), key=lambda item: str(item[0]))
        }
        self._neighbors = Neighbors(world, (app.path for app in self))
        self._elsewhere: dict[tuple[str, str, frozenset[str]], bool] = {}

    def __iter__(self) -> Iterator[App]:
        return iter(self._apps.values())

    @cached_property
    def may_have_own_backends(self) -> bool:
        """Whether the project registers result backends of its own."""
        files = self.world.project.mentioning(_OWN_BACKENDS)
        if any(not self.world.is_test(path) for path in files):
            return True
        return self.world.project.beside.mention({"celery.result_backends"})

    def paths(self) -> set[str]:
        """The files in which a finding on an app or on a setting could stand."""
        answers = [
            app.found(name) for app in self for name in ("result_backend", "result_expires")
        ]
        return {app.path for app in self} | paths_of(answers)

    def get(self, key: Key) -> App | None:
        """The app made at a place; with an empty key, the only one there is."""
        if key:
            return self._apps.get(key)
        return next(iter(self)) if len(self._apps) == 1 else None

    def owners(self, key: Key) -> list[App]:
        """The apps of which one is made at a place; with an empty key, every one."""
        if not key:
            return list(self)
        return [self._apps[key]] if key in self._apps else []

    def may_be_set_elsewhere(
        self, name: str, app: str = "", harmless: frozenset[str] = frozenset()
    ) -> bool:
        """Whether some file mentions a setting and no app is known to take it from there.

        Only files count that may belong to the program of the app that is made in ``app``, and
        that may set it to another value than a ``harmless`` one.
        """
        key = name, app, harmless
        if key not in self._elsewhere:
            self._elsewhere[key] = self._is_mentioned(*key)
        return self._elsewhere[key]

    def _only_binds(self, path: str, names: set[str]) -> bool:
        """Whether a file binds constants with these names, and nothing in it reads them."""
        text = self.world.project.source(path).text
        either = "|".join(map(re.escape, sorted(names)))
        mentioned = re.findall(rf"\b(?:{either})\b", text)
        bound = re.findall(rf"(?m)^(?:{either})[ \t]*=(?!=)", text)
        is_taken = _TAKES_ALL.search(text) is not None or any(
            self._neighbors.may_belong(other, path)
            for other in self.world.project.mentioning(_OBJECTS)
        )
        return len(mentioned) == len(bound) and not is_taken

    def _is_mentioned(self, name: str, app: str, harmless: frozenset[str]) -> bool:
        project = self.world.project

        def matters(text: str) -> bool:
            return not harmless or not only_set_to(text, names, harmless)

        names = {*every_name(name), *_CONFIGURED_OUTSIDE}
        for each in self:
            names |= {f"{each.namespace}_{name}".upper()} if each.namespace else set()
        accounted = paths_of(each.found(name) for each in self)
        reads = re.compile(_FROM_ENVIRONMENT % "|".join(map(re.escape, sorted(names))))
        return any(
            not app
            # All programs of a repository may be started with it.
            or reads.search(project.source(path).text)
            or self._neighbors.may_belong(path, app)
            for path in project.mentioning(names)
            if path not in accounted and not self.world.is_test(path)
            if path != app or not self._only_binds(path, names)
            # Whoever comments a backend out may have another one where the app runs.
            if name == "result_backend"
            or speaks_of(project.source(path).text, names, in_sentences=True)
            if matters(project.source(path).text)
        ) or any(
            not app or self._neighbors.may_serve(path, app)
            for path in project.beside.mentioning(names | {f"--{name.replace('_', '-')}"})
            if matters(project.beside.text(path))
        )
