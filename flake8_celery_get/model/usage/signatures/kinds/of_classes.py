"""Values of the project's own classes that JSON can't serialize."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.signatures.kinds.words import MEMBER, MODEL, OBJECT
from flake8_celery_get.model.values.values import ClassValue, External, Instance
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.values.definitions import ClassSymbol

_PLAIN_ENUMS = frozenset({"enum.Enum", "enum.Flag"})


class OfClasses:
    """Tells what instances of classes are, and members of enums."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def of_instance(self, instance: Instance) -> str:
        """What an instance is; empty for what JSON may carry."""
        symbol, classes = instance.symbol, self._world.classes
        if classes.method(symbol, "__json__") is not None:
            return ""
        if self.is_plain_enum(symbol):
            return MEMBER
        if any(base.endswith("models.Model") for base in classes.outside_bases(symbol)):
            return MODEL
        if set(classes.outside_bases(symbol)) == {"pydantic.BaseModel"}:
            return OBJECT
        has_bases = any(each.definition.bases for each in classes.line(symbol))
        return "" if has_bases or classes.outside_bases(symbol) else OBJECT

    def is_plain_enum(self, symbol: ClassSymbol) -> bool:
        """Whether its members are no texts or numbers."""
        bases = self._world.classes.outside_bases(symbol)
        is_enum = bases != [] and set(bases) <= _PLAIN_ENUMS
        return is_enum and self._world.classes.method(symbol, "__json__") is None

    def of_member(self, node: code.Attribute, sent: Sent) -> str:
        """``Color.RED`` of an enum whose members are no texts or numbers."""
        scope = self._world.scope(sent.path)
        owner = self._world.deeply(scope, code.dotted(node.value))
        if not isinstance(owner, ClassValue) or not self.is_plain_enum(owner.symbol):
            return ""
        names: Iterable[str] = (
            name for each in owner.symbol.statements for name in each.names
        )
        return MEMBER if node.name in names else ""

    def are_plain(self, nodes: Iterable[code.Expression], sent: Sent) -> bool:
        """Whether none of these classes of exceptions has ``__json__``."""
        return all(self._is_plain(node, sent) for node in nodes)

    def _is_plain(self, node: code.Expression, sent: Sent) -> bool:
        if isinstance(node, code.Display):
            return self.are_plain(node.items, sent)
        found = self._world.deeply(self._world.scope(sent.path), code.dotted(node))
        if not isinstance(found, ClassValue):
            return isinstance(found, External)
        return self._world.classes.method(found.symbol, "__json__") is None


def is_union(annotation: code.Expression | None) -> bool:
    """Whether an annotation names several types, of which None is none."""
    if isinstance(annotation, code.Constant):
        text = str(annotation.value)
        return "Union" in text or ("|" in text and "None" not in text)
    if isinstance(annotation, code.Binary):
        sides = annotation.left, annotation.right
        return not any(
            isinstance(side, code.Constant) and side.value is None for side in sides
        )
    if isinstance(annotation, code.Subscript):
        return code.last_name(annotation.value) == "Union"
    return False
