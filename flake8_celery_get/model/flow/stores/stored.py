"""What each store of a web app holds, in the whole project."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import partial
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.shared import outlasts
from flake8_celery_get.model.flow.written import are_alike
from flake8_celery_get.model.known.web import stores as web_stores
from flake8_celery_get.model.values.lasting import filled
from flake8_celery_get.model.values.parts import either, options
from flake8_celery_get.model.values.values import UNKNOWN, Items

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.values import Slot, Value


class Stored:
    """What the project puts into the stores of its web apps."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._values: dict[Slot, dict[str, dict[Value, None]]] = {}
        self._holders: dict[Slot, set[str]] = {}
        self._names: set[str] = set()

    def note(self, path: str, slot: Slot, holder: str, value: Value) -> None:
        """Code in a file puts ``value`` into a slot of what it calls ``holder``."""
        kept = [option for option in options(value) if outlasts(self._world, option)]
        if not kept or self._world.is_test(path):
            return
        self._holders.setdefault(slot, set()).add(holder)
        if slot[1] not in self._names:
            self._names.add(slot[1])
            self._world.memo.changed(("kept", slot[1]))
        known = self._values.setdefault(slot, {}).setdefault(path, {})
        if either(kept) not in known:
            known[either(kept)] = None
            self._world.memo.changed(("stored", slot))

    def keeps(self, name: str) -> bool:
        """Whether something is in any slot of that name: most attributes are none."""
        self._world.memo.needs(("kept", name))
        return name in self._names

    def in_slot(self, slot: Slot) -> Value | None:
        """What is in a slot; None where nothing is, or each app may have another object."""
        return self._world.memo.ask(("in slot", slot), partial(self._in_slot, slot), None)

    def _in_slot(self, slot: Slot) -> Value | None:
        self._world.memo.needs(("stored", slot))
        by_path = self._values.get(slot, {})
        held = [value for values in by_path.values() for value in values]
        if held and all(isinstance(value, Items) for value in held):
            return filled(UNKNOWN, held)  # whoever fills a container, it stays the same
        values = {either(values) for values in by_path.values()}
        return values.pop() if len(values) == 1 and self._is_filled_alike(slot) else None

    def _is_filled_alike(self, slot: Slot) -> bool:
        """Whether all code outside tests, read or not, puts the same into the slot."""
        pattern = _puts_into(slot, self._holders[slot])
        return are_alike(
            found
            for path in self._world.project.matching({slot[1]}, pattern)
            if not self._world.is_test(path)
            for found in pattern.findall(self._world.project.source(path).text)
        )

    def noted(self) -> list[tuple[Slot, Set[str], Value]]:
        """Each slot with the words that can stand for its store, and what is in it."""
        return [
            (slot, web_stores.words_for(slot[0]) | self._holders[slot], value)
            for slot, by_path in self._values.items()
            for values in by_path.values()
            for value in values
        ]


def _puts_into(slot: Slot, holders: Set[str]) -> re.Pattern[str]:
    """Text like ``state.jobs = …`` or ``app["jobs"] = …``."""
    store, name = slot
    words = "|".join(map(re.escape, sorted(web_stores.words_for(store) | holders)))
    target = rf"\.{name}"
    if store not in web_stores.OF_ATTRIBUTES:
        target = rf"\[[\"']?(?:\w+\.)*{re.escape(name)}[\"']?\]"
    return re.compile(rf"\b(?:{words}){target}\s*(?::[^=\n]+)?=(?!=)[ \t]*([^\n#]+)")
