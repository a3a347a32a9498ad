"""What opens a transaction: ``atomic`` as a block or a decorator, and what Django runs in one.

https://docs.djangoproject.com/en/stable/topics/db/transactions/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.transactions.receivers import Receivers
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import External, FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope

_ATOMIC = frozenset({"django.db.transaction.atomic", "django.db.transaction.Atomic"})
_WORD = re.compile(r"\batomic\b")
_OPENS = re.compile(
    r"\batomic\b|@receiver\(|\bwith \w+\(\)"
    r"|@[\w.]+\(\s*\[?(?:\w+\.)*(?:m2m_changed|post_delete|pre_delete)\b"
)

_ADMIN_METHODS = frozenset(
    {"save_model", "delete_model", "save_related", "save_formset", "log_change"}
)
_REQUESTS = re.compile(r"""["']ATOMIC_REQUESTS["']\s*\]?\s*[:=]\s*True\b""")
_VIEW_METHODS = frozenset(
    {
        "post", "put", "patch", "delete", "get", "dispatch", "create", "update", "destroy",
        "partial_update", "perform_create", "perform_update", "form_valid",
    }
)  # fmt: skip
_VIEW_DECORATORS = ("api_view", "require_POST", "require_http_methods", "login_required")


class Transactions:
    """Tells which code of a project runs inside a transaction."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._wrappers: dict[FunctionSymbol, bool] = {}
        self.receivers = Receivers(world)
        self.covers_requests = any(
            not world.is_test(path) and _REQUESTS.search(world.project.consult(path).text)
            for path in world.project.mentioning({"ATOMIC_REQUESTS"})
        )

    def opens(self, scope: Scope, node: code.Expression) -> bool:
        """Whether ``with node:``, or ``@node``, opens a transaction on the default database."""
        function = node.function if isinstance(node, code.Call) else node
        arguments = node.arguments if isinstance(node, code.Call) else []
        if code.last_name(function) == "method_decorator" and arguments:
            return self.opens(scope, arguments[0].value)
        if any(map(_is_other_database, arguments)):
            return False
        text = code.dotted(function)
        found = options(self._world.deeply(scope, text)) if text else ()
        return bool(found) and all(map(self._is_atomic, found))

    def _is_atomic(self, value: object) -> bool:
        if isinstance(value, External):
            return value.path in _ATOMIC
        return isinstance(value, FunctionValue) and self._wraps(value.symbol)

    def _wraps(self, symbol: FunctionSymbol) -> bool:
        """Whether a context manager, or a decorator, of the project is one around ``atomic``."""
        if symbol not in self._wrappers:
            self._wrappers[symbol] = False
            function = self._world.calls.function_code(symbol)
            text = symbol.definition.text(symbol.scope.source.lines)
            if function is not None and _WORD.search(text) and "on_commit" not in text:
                self._wrappers[symbol] = symbol.is_decorated("contextmanager") and any(
                    isinstance(part, code.With) and self.opens(symbol.scope, part.value)
                    for part in function.body
                )
        return self._wrappers[symbol]

    def may_open(self, symbol: FunctionSymbol) -> bool:
        """Whether it is worth reading a function: its text may open a transaction."""
        return (
            symbol.scope.source.has(symbol.definition, _OPENS)
            or symbol in self.receivers.connected
            or self.is_of_admin(symbol)
            or (self.covers_requests and self._is_view(symbol))
        )

    def is_around(self, symbol: FunctionSymbol, function: code.Function) -> bool:
        """Whether a function as a whole runs inside a transaction."""
        scope = symbol.scope
        if symbol.is_decorated("non_atomic_requests"):
            return False
        if any(
            _WORD.search(text) and self.opens(scope, node)
            for text, node in zip(
                symbol.definition.decorators, function.decorators, strict=False
            )
        ):
            return True
        if self.receivers.is_one(symbol, function) or self.is_of_admin(symbol):
            return True
        return self.covers_requests and self._is_view(symbol)

    def is_of_admin(self, symbol: FunctionSymbol) -> bool:
        """Whether Django's admin calls a method while it saves or deletes."""
        if symbol.owner is None or symbol.name not in _ADMIN_METHODS:
            return False
        bases = self._world.classes.outside_bases(symbol.owner)
        return any(
            base.endswith("ModelAdmin") or (base.endswith("Admin") and ".admin." in base)
            for base in bases
        )

    def _is_view(self, symbol: FunctionSymbol) -> bool:
        if symbol.owner is None:
            first = (*symbol.definition.positional, "")[0]
            path = symbol.scope.path
            return symbol.is_decorated(*_VIEW_DECORATORS) or (
                first == "request" and (path.endswith("views.py") or "/views/" in path)
            )
        bases = self._world.classes.outside_bases(symbol.owner)
        is_view = any(base.endswith(("View", "ViewSet", "ViewSetMixin")) for base in bases)
        return is_view and (symbol.name in _VIEW_METHODS or symbol.is_decorated("action"))


def _is_other_database(argument: code.Argument) -> bool:
    """Whether ``atomic`` is told to use a database that is not the default one."""
    if argument.name not in {"using", ""}:
        return False
    value = argument.value
    return not (isinstance(value, code.Constant) and value.value in {None, "default"})
