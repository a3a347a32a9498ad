"""Which database a transaction is opened on, and on which one ``on_commit`` waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import External
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.transactions.blocks.wrappers import Wrappers
    from flake8_celery_get.model.values.definitions import Scope

DEFAULT = "default"
_UNSAID = "?"


class Hooks:
    """Tells what ``atomic`` and ``on_commit`` mean in one module."""

    def __init__(self, world: Surroundings, scope: Scope, wrappers: Wrappers) -> None:
        self._world = world
        self._scope = scope
        self._wrappers = wrappers

    def opened(self, node: code.Expression) -> str:
        """The database on which ``with node:`` opens a transaction; empty if on none."""
        if self._wrappers.opens(self._scope, node):
            return DEFAULT
        if not isinstance(node, code.Call):
            return ""
        is_atomic = self._wrappers.opens(self._scope, node.function)
        return _database(node.arguments, 0) if is_atomic else ""

    def around(self, function: code.Function) -> str:
        """The database on which a decorator opens one around the body; empty if on none."""
        if function.is_async or function.yields:
            return ""
        return next(filter(None, map(self.opened, function.decorators)), "")

    def takes(self, node: code.Expression, database: str) -> bool:
        """Whether it is ``on_commit`` for that database; for others it may run the hook now."""
        function = node.function if isinstance(node, code.Call) else node
        arguments = node.arguments if isinstance(node, code.Call) else []
        if code.last_name(function) != "on_commit" or _database(arguments, 1) != database:
            return False
        found = self._world.deeply(self._scope, code.dotted(function))
        return isinstance(found, External) and found.path.startswith("django.")

    def given(self, call: code.Call) -> code.Expression | None:
        """The hook that ``on_commit`` is given."""
        for each in call.arguments:
            if each.name in {"", "func"}:
                return each.value
        return None


def _database(arguments: Sequence[code.Argument], place: int) -> str:
    """The name of the database among arguments, as text, by keyword or at a place."""
    said = [each.value for each in arguments if each.name == "using"]
    said += [each.value for each in arguments if not each.name][place : place + 1]
    if not said:
        return DEFAULT
    if isinstance(said[0], code.Constant):
        return str(said[0].value or DEFAULT)
    return code.dotted(said[0]) or _UNSAID
