"""Calls of a class from a package that is not read, which calls the project's code back.

A base class calls what a class of the project overrides. An object calls the functions that
it was made with. What nobody in the project calls by its name is there for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.installed import is_known_package
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Closure,
    External,
    FunctionValue,
    Instance,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

_LATER = re.compile(
    r"start|submit|spawn|connect|subscribe|listen|schedule|register|delay|async|save|close|add_"
)
"""Methods that return before anything is called back, or for another reason."""

_THREADS = re.compile(r"Thread|Process|Actor|Greenlet|Worker|Consumer|Server|Model|Test")
"""Bases that call back from elsewhere, or are not made for it."""


_ELSEWHERE = re.compile(
    r"back|cache|defer|enqueue|executor|factory|field|future|lazy|pool|process|promise"
    r"|route|run_sync|signal|task|thread"
)
"""Words of functions that keep what they get, or run it in another thread."""

_IS_KEPT = re.compile(
    r"bind|call_later|command|compose|curry|decorat|delay|every|filter|handler|hook|listen"
    r"|mock|on_|partial|patch|periodic|timer|url|validat|vectorize|watch|wrap"
)
"""Words of functions that make another function of what they get, or keep it for later."""


def note_callbacks(frame: Frame, path: str, given: tuple[Given, ...]) -> None:
    """Remember the functions that an object of an unread package is made with."""
    if _is_unread(path) and path.rpartition(".")[2][:1].isupper():
        functions = [
            argument.value
            for argument in given
            if isinstance(argument.value, (Closure, FunctionValue))
        ]
        frame.callbacks.setdefault(f"{path}()", []).extend(functions)


def run_handed(frame: Frame, path: str, given: tuple[Given, ...], node: code.Call) -> None:
    """Run what a call of an unread package runs whose result is used.

    These are lambdas without parameters, ``value = retried(lambda: …)``, and functions that
    are handed over together with what they work on: ``value = pipe(item, load)``.
    """
    values = [each.value for each in given]
    functions = [each for each in values if isinstance(each, (Closure, FunctionValue))]
    if not functions or node is frame.discarded or not _runs_now(path):
        return
    has_data = len(functions) < len(values)
    for function in functions:
        if _takes_nothing(function) or (has_data and not _IS_KEPT.search(path.lower())):
            frame.world.calls.run(frame, function, (), node)


def _runs_now(path: str) -> bool:
    """Whether a function of an unread package, by its name, runs what it gets itself."""
    name = path.rpartition(".")[2]
    is_later = _LATER.search(name) or _ELSEWHERE.search(path.lower())
    return not is_later and name.islower() and _is_unread(path)


def _takes_nothing(value: Value) -> bool:
    """Whether it is a lambda without parameters."""
    return (
        isinstance(value, Closure)
        and isinstance(value.code, code.Lambda)
        and not value.code.parameters
    )


def note_inherited(frame: Frame, owner: Value, node: code.Attribute) -> None:
    """Remember whose method is called that only a base outside the project can have."""
    if isinstance(owner, Instance) and frame.world.relevance.concerns(owner.symbol):
        bases = frame.world.classes.outside_bases(owner.symbol)
        if any(map(_is_unread, bases)):
            frame.inherited[node] = owner


def call_back(frame: Frame, function: Value, node: code.Call) -> None:
    """Run what a call of an unread package's method calls back in this thread."""
    if _LATER.search(code.last_name(node.function)):
        return
    for callee in _called_back(frame, function, node):
        function_run = callee.symbol if isinstance(callee, FunctionValue) else callee.code
        frame.world.seen.called_back.add(function_run)
        frame.world.calls.run(frame, callee, (), node)


def _called_back(
    frame: Frame, function: Value, node: code.Call
) -> Iterator[FunctionValue | Closure]:
    if isinstance(function, External) and node is not frame.discarded:
        yield from frame.callbacks.get(function.path.rpartition(".")[0], ())
    owner = frame.inherited.get(node.function) if function == UNKNOWN else None
    if owner is not None:
        for method in _overriding(frame.world, owner.symbol):
            yield FunctionValue(method, owner)


def _overriding(world: Surroundings, symbol: ClassSymbol) -> Iterator[FunctionSymbol]:
    """The methods that nobody in the project names: the base class has to call them."""
    for ancestor in world.classes.line(symbol):
        for method in ancestor.methods.values():
            if not method.name.startswith("__") and not _is_named(world, method.name):
                yield method


def _is_named(world: Surroundings, name: str) -> bool:
    if name not in world.seen.named:
        pattern = re.compile(rf"\.{re.escape(name)}\b")
        world.seen.named[name] = any(
            world.project.source(path).holds(pattern)
            for path in world.project.mentioning({name})
            if not world.is_test(path)
        )
    return world.seen.named[name]


_STANDARD = frozenset(
    {"ast.NodeTransformer", "ast.NodeVisitor", "cmd.Cmd", "html.parser.HTMLParser"}
)
"""Bases of the standard library that call back in the same thread."""


def _is_unread(path: str) -> bool:
    if path in _STANDARD:
        return True
    top, _, rest = path.partition(".")
    return bool(rest) and not is_known_package(top) and not _THREADS.search(path)
