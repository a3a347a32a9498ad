"""Generic views of Django that save a form: ``form_valid()`` runs its ``save()``.

https://docs.djangoproject.com/en/stable/ref/class-based-views/generic-editing/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import ClassValue

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.transactions.models.kinds import Kinds
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

FORM_VALID = "form_valid"
VIEWS = {"CreateView": True, "UpdateView": False}
"""Views that save what their form has, and whether the row is new."""
_CHOOSES = ("get_form", "get_form_class")
_OWN_WAY = (*_CHOOSES, FORM_VALID, "post")


@dataclass(frozen=True, slots=True)
class SavedForm:
    """What a view saves: ``save()`` of a form, or just a row of a model."""

    form: ClassSymbol | None
    save: FunctionSymbol | None
    model: ClassSymbol | None
    is_new: bool


class Forms:
    """Tells which form a view has, and what saving it runs."""

    def __init__(self, world: Surroundings, kinds: Kinds) -> None:
        self._classes = world.classes
        self._kinds = kinds

    def of_view(self, view: ClassSymbol) -> ClassSymbol | None:
        """The form of a view, if it is a class of the project and always the same."""
        if any(self._classes.method(view, name) for name in _CHOOSES):
            return None
        said = self._classes.bound(view, "form_class")
        found = options(said) if said is not None else ()
        first = found[0] if len(found) == 1 else None
        return first.symbol if isinstance(first, ClassValue) else None

    def saved_by(self, view: ClassSymbol) -> SavedForm | None:
        """What ``form_valid()`` of Django's own saves; None where it saves nothing."""
        bases = self._classes.outside_bases(view)
        found = [
            VIEWS[last] for base in bases if (last := base.rpartition(".")[2]) in VIEWS
        ]
        if len(found) != 1:
            return None
        form = self.of_view(view)
        save = self._classes.method(form, "save") if form is not None else None
        model = (
            self._kinds.saved_by(form) if form is not None else self._kinds.of_view(view)
        )
        return SavedForm(form, save, model, found[0])

    def is_left_alone(self, view: ClassSymbol) -> bool:
        """Whether a view leaves it to Django when its form is saved."""
        return not any(self._classes.method(view, name) for name in _OWN_WAY)
