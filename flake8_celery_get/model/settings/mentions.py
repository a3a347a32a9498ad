"""Evaluates those parts of a module that mention some word, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    FunctionValue,
    Instance,
    ModuleValue,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import (
        ClassSymbol,
        FunctionSymbol,
        Scope,
    )
    from flake8_celery_get.source.outline import Definition

_SAYS = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|#.*""")
"""A text of one line, or a comment."""


def run_mentions(world: Surroundings, scope: Scope, words: re.Pattern[str]) -> None:
    """Run the statements and functions of a module that hold one of ``words``."""
    frame = Frame(world, scope)
    for definition in scope.all_statements():
        if scope.source.has(definition, words):
            _run_statement(frame, definition)
    for symbol, owner in _functions(scope):
        if scope.source.has(symbol.definition, words):
            _run_function(world, FunctionValue(symbol, owner))


def speaks_of(source: str, names: Iterable[str], *, in_sentences: bool) -> bool:
    """Whether code has one of the names somewhere, other than in a comment.

    ``in_sentences``: also in a text with a space, which may be the command line of a worker.
    """
    words = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")

    def kept(found: re.Match[str]) -> str:
        text = found[1] or ""
        return text if in_sentences or " " not in text else ""

    lines = (line for line in source.splitlines() if words.search(line))
    return any(words.search(_SAYS.sub(kept, line)) for line in lines)


def only_set_to(text: str, names: Iterable[str], values: Iterable[str]) -> bool:
    """Whether each mention of the names gives them one of the values, as code or ``.env`` do."""
    name, value = ("|".join(map(re.escape, sorted(each))) for each in (names, values))
    annotation = r"(?:\s*:\s*[\w.]+)?"
    key = rf"\b(?:{name})\b[\"']?\]?{annotation}\s*[=:]"
    given = rf"(?m){key}\s*[\"']?(?:{value})\b[\"']?\s*(?:[,#}}]|$)"
    return len(re.findall(rf"\b(?:{name})\b", text)) == len(re.findall(given, text))


def named_object(world: Surroundings, name: str, importer: str) -> Value:
    """The module, or the object in one, that a dotted name means: also ``module:name``.

    A worker may be started inside of a package: its folder is where modules are found then.
    """
    module, _, member = name.partition(":")
    modules = world.project.modules
    path = modules.find(module, importer) or modules.around(module, importer)
    if path is None and not member:
        module, _, member = module.rpartition(".")
        path = modules.find(module, importer) if module else None
    if path is None:
        return UNKNOWN
    if not member:
        return ModuleValue(path)
    with world.aside():
        return world.names.member(world.scope(path), member)


def _run_statement(frame: Frame, definition: Definition) -> None:
    statements = frame.scope.source.code(definition)
    if definition.is_conditional or definition.within_main:
        with frame.branch(statements):
            frame.world.calls.run_statements(frame, statements)
    else:
        frame.world.calls.run_statements(frame, statements)
    frame.state.reached = True


def _run_function(world: Surroundings, function: FunctionValue) -> None:
    world.relevance.read(function.symbol.scope, function.symbol.definition)
    inner = list(world.calls.outcome(function).inner)
    while inner:
        inner += world.calls.outcome(inner.pop()).inner


def _functions(scope: Scope) -> Iterator[tuple[FunctionSymbol, Instance | None]]:
    for symbol in scope.functions.values():
        yield symbol, None
    for each in scope.classes.values():
        yield from _methods(each)


def _methods(symbol: ClassSymbol) -> Iterator[tuple[FunctionSymbol, Instance]]:
    for method in symbol.methods.values():
        yield method, Instance(symbol)
    for inner in symbol.classes.values():
        yield from _methods(inner)
