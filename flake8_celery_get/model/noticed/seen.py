"""What code was seen to make of the project's functions and classes: views, tasks, receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.known.web.frameworks import handlers_of
from flake8_celery_get.model.values.values import (
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Instance,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
    from flake8_celery_get.model.values.loops.names import LoopNames


class Seen:
    """All that was seen in one project, by whatever means a function is known.

    ``called_back`` is what packages call that nobody reads, ``named`` the names of methods,
    and whether some code uses them. ``names_in_ids`` are the variables that ids of results
    are made of, ``loop_names`` what each loop binds.
    """

    def __init__(self) -> None:
        self.views: set[FunctionSymbol] = set()
        self.url_views: set[FunctionSymbol] = set()
        self.view_classes: set[ClassSymbol] = set()
        self.view_closures: set[code.Node] = set()
        self.tasks: set[FunctionSymbol] = set()
        self.receivers: set[FunctionSymbol | code.Node] = set()
        self.called_back: set[object] = set()
        self.named: dict[str, bool] = {}
        self.names_in_ids: set[str] = set()
        self.loop_names: dict[code.Node, LoopNames] = {}

    def note_view(self, value: Value, *, by_url: bool = False) -> None:
        """``value`` was handed to a framework as a view, ``by_url`` in a URLconf of Django."""
        if isinstance(value, FunctionValue):
            self.views.add(value.symbol)
            if by_url:
                self.url_views.add(value.symbol)
        elif isinstance(value, (ClassValue, Instance)):
            self.view_classes.add(value.symbol)
        elif isinstance(value, Closure):
            self.view_closures.add(value.code)

    def note_handlers(self, bases: list[Value], methods: list[Closure]) -> None:
        """A class inside a function was met: what answers requests there is a view."""
        paths = [base.path for base in bases if isinstance(base, External)]
        names = frozenset().union(*(handlers_of(path) or () for path in paths))
        for method in methods:
            if isinstance(method.code, code.Function) and method.code.name in names:
                self.note_view(method)

    def note_task(self, value: Value) -> None:
        """``value`` was made a task by ``app.task(value)``."""
        if isinstance(value, FunctionValue):
            self.tasks.add(value.symbol)
