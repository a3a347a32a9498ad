"""What the function of a task takes, and why a call does not fit it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.tasks import Defined


@dataclass(frozen=True, slots=True)
class Shape:
    """The parameters of a task, without the one that ``bind=True`` fills.

    ``required`` are those without a default, ``only`` those that need their names.
    """

    positional: tuple[str, ...]
    only: frozenset[str]
    required: frozenset[str]
    takes_any_number: bool
    takes_any_name: bool

    def takes(self, name: str) -> bool:
        """Whether an argument can have this name."""
        return self.takes_any_name or name in self.only or name in self.positional

    def misfit(self, count: int, names: Collection[str], *, is_whole: bool) -> str:
        """Why these arguments don't fit, in a few words; empty where they may.

        More may come unless it ``is_whole``.
        """
        if count > len(self.positional) and not self.takes_any_number:
            return f"takes {_arguments(len(self.positional))}, not {count}"
        for name in names:
            if not self.takes(name):
                return f"has no parameter `{name}`"
        if not is_whole:
            return ""
        filled = {*self.positional[:count], *names}
        twice = set(self.positional[:count]).intersection(names)
        if twice and not self.takes_any_name:
            return f"gets `{min(twice)}` twice"
        missing = [
            name
            for name in (*self.positional, *sorted(self.only))
            if name in self.required and name not in filled
        ]
        return f"is missing the argument `{missing[0]}`" if missing else ""


ANYTHING = Shape((), frozenset(), frozenset(), takes_any_number=True, takes_any_name=True)
"""What a function takes that a decorator hides: what is no sequence doesn't fit even so."""


def _arguments(count: int) -> str:
    return f"{count} argument{'s' * (count != 1)}"


def shape_of(task: Defined) -> Shape | None:
    """What the function of a task takes; None where nobody can tell whether it is bound."""
    if not (task.leaves("bind") or task.says("bind")):
        return None
    parameters = task.symbol.definition.parameters
    by_place = [each for each in parameters if not each.kind][int(task.says("bind")) :]
    only = [each for each in parameters if each.kind == "keyword"]
    return Shape(
        tuple(each.name for each in by_place),
        frozenset(each.name for each in only),
        frozenset(each.name for each in (*by_place, *only) if not each.has_default),
        any(each.kind == "*" for each in parameters),
        any(each.kind == "**" for each in parameters),
    )
