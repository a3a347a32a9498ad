"""Tells of an argument what it is that JSON can't serialize, by the code that gives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.signatures.kinds.annotated import (
    kind_of_annotation,
    kind_of_part,
)
from flake8_celery_get.model.usage.signatures.kinds.held import HeldNames, asks_type
from flake8_celery_get.model.usage.signatures.kinds.of_classes import OfClasses, is_union
from flake8_celery_get.model.usage.signatures.kinds.of_django import (
    OfDjango,
    gives_rows,
    kind_of_query,
)
from flake8_celery_get.model.usage.signatures.kinds.paths import first_part, kind_of_path
from flake8_celery_get.model.usage.signatures.kinds.saved_rows import SavedRows
from flake8_celery_get.model.usage.signatures.kinds.uploads import is_upload
from flake8_celery_get.model.usage.signatures.kinds.words import (
    DICT_VIEW,
    DICT_VIEWS,
    EXCEPTION,
    FILE,
    FUNCTION,
    LISTS,
    MEMBER,
    MODEL,
    OF_BUILTINS,
    OF_DISPLAYS,
    TASK,
    TUPLE_KEY,
    UPLOAD,
    kind_of_made,
)
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    Closure,
    External,
    Instance,
    Items,
    Made,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent


class Kinds:
    """Tells what an argument is that JSON can't serialize."""

    def __init__(self, world: Surroundings, held: HeldNames) -> None:
        self.world = world
        self.held = held
        self._classes = OfClasses(world)
        self._django = OfDjango(world, self.held)
        self._saved_rows = SavedRows(world, self.held)

    def of(self, node: code.Expression, value: Value, sent: Sent) -> str:
        """One of the kinds in ``words``; empty for what JSON may carry."""
        if isinstance(node, code.Name) and self._is_unsure(node.id, value, sent):
            return ""
        found = options(value)
        if all(isinstance(option, (External, Instance, Made)) for option in found):
            kinds = {self._of_value(option) for option in found}
            kind = kinds.pop() if len(kinds) == 1 else ""
            if kind or any(isinstance(option, Instance) for option in found):
                return kind
        if isinstance(value, Closure) and isinstance(value.code, code.Lambda):
            return FUNCTION
        if all(isinstance(option, TaskValue) for option in found):
            return TASK
        return self._of_node(node, value, sent)

    def _is_unsure(self, name: str, value: Value, sent: Sent) -> bool:
        """Whether a parameter may be something else than its annotation says.

        What a task gets went through JSON.
        """
        symbol = self.held.symbol_around(sent)
        function = self.held.function_around(sent)
        parameter = self.held.parameter(name, sent)
        is_task_itself = name == "self" and isinstance(value, TaskValue)
        if symbol is None or function is None or parameter is None or is_task_itself:
            return False
        if self.world.is_task(symbol) or is_union(parameter.annotation):
            return True
        return asks_type(function, name)

    def _of_value(self, value: Value) -> str:
        if isinstance(value, (External, Made)):
            return kind_of_made(value.path)
        return self._classes.of_instance(value) if isinstance(value, Instance) else ""

    def _of_node(self, node: code.Expression, value: Value, sent: Sent) -> str:
        if isinstance(node, code.Lambda):
            return FUNCTION
        if isinstance(node, (code.Display, code.Comprehension, code.Mapping)):
            return self._inside(node, value, sent)
        if is_upload(self.world, self.held, node, sent):
            return UPLOAD
        if self._saved_rows.is_row(node, sent):
            return MODEL
        if isinstance(node, code.Call):
            return self._of_call(node, sent)
        if isinstance(node, code.Binary):
            is_local = self.held.binds(
                code.dotted(first_part(node)).partition(".")[0], sent
            )
            return "" if is_local else kind_of_path(self.world, sent.path, node)
        if isinstance(node, code.Attribute):
            of_part = kind_of_part(self._of_parameter(node.value, value, sent), node.name)
            found = self._django.of(node, sent) or self._classes.of_member(node, sent)
            return of_part or found
        if isinstance(node, code.Name):
            found = self._of_name(node, sent) or self._django.of(node, sent)
            return found or self._of_parameter(node, value, sent)
        return ""

    def _inside(
        self,
        node: code.Display | code.Comprehension | code.Mapping,
        value: Value,
        sent: Sent,
    ) -> str:
        """What a list or a dict that is written out is, or holds."""
        if not isinstance(node, code.Mapping) and node.kind in OF_DISPLAYS:
            return OF_DISPLAYS[node.kind]
        if isinstance(node, code.Comprehension):
            return self._of_element(node, value, sent)
        parts = node.items if isinstance(node, code.Display) else node.values
        if isinstance(node, code.Mapping) and None in node.keys:
            return ""  # what is unpacked may replace the others
        if isinstance(node, code.Mapping) and any(map(_is_tuple, node.keys)):
            return TUPLE_KEY
        return next(filter(None, self._of_parts(parts, value, sent)), "")

    def _of_parts(
        self, nodes: list[code.Expression], value: Value, sent: Sent
    ) -> Iterator[str]:
        known: tuple[Value, ...] = value.values if isinstance(value, Items) else ()
        if len(known) != len(nodes):
            known = (UNKNOWN,) * len(nodes)
        for node, each in zip(nodes, known, strict=True):
            yield self.of(node, each, sent)

    def _of_element(self, node: code.Comprehension, value: Value, sent: Sent) -> str:
        """What a comprehension holds: ``[row for row in Model.objects.all()]`` holds rows."""
        if isinstance(node.element, code.Name):
            last = node.clauses[-1]
            is_item = code.dotted(last.target) == node.element.id
            return self._of_item(last.iterable, sent) if is_item else ""
        known = value.values if isinstance(value, Items) else ()
        return self.of(node.element, known[0] if len(known) == 1 else UNKNOWN, sent)

    def _of_item(self, node: code.Expression, sent: Sent) -> str:
        """What each item is that a loop gets."""
        if isinstance(node, code.Name):
            held = self.held.of(node.id, sent)
            if held is not None:
                is_query = held.how == "is" and gives_rows(held.node)
                return MODEL if is_query else ""
            owner = self.world.deeply(self.world.scope(sent.path), node.id)
            is_enum = isinstance(owner, ClassValue) and self._classes.is_plain_enum(
                owner.symbol
            )
            return MEMBER if is_enum else ""
        return MODEL if gives_rows(node) else ""

    def _of_call(self, node: code.Call, sent: Sent) -> str:
        of_django = self._django.of_call(node, sent)
        if of_django:
            return of_django
        if isinstance(node.function, code.Attribute):
            return kind_of_query(node) or self._of_dict(node.function, node, sent)
        if not isinstance(node.function, code.Name):
            return ""
        name = node.function.id
        if not self.is_builtin(name, sent):
            return ""
        if name in LISTS and node.arguments:
            return self._of_item(node.arguments[0].value, sent)
        return OF_BUILTINS.get(name, "")

    def _of_dict(self, method: code.Attribute, node: code.Call, sent: Sent) -> str:
        """``{…}.keys()``, also of a variable."""
        owner = method.value
        if isinstance(owner, code.Name):
            held = self.held.of(owner.id, sent)
            owner = held.node if held is not None and held.how == "is" else owner
        is_view = method.name in DICT_VIEWS and not node.arguments
        return DICT_VIEW if is_view and isinstance(owner, code.Mapping) else ""

    def is_builtin(self, name: str, sent: Sent) -> bool:
        """Whether a name is still the built-in function's."""
        found = self.world.names.lookup(self.world.scope(sent.path), name)
        return found == External(f"builtins.{name}")

    def _of_parameter(self, node: code.Expression, value: Value, sent: Sent) -> str:
        """What a parameter's annotation says; each item of a list is the same."""
        parameter = self.held.parameter(code.dotted(node), sent)
        if parameter is None:
            return ""
        if (
            isinstance(value, Items)
            and len(value.values) == 1
            and value.values != (UNKNOWN,)
        ):
            return self._of_value(value.values[0])
        scope = self.world.scope(sent.path)
        return kind_of_annotation(self.world, scope, parameter.annotation)

    def _of_name(self, node: code.Name, sent: Sent) -> str:
        """What a variable holds, if it is bound once."""
        caught = self.held.caught(node.id, sent)
        if caught:
            return EXCEPTION if self._classes.are_plain(caught, sent) else ""
        held = self.held.of(node.id, sent)
        if held is None:
            return ""
        if held.how == "each":
            return self._of_item(held.node, sent)
        if held.how == "entered":
            kind = self._of_node(held.node, UNKNOWN, sent)
            return kind if kind == FILE else ""
        may_change = isinstance(held.node, (code.Display, code.Mapping)) and not _is_set(
            held.node
        )
        is_name = isinstance(held.node, code.Name)
        if is_name or (may_change and not self.held.is_unchanged(node.id, sent)):
            return ""
        return self._of_node(held.node, UNKNOWN, sent)


def _is_tuple(node: code.Expression | None) -> bool:
    return isinstance(node, code.Display) and node.kind == "tuple"


def _is_set(node: code.Expression) -> bool:
    return isinstance(node, code.Display) and node.kind == "set"
