"""What calls inside a transaction do: they send tasks, write rows, and run what does so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.known.rows import with_async
from flake8_celery_get.model.usage.transactions.blocks.admin import saved_by_admin
from flake8_celery_get.model.usage.transactions.flow.origins import changed_by
from flake8_celery_get.model.usage.transactions.flow.written import (
    Written,
    saves_all,
    values_given,
    values_of,
)
from flake8_celery_get.model.usage.transactions.models.rows import (
    is_elsewhere,
    is_super,
    row_of,
    saved_by,
)
from flake8_celery_get.model.usage.transactions.models.serializers import (
    HOOKS,
    INHERITED,
    SAVE,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.transactions.flow.held import Held, Passed
    from flake8_celery_get.model.usage.transactions.models.serializers import Saved
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
    from flake8_celery_get.model.values.values import Place


class Follows(Protocol):
    """What a function that is gone through asks of what goes through all of them."""

    def opens(self, symbol: FunctionSymbol, node: code.Expression) -> bool:
        """Whether ``with node:`` opens a transaction."""

    def is_send(self, place: Place) -> bool:
        """Whether a task is sent there."""

    def begin(self, block: code.Expression) -> None:
        """The function that is gone through opens its transaction there."""

    def note(self, place: Place, *, is_statement: bool) -> None:
        """A send gives a row of an open transaction to its task."""

    def call(self, symbol: FunctionSymbol, passed: Passed, depth: int) -> None:
        """Go through a function that is called inside of a transaction."""

    def save(self, row: Written, depth: int, *, after: ClassSymbol | None = None) -> None:
        """Go through what runs when a row of a model is saved."""

    def run_serializer(self, saved: Saved, depth: int) -> None:
        """Go through what ``save()`` of a serializer runs."""

    def run_form(self, view: ClassSymbol, depth: int) -> None:
        """Go through what ``super().form_valid(form)`` of a generic view runs."""

    def run_action(self, view: ClassSymbol, action: str, depth: int) -> None:
        """Go through what ``super().create(request)`` of a view runs."""

    def gives_user(self, view: ClassSymbol) -> bool:
        """Whether the row of a view is the user who asks."""


class Calls:
    """What the calls of one function do while a transaction is open."""

    def __init__(self, walk: Follows, held: Held, depth: int, passed: Passed) -> None:
        self.walk = walk
        self.is_new = passed.is_new
        self.is_saved = passed.is_saved
        self.is_any = passed.is_any
        self._helpers = held.helpers
        self._held = held
        self._symbol = held.symbol
        self._depth = depth

    def called(self, node: code.Call, *, is_statement: bool) -> None:
        """A call is made."""
        place = self._symbol.scope.path, node.at
        if self.walk.is_send(place):
            if any(self._held.hands_on(each.value) for each in _carried(node)):
                self.walk.note(place, is_statement=is_statement)
            return
        if is_elsewhere(node) or self._saves_row(node):
            return
        saved = self._helpers.saved(self._symbol, node, self._held.kinds)
        deleted = self._deleted(node)
        self._held.deleted |= {deleted} - {""}
        others = (saved_by_admin(node), deleted, self._linked(node))
        for row in (*saved, *changed_by(node), *others):
            if row:
                self._held.writes(row)
        self._saves_inside(node)
        self._creates_row(node)
        self._follow(node)

    def _deleted(self, node: code.Call) -> str:
        """``order`` in ``order.delete()``, if it surely is a row."""
        function, held = node.function, self._held
        if not isinstance(function, code.Attribute) or function.name not in _DELETES:
            return ""
        row = "self" if is_super(function.value) else code.dotted(function.value)
        kind = held.kinds.get(row)
        is_model = kind is not None and self._helpers.kinds.is_model(kind)
        return row if is_model or row in held.found else ""

    def _linked(self, node: code.Call) -> str:
        """``order`` in ``order.tags.add(tag)``, if that is a many-to-many field of it."""
        text, _, name = code.dotted(node.function).rpartition(".")
        row, _, field = text.rpartition(".")
        kind = self._held.kinds.get(row) if name in _LINKS else None
        is_written = kind is not None and self._helpers.kinds.related.has_many(kind, field)
        return row if is_written else ""

    def _saves_inside(self, node: code.Call) -> None:
        """The row of a form or a serializer, which has it: ``form.save()``."""
        function = node.function
        if not isinstance(function, code.Attribute):
            return
        owner = code.dotted(function.value)
        if function.name == "form_valid" and is_super(function.value) and node.arguments:
            owner = code.dotted(node.arguments[0].value)
            self._held.writes("self.object")
            if "self" in self._held.kinds:
                self.walk.run_form(self._held.kinds["self"], self._depth)
        elif not (function.name == SAVE and row_of(node)):
            return
        if owner:
            self._held.rows.add(f"{owner}.instance")
            if self._held.instances.get(owner):
                self._held.writes(self._held.instances[owner])
            self._held.origins[f"{owner}.data"] = {f"{owner}.instance.data"}

    def _saves_row(self, node: code.Call) -> bool:
        """``row.save()``, or ``super().save()`` in the ``save()`` of a model."""
        owner = node.function.value if isinstance(node.function, code.Attribute) else None
        kinds = self._helpers.kinds
        if owner is not None and code.last_name(node.function) == SAVE and is_super(owner):
            own, after = self._held.kinds.get("self"), self._symbol.owner
            if own is None or not kinds.is_model(own):
                self._saves_form(node, own)
                return False
            self._held.writes("self")
            known = values_of("self", self._held.fixed | self._held.values)
            row = Written(own, self.is_new, known, saves_all(node), self.is_any)
            self.walk.save(row, self._depth, after=after)
            return True
        name = saved_by(node)
        if not name and owner is not None and code.last_name(node.function) == SAVE:
            return self._saves_made(owner)
        if not name:
            return False
        kind = self._held.kinds.get(name)
        if kind is None or kinds.is_model(kind):
            self._held.writes(name)
            if kind is not None:
                self.walk.save(self._row(name, kind, node), self._depth)
            self._held.new[name] = False
        return kind is None or kinds.is_model(kind)

    def _row(self, name: str, kind: ClassSymbol, save: code.Call) -> Written:
        held = self._held
        values = values_of(name, held.values)
        return Written(kind, held.new.get(name), values, is_whole=saves_all(save))

    def _saves_form(self, node: code.Call, own: ClassSymbol | None) -> None:
        """``super().save()`` in a form, whose row is ``self.instance``."""
        model = self._helpers.kinds.saved_by(own) if own is not None else None
        if row_of(node):
            self._held.writes("self.instance")
            if model is not None:
                is_new = _MADE.get(code.last_name(node.function))
                row = Written(model, is_new, is_any=is_new is False)
                self.walk.save(row, self._depth)

    def _saves_made(self, owner: code.Expression) -> bool:
        """``Order(...).save()``, or one that is asked for in the same expression."""
        kinds = self._helpers.kinds
        kind = kinds.of(self._symbol, owner, self._held.kinds)
        if code.dotted(owner) or kind is None or not kinds.is_model(kind):
            return False
        values = values_given(owner, self._held.fixed).items()
        row = Written(kind, kinds.makes(owner), frozenset(values))
        self.walk.save(row, self._depth)
        return True

    def _creates_row(self, node: code.Call) -> None:
        """``Order.objects.create()``, or ``get_or_create()``."""
        name = code.last_name(node.function)
        owner = node.function.value if isinstance(node.function, code.Attribute) else node
        if is_super(owner):
            self._saves_form(node, self._held.kinds.get("self"))
        elif self._is_created(node) and not name.startswith(("bulk", "abulk")):
            kind = self._helpers.kinds.of(self._symbol, node, self._held.kinds)
            if kind is not None:
                self.walk.save(self._created(node, kind), self._depth)

    def _is_created(self, node: code.Call) -> bool:
        name = code.last_name(node.function)
        return (row_of(node) and name != SAVE) or self._helpers.creates(self._symbol, node)

    def _created(self, node: code.Call, kind: ClassSymbol) -> Written:
        if "_or_" in code.last_name(node.function):
            return Written(kind)
        values = values_given(node, self._held.fixed).items()
        return Written(kind, is_new=True, values=frozenset(values), is_whole=True)

    def _follow(self, node: code.Call) -> None:
        """A function of the project, which may write rows and send them, too."""
        callee = self._helpers.callee(self._symbol, node.function, self._held.kinds)
        if callee is None:
            self._save_through(node)
        else:
            self.walk.call(callee, self._held.passed(callee, node), self._depth)
        self._lose_values(node, is_own=callee is not None)

    def _lose_values(self, node: code.Call, *, is_own: bool) -> None:
        """A method of a row, and a function of the project, may set its attributes."""
        if is_own or code.dotted(node.function) == "setattr":
            self._held.may_change(frozenset(code.names_in(node)))
        else:
            self._held.may_change(frozenset(code.names_in(node.function)))

    def _save_through(self, node: code.Call) -> None:
        """``serializer.save()``, a hook of a view that does just that, or a form."""
        name = code.last_name(node.function)
        view = self._held.kinds.get("self")
        if view is not None and name in INHERITED and _is_of_super(node.function):
            if name in _UPDATES and self.walk.gives_user(view):
                for row in _USERS:
                    self._held.writes(row)
            self.walk.run_action(view, name, self._depth)
            return
        owner, _, method = code.dotted(node.function).rpartition(".")
        if owner == "self" and method in HOOKS and node.arguments:
            owner, method = code.dotted(node.arguments[0].value), SAVE
        saved = self._held.serializers.get(owner) if method == SAVE else None
        if saved is not None:
            self.walk.run_serializer(saved, self._depth)
        elif method == SAVE and owner in self._held.kinds:
            model = self._helpers.kinds.saved_by(self._held.kinds[owner])
            if model is not None:
                self.walk.save(Written(model, self._held.new.get(owner)), self._depth)


def _is_of_super(function: code.Expression) -> bool:
    return isinstance(function, code.Attribute) and is_super(function.value)


def _carried(send: code.Call) -> list[code.Argument]:
    """The arguments of a send, and of what builds the signatures that it sends."""
    found = list(send.arguments)
    owner = send.function.value if isinstance(send.function, code.Attribute) else send
    named = send.function if isinstance(send.function, code.Name) else owner
    if isinstance(named, (code.Name, code.Binary)):
        found.append(code.Argument("", named))  # signatures that have names
    for call in code.walk(owner):
        if not isinstance(call, code.Call):
            continue
        if any(argument.name in {"countdown", "eta"} for argument in call.arguments):
            return []  # ``.set(countdown=10)``
        if code.last_name(call.function) in celery_words.BUILDS:
            found += call.arguments
    return found


_DELETES = with_async({"delete"})
_LINKS = with_async({"add", "clear", "remove", "set"})
"""Methods of a many-to-many field that change which rows belong together."""
_UPDATES = frozenset({"update", "partial_update", "put", "patch"})
_USERS = ("request.user", "self.request.user")
"""What those methods of a view change whose row is the user who asks."""
_MADE = {"create": True, "update": False}
"""Methods of serializers, and whether the row that they save is new."""
