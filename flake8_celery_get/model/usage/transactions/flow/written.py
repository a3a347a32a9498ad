"""What is known of a row at the moment when it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.flow.fixed import text_of
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.transactions.flow.fixed import Fixed
    from flake8_celery_get.model.values.definitions import ClassSymbol


@dataclass(frozen=True, slots=True)
class Written:
    """A row that is saved, of the class ``kind``.

    ``is_new``: it was not there before; None where nobody can tell. ``values``: attributes that
    are constants, with their texts. ``is_whole``: no ``update_fields`` are given. ``is_any``: it
    stands for each row of the class, whose ``save()`` opens the transaction.
    """

    kind: ClassSymbol
    is_new: bool | None = None
    values: frozenset[tuple[str, str]] = frozenset()
    is_whole: bool = False
    is_any: bool = False

    def among(self, words: Iterable[str]) -> Written:
        """The same with the values that somebody asks for, by the words of its text."""
        asked = set(words)
        found = frozenset(pair for pair in self.values if pair[0] in asked)
        return replace(self, values=found)

    def fixed(self, name: str) -> frozenset[tuple[str, str]]:
        """The values, by what code calls them that has the row under a name."""
        return frozenset((f"{name}.{attribute}", text) for attribute, text in self.values)


def values_of(row: str, known: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """The attributes of a row, out of dotted names with their texts."""
    owned = ((name.rpartition("."), text) for name, text in known.items())
    return frozenset((name, text) for (owner, _, name), text in owned if owner == row)


def values_given(call: code.Expression, fixed: Fixed) -> dict[str, str]:
    """The constants that ``Order(state="new")`` or ``create(state="new")`` gives its row."""
    if isinstance(call, code.Await):
        call = call.value
    given = call.arguments if isinstance(call, code.Call) else ()
    texts = {each.name: text_of(each.value, fixed) for each in given if each.name}
    return {name: text for name, text in texts.items() if text}


def saves_all(call: code.Call) -> bool:
    """Whether ``save()`` surely has no ``update_fields``."""
    return not any(
        each.name in {"*", "**", "update_fields"} or not each.name
        for each in call.arguments
    )
