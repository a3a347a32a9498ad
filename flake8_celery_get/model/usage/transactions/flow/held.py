"""What names stand for at one point of a function: rows that were written, and their classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeGuard

from flake8_celery_get.model.known.rows import with_async
from flake8_celery_get.model.usage.django.named_models import spelled
from flake8_celery_get.model.usage.transactions.flow.fixed import text_of
from flake8_celery_get.model.usage.transactions.flow.origins import origins_of
from flake8_celery_get.model.usage.transactions.flow.written import values_given
from flake8_celery_get.model.usage.transactions.models.keys import hands_on, meant
from flake8_celery_get.model.usage.transactions.models.kinds import EACH, MADE
from flake8_celery_get.model.usage.transactions.models.rows import (
    instance_of,
    is_super,
    row_of,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.transactions.helpers import Helpers
    from flake8_celery_get.model.usage.transactions.models.serializers import (
        Saved,
        Serializers,
    )
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol


@dataclass(frozen=True, slots=True)
class Passed:
    """What a function is given, by the names that it has there.

    ``is_saved``: it runs while a row is saved. ``is_new``: the row was not there before; None
    where nobody can tell. ``is_any``: it stands for each row of its class. ``given``: the
    parameters that have an argument; None if any may have.
    """

    rows: frozenset[str] = frozenset()
    kinds: frozenset[tuple[str, ClassSymbol]] = frozenset()
    is_new: bool | None = None
    is_saved: bool = False
    is_any: bool = False
    given: frozenset[str] | None = None
    fixed: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True, eq=False)
class Held:
    """Dotted names: of rows, of objects whose class is known, and whether they are new rows.

    ``serializers`` are names, each with what their ``save()`` runs. ``fixed`` are parameters
    that are constants in this call. ``origins`` are names that stand for attributes of others,
    and ``flags`` tell whether ``get_or_create()`` has made the row of that name. ``found`` are
    rows that a manager was asked for. ``values`` are attributes that were set to constants.
    ``deleted`` are those of the rows that are gone: what is behind them was there before.
    ``instances`` are names of forms and serializers, each with that of the row it was made with.
    """

    helpers: Helpers
    makers: Serializers
    symbol: FunctionSymbol
    rows: set[str] = field(default_factory=set)
    kinds: dict[str, ClassSymbol] = field(default_factory=dict)
    new: dict[str, bool] = field(default_factory=dict)
    serializers: dict[str, Saved] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    origins: dict[str, set[str]] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    instances: dict[str, str] = field(default_factory=dict)

    def hands_on(self, node: code.Expression) -> bool:
        """Whether an argument leads a worker, or a function, to one of the rows."""
        return hands_on(node, self.rows, self.origins)

    def writes(self, row: str) -> None:
        """The row of that name is written."""
        self.rows |= set(meant(row, self.origins))
        self.flags = {flag: each for flag, each in self.flags.items() if each != row}

    def assign(self, node: code.Assign, *, is_open: bool) -> None:
        """``name = value``, in a transaction or not."""
        if node.value is not None:
            self.bind(node.targets, node.value, is_open=is_open)

    def bind(
        self, targets: Sequence[code.Expression], value: code.Expression, *, is_open: bool
    ) -> None:
        """What stands on the left of ``=``, or of ``:=``."""
        is_row = is_open and self._is_row(value)
        made = self.makers.made_by(self.symbol, value)
        kind, each, is_new = self._kinds_of(value)
        for target in targets:
            first = target.items[0] if isinstance(target, code.Display) else target
            name = code.dotted(first)
            if not name:
                continue
            if is_row:
                self.rows |= {name, *self._linked(name, value)}
            else:
                self.forget(frozenset({name}))
            self._bind(name, kind, each)
            self.serializers.pop(name, None)
            if made is not None:
                self.serializers[name] = made
            if is_new is not None:
                self.new[name] = is_new
            self.instances[name] = instance_of(value)
            self._note_values(name, value, is_new=is_new)
            self._find_origins(name, value)
            self._flag(target, value)

    def _linked(self, name: str, value: code.Expression) -> Iterator[str]:
        """``order.user`` of ``order = Order(user=user)``, if that is one of the rows, too."""
        call = value.value if isinstance(value, code.Await) else value
        for each in call.arguments if isinstance(call, code.Call) else ():
            if each.name and code.dotted(each.value) in self.rows:
                yield f"{name}.{each.name}"

    def _note_values(
        self, name: str, value: code.Expression, *, is_new: bool | None
    ) -> None:
        """``order.state = "paid"``, or ``order = Order(state="new")``."""
        text = text_of(value, self.fixed) if "." in name else ""
        if text:
            self.values[name] = text
        elif is_new:
            given = values_given(value, self.fixed)
            self.values |= {f"{name}.{key}": text for key, text in given.items()}

    def may_change(self, names: frozenset[str]) -> None:
        """Somebody gets these objects, who may set their attributes."""
        self.values = {
            name: text
            for name, text in self.values.items()
            if name.partition(".")[0] not in names
        }

    def _is_row(self, value: code.Expression) -> bool:
        """Whether an expression writes a row and gives it, or leads to one."""
        helpers, symbol = self.helpers, self.symbol
        return (
            row_of(value)
            or self.hands_on(value)
            or helpers.creates(symbol, value)
            or helpers.returns_row(symbol, value, self.kinds)
        )

    def _kinds_of(
        self, value: code.Expression
    ) -> tuple[ClassSymbol | None, ClassSymbol | None, bool | None]:
        """The class of a value, that of its items, and whether it is a new row."""
        kinds = self.helpers.kinds
        kind = kinds.of(self.symbol, value, self.kinds)
        each = kinds.each_of(self.symbol, value, self.kinds)
        return kind, each, kinds.makes(value) if kind is not None else None

    def _find_origins(self, name: str, value: code.Expression) -> None:
        """``pk = order.pk``, and the other way round: ``order = Order.objects.get(pk=pk)``."""
        text = code.dotted(value)
        self.origins.pop(name, None)
        if text and not f"{text}.".startswith(f"{name}."):
            self.origins[name] = set(meant(text, self.origins))
        self.found.discard(name)
        for found_by, key in origins_of(value):
            self.found.add(name)
            self.origins.setdefault(found_by, set()).add(f"{name}.{key}")

    def _flag(self, target: code.Expression, value: code.Expression) -> None:
        """``row, created = Model.objects.get_or_create(…)``."""
        names = list(map(code.dotted, target.items)) if _is_pair(target) else []
        for name in names[1:]:
            self.flags.pop(name, None)
            if isinstance(value, code.Call) and code.last_name(value.function) in _FLAGGED:
                self.flags[name] = names[0]

    def loop(self, target: code.Expression, iterable: code.Expression) -> None:
        """``for target in iterable``."""
        names = code.names_in(target)
        is_row = self.hands_on(iterable)
        self.forget(names)
        if is_row:
            self.rows |= names  # ``for row in written_rows:``
        name = code.dotted(target)
        each = self.helpers.kinds.each_of(self.symbol, iterable, self.kinds)
        if name:
            self._bind(name, each, None)

    def _bind(self, name: str, kind: ClassSymbol | None, each: ClassSymbol | None) -> None:
        self.fixed.pop(name, None)
        for key, value in ((name, kind), (f"{name}{EACH}", each)):
            self.kinds.pop(key, None)
            if value is not None:
                self.kinds[key] = value

    def forget(self, names: frozenset[str]) -> None:
        """These names stand for something else from here on."""

        def is_gone(text: str) -> bool:
            return any(text == name or text.startswith(f"{name}.") for name in names)

        self._keep_keys(is_gone)
        self.instances = {
            each: row for each, row in self.instances.items() if not is_gone(row)
        }
        self.rows = {row for row in self.rows if not is_gone(row)}
        self.flags = {
            flag: row
            for flag, row in self.flags.items()
            if not (is_gone(flag) or is_gone(row))
        }
        self.new = {row: is_new for row, is_new in self.new.items() if not is_gone(row)}
        self.kinds = {each: kind for each, kind in self.kinds.items() if not is_gone(each)}
        self.fixed = {each: text for each, text in self.fixed.items() if not is_gone(each)}
        self.values = {
            each: text for each, text in self.values.items() if not is_gone(each)
        }

    def _keep_keys(self, is_gone: Callable[[str], bool]) -> None:
        """What was taken from a row is still one, whatever its name stands for now."""
        for name, found in self.origins.items():
            gone = {text for text in found if is_gone(text)}
            if gone and hands_on(code.Name(name), self.rows, {name: gone}):
                self.rows.add(name)
            found -= gone
        self.origins = {
            name: found
            for name, found in self.origins.items()
            if found and not is_gone(name)
        }

    def passed(self, callee: FunctionSymbol, node: code.Call) -> Passed:
        """What a call gives a function of the project."""
        parameters = list(callee.definition.positional)
        rows: set[str] = set()
        kinds: dict[str, ClassSymbol] = {}
        if callee.owner is not None and parameters[:1] in (["self"], ["cls"]):
            parameters = parameters[1:]
            self._pass_self(node, rows, kinds)
        given = list(_given(parameters, node))
        named = {p.name for p in callee.definition.parameters if p.kind in {"", "keyword"}}
        for name, value in given:
            if name not in named:
                continue
            kind = self.helpers.kinds.of(self.symbol, value, self.kinds)
            if self.hands_on(value):
                rows.add(name)
            elif kind is not None and self._leads_behind(value, kind):
                rows |= {f"{name}.{key}" for key in _KEYS}
            if kind is not None:
                kinds[name] = kind
        passed = Passed(frozenset(rows), frozenset(kinds.items()))
        return self._fixing(passed, dict(given))

    def _leads_behind(self, value: code.Expression, kind: ClassSymbol) -> bool:
        """Whether it is a row behind one of the rows, ``invoice.order``, which has its keys.

        A user was there before: a function that gets one tells somebody, and reads no more.
        """
        if not code.dotted(value) or not self.helpers.kinds.is_model(kind):
            return False
        key, rows = code.Attribute(value, "pk"), self.rows - self.deleted
        is_user = self.helpers.kinds.is_user(kind)
        return not is_user and hands_on(key, rows, self.origins)

    def _fixing(self, passed: Passed, given: dict[str, code.Expression]) -> Passed:
        """The same, with the parameters that the call fixes."""
        if not given.keys().isdisjoint({"*", "**"}):
            return passed
        texts = {name: text_of(value, self.fixed) for name, value in given.items()}
        fixed = frozenset((name, text) for name, text in texts.items() if text)
        return replace(passed, given=frozenset(given), fixed=fixed)

    def _pass_self(
        self, node: code.Call, rows: set[str], kinds: dict[str, ClassSymbol]
    ) -> None:
        """The object whose method is called, with what is known of its attributes."""
        value = node.function.value if isinstance(node.function, code.Attribute) else None
        owner = spelled(value) if value is not None else ""
        if owner in {"self", "cls"} or (value is not None and is_super(value)):
            rows |= {row for row in self.rows if row.partition(".")[0] == "self"}
            kinds |= {n: kind for n, kind in self.kinds.items() if n.startswith("self")}
        elif owner in self.rows:
            rows.add("self")
        elif managed := self.helpers.kinds.managed(self.symbol, owner):
            kinds[MADE] = managed[0]
        kind = self.helpers.kinds.of(self.symbol, value, self.kinds) if value else None
        if kind is not None:
            kinds["self"] = kind


def _given(parameters: list[str], node: code.Call) -> Iterator[tuple[str, code.Expression]]:
    """The arguments of a call, each with its parameter."""
    positional = [each.value for each in node.arguments if not each.name]
    yield from zip(parameters, positional, strict=False)
    yield from ((each.name, each.value) for each in node.arguments if each.name)


def _is_pair(node: code.Expression) -> TypeGuard[code.Display]:
    return isinstance(node, code.Display) and len(node.items) == 2


_KEYS = ("id", "pk")
_FLAGGED = with_async({"get_or_create"})
"""Methods of managers that tell whether they have made the row."""
