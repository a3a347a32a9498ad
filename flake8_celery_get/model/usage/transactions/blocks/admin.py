"""Methods that Django's admin calls while it saves or deletes a row, in a transaction.

https://docs.djangoproject.com/en/stable/ref/contrib/admin/#modeladmin-methods
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.models.rows import is_super, saved_by
from flake8_celery_get.model.values.values import ClassValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Lines, Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

_SAVES = "save_model"
METHODS = frozenset(
    {
        _SAVES, "delete_model", "save_related", "save_formset", "log_addition", "log_change",
        "log_deletion", "response_add", "response_change", "response_post_save_add",
        "response_post_save_change",
    }
)  # fmt: skip


def is_of_admin(classes: Lines, symbol: FunctionSymbol) -> bool:
    """Whether a function is such a method."""
    if symbol.owner is None or symbol.name not in METHODS:
        return False
    return any(map(_is_admin, classes.outside_bases(symbol.owner)))


def rows_of_admin(function: code.Function) -> set[str]:
    """The row that such a method is given, or the form that has saved it.

    A row that ``save_model()`` may leave to others is not written before it is saved.
    """
    names = [each.name for each in function.parameters][2:3]
    if function.name == _SAVES and not any(_saves(each, names) for each in function.body):
        return set()
    return {text for name in names for text in (name, f"{name}.instance")}


def saved_by_admin(call: code.Call) -> str:
    """What ``super().save_model(request, obj, form, change)`` saves; else empty."""
    function = call.function
    if not isinstance(function, code.Attribute) or function.name != _SAVES:
        return ""
    given = [each.value for each in call.arguments if each.name in {"", "obj"}]
    return code.dotted(given[1]) if is_super(function.value) and len(given) > 1 else ""


class AdminForms:
    """Knows the forms that classes of the admin name, which it saves with ``commit=False``."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def saves(self, symbol: FunctionSymbol) -> bool:
        """Whether the admin calls a method as the ``save()`` of a form."""
        return (
            symbol.owner is not None
            and symbol.name == "save"
            and symbol.owner in self._named
        )

    @cached_property
    def _named(self) -> frozenset[ClassSymbol]:
        return frozenset(self._found())

    def _found(self) -> Iterator[ClassSymbol]:
        classes = self._world.classes
        for path in sorted(self._world.project.mentioning({"ModelAdmin"})):
            if not self._world.is_test(path):
                for kind in self._world.scope(path).all_classes():
                    is_one = any(map(_is_admin, classes.outside_bases(kind)))
                    form = classes.bound(kind, "form") if is_one else None
                    if isinstance(form, ClassValue):
                        yield form.symbol


def _is_admin(base: str) -> bool:
    return base.endswith("ModelAdmin") or (base.endswith("Admin") and ".admin." in base)


def _saves(statement: code.Statement, names: list[str]) -> bool:
    """Whether a statement surely saves the row."""
    call = getattr(statement, "value", None)
    if not isinstance(call, code.Call):
        return False
    return saved_by(call) in names or saved_by_admin(call) in names
