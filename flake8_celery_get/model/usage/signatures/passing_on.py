"""Decorators of the project that pass a function's arguments on as they get them.

Celery checks a send against the decorated function, which takes anything: what doesn't fit
raises TypeError in the worker.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import FunctionValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.tasks import Defined
    from flake8_celery_get.model.values.definitions import FunctionSymbol

_DEFINED = re.compile(r"\bdef\s+(\w+)\s*\(([^()]*)\)")
_ANYTHING = re.compile(r"\*(\w+)(?:\s*:[^,]+)?,\s*\*\*(\w+)(?:\s*:[^,]+)?")
_OTHER_WAYS = re.compile(r"\b(?:async|await|class|lambda|yield|partial|signature)\b")


def passes_on(world: Surroundings, task: Defined) -> bool:
    """Whether each decorator below that of the task runs the function with what it is given."""
    if task.place is None or task.symbol.owner is not None:
        return False
    below = world.calls.decorators_of(task.symbol)[task.place + 1 :]
    found = [_decorator(world, task.symbol, node) for node in below]
    return all(each is not None and _is_passing_on(each) for each in found)


def _decorator(
    world: Surroundings, symbol: FunctionSymbol, node: code.Expression
) -> FunctionSymbol | None:
    """The function of the project that a decorator without arguments is."""
    name = code.dotted(node) if isinstance(node, (code.Name, code.Attribute)) else ""
    value = world.deeply(symbol.scope, name) if name else None
    return value.symbol if isinstance(value, FunctionValue) else None


def _is_passing_on(decorator: FunctionSymbol) -> bool:
    """Whether a decorator returns a function of any arguments that calls with all of them."""
    text = decorator.definition.text(decorator.scope.source.lines)
    defined = _DEFINED.findall(text)
    taken = [each.name for each in decorator.definition.parameters]
    if len(defined) != len(taken) + 1 or len(taken) != 1 or _OTHER_WAYS.search(text):
        return False
    if "except" in text and "raise" not in text:
        return False  # it may swallow the error
    inner, parameters = defined[1]
    rest = _ANYTHING.fullmatch(parameters.strip().rstrip(","))
    if rest is None or re.search(rf"\breturn {inner}\s*$", text) is None:
        return False
    args, kwargs, function = *map(re.escape, rest.groups()), re.escape(taken[0])
    called = len(re.findall(rf"\b{function}\(", text))
    whole = len(re.findall(rf"\b{function}\(\*{args},\s*\*\*{kwargs}\)", text))
    changed = re.search(rf"(?<!\*)\b(?:{args}|{kwargs})\b", text)
    return called == whole > 0 and changed is None
