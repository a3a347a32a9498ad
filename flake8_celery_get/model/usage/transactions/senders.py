"""Which functions may lead to a send, as far as the names that they call tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.rows import ONE_AND_A_FLAG, USERS, with_async
from flake8_celery_get.model.usage.transactions.call_names import (
    calls_one_of,
    may_call,
    names_of,
)
from flake8_celery_get.model.usage.transactions.models.serializers import (
    HOOKS,
    INHERITED,
    SAVE,
    is_run_by_save,
)
from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import Instance

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.transactions.models.kinds import Kinds
    from flake8_celery_get.model.usage.transactions.models.saving import Saving
    from flake8_celery_get.model.values.definitions import ClassSymbol

FURTHER = 6
"""Calls between the block and what sends that are looked for."""
FEW_FILES = 6
MOST_FILES, MOST_OUTSIDE_TESTS = 25, 16
"""Files that mention a name: where there are more, it means too many things."""
_WRITES = frozenset(
    f".{name}" for name in with_async(USERS | ONE_AND_A_FLAG | {"save", "create"})
)
_WRITES_OWN = _WRITES | {f"self{name}" for name in _WRITES}


class Senders:
    """``found`` are the functions that send, those that may call them, and so on."""

    def __init__(
        self,
        world: Surroundings,
        kinds: Kinds,
        saving: Saving,
        sending: Iterable[FunctionSymbol],
    ) -> None:
        self._world = world
        self._kinds = kinds
        self._saving = saving
        self._looked_for: dict[str, set[str]] = {}
        self.found = new = set(sending)
        for _ in range(FURTHER):
            new = {
                *self._callers(new),
                *self._serializing(new),
                *self._inheriting(new),
                *self._savers(new),
            } - self.found
            self.found |= new

    def _callers(self, symbols: set[FunctionSymbol]) -> Iterator[FunctionSymbol]:
        """Whatever calls functions, by a name that few files mention or where its class is."""
        names = {each.name for each in symbols}
        names |= {each.owner.name for each in symbols if each.owner is not None}
        everywhere = self._world.project.where(names)
        wanted: dict[str, set[str]] = {}
        for symbol in symbols:
            paths = everywhere.get(symbol.name, [])
            if len(paths) > FEW_FILES and symbol.owner is not None:
                named = set(everywhere.get(symbol.owner.name, ()))
                named |= {
                    each.scope.path for each in self._world.classes.line(symbol.owner)
                }
                paths = [path for path in paths if path in named]
            for path in paths if self._is_clear(paths) else [symbol.scope.path]:
                wanted.setdefault(path, set()).update(names_of(symbol))
        for path, called in sorted(wanted.items()):
            looked_for = self._looked_for.setdefault(path, set())
            yield from self._calling(path, called - looked_for)
            looked_for |= called

    def _is_clear(self, paths: Collection[str]) -> bool:
        """Whether so few files mention a name that it means one thing; tests are many."""
        others = (path for path in paths if not self._world.is_test(path))
        return len(paths) <= MOST_FILES or sum(1 for _ in others) <= MOST_OUTSIDE_TESTS

    def _calling(self, path: str, names: set[str]) -> Iterator[FunctionSymbol]:
        if not names or self._world.is_test(path):
            return
        # Many a file only mentions a name, and need not be parsed.
        if may_call(self._world.project.consult(path).text, names):
            for symbol in self._world.scope(path).all_functions():
                if calls_one_of(symbol, names):
                    yield symbol

    def _serializing(self, symbols: set[FunctionSymbol]) -> Iterator[FunctionSymbol]:
        """Whatever saves a serializer that sends then, where its name stands."""
        kinds = {
            each.owner.name
            for each in symbols
            if each.owner is not None and is_run_by_save(self._world.classes, each)
        }
        for path in sorted(self._world.project.mentioning(kinds) if kinds else ()):
            yield from self._calling(
                path, {f".{SAVE}", *(f"self.{hook}" for hook in HOOKS)}
            )

    def _inheriting(self, symbols: set[FunctionSymbol]) -> Iterator[FunctionSymbol]:
        """Methods of views that run a hook by the method which they inherit."""
        for symbol in symbols:
            for kind in symbol.scope.all_classes() if symbol.owner is not None else ():
                if symbol.owner in self._world.classes.line(kind):
                    for name, hooks in INHERITED.items():
                        if symbol.name in hooks and name in kind.methods:
                            yield kind.methods[name]

    def _savers(self, symbols: set[FunctionSymbol]) -> Iterator[FunctionSymbol]:
        """Whatever saves rows of a model that send something then, where its name stands."""
        saved = {each.owner for each in symbols if each.name == SAVE and each.owner}
        models = {each for each in saved if self._kinds.is_model(each)}
        for receiver in self._saving.receivers if symbols else ():
            if receiver.symbol in symbols:
                models |= set(receiver.senders)
        if models:
            names = {each.name for each in (*models, *self._written_by_forms(models))}
            names |= self._kinds.related.names_back(models)
            for path in sorted(self._world.project.mentioning(names)):
                for symbol in self._calling(path, set(_WRITES)):
                    words = symbol.scope.source.words(symbol.definition)
                    if symbol.name in HOOKS or not names.isdisjoint(words):
                        yield symbol
            yield from self._of_models(models)

    def _of_models(self, models: set[ClassSymbol]) -> Iterator[FunctionSymbol]:
        """Methods of models and of their managers, which write rows of one they don't name."""
        classes = self._world.classes
        found = filter(None, (classes.bound(model, "objects") for model in models))
        managers = {
            each.symbol
            for each in chain.from_iterable(map(options, found))
            if isinstance(each, Instance)
        }
        for kind in {each for one in models | managers for each in classes.line(one)}:
            for method in kind.methods.values():
                if calls_one_of(method, _WRITES_OWN):
                    yield method

    def _written_by_forms(self, models: set[ClassSymbol]) -> Iterator[ClassSymbol]:
        """The forms and serializers that save one of the models."""
        names = {each.name for each in models}
        for path in sorted(self._world.project.mentioning(names)):
            if not self._world.is_test(path) and self._world.project.mentions(path, "Meta"):
                for kind in self._world.scope(path).all_classes():
                    if "Meta" in kind.classes and self._kinds.saved_by(kind) in models:
                        yield kind


def around(
    world: Surroundings, places: Iterable[tuple[str, int]]
) -> Iterator[FunctionSymbol]:
    """The functions and methods in which lines of files stand."""
    by_path: dict[str, set[int]] = {}
    for path, line in places:
        by_path.setdefault(path, set()).add(line)
    for path, lines in sorted(by_path.items()):
        for symbol in world.scope(path).all_functions():
            if any(map(symbol.definition.spans, lines)):
                yield symbol
