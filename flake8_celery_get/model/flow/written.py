"""In how many ways the project's texts say what an object gets.

What doesn't lead to a wait is never evaluated: where a script makes ``Runner(Slow())`` and a
view ``Runner(Quick())``, only the script's runner would be known. Where texts differ, nobody
knows whose object it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.definitions import FunctionSymbol
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import (
    ClassValue,
    FunctionValue,
    Instance,
    Items,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, Scope

_LONGEST = 2_000
MOST_FILES = 25
_NEAR = 100
"""Characters before a name that are looked at."""
_GIVEN = re.compile(r"\(\s*(?:\w+\.)*\Z")
_DEFINED = re.compile(r"(?:\w|\bclass |\bdef )\Z")
"""What stands before a name that is only the end of another one, or is defined there."""
_OWN_CALL = re.compile(r"\bcls\s*\(")
_HANDED_ON = "…"
"""Stands for a class that is handed to others, who may call it with anything."""


def holds_object(value: Value) -> bool:
    """Whether it is an object, a class or a function, or a container of such."""
    return any(
        any(map(holds_object, option.parts))
        if isinstance(option, Items)
        else isinstance(option, (ClassValue, FunctionValue, Instance))
        for option in options(value)
    )


def is_made_alike(frame: Frame, name: str, given: code.Expression) -> bool:
    """Whether all code that calls a class gives it the same, which is ``given`` here."""
    return _is_called_alike(frame.world, name) and _is_own(frame, code.dotted(given))


def is_set_alike(frame: Frame, scope: Scope, name: str) -> bool:
    """Whether all code that sets a variable of a module sets it to the same."""
    world = frame.world
    if _is_common(world, name):
        return False
    key = ("set alike", scope, name)
    ways = world.memo.ask(key, partial(_settings, world, scope, name), frozenset())
    return len(ways) <= 1 and all(_is_own(frame, way) for way in ways)


def is_attribute_alike(frame: Frame, target: code.Attribute, symbol: ClassSymbol) -> bool:
    """Whether all code that sets an attribute of a class's objects sets it to the same.

    What the methods set it to themselves is known, but for what a setter is given.
    """
    world, name = frame.world, target.name
    if code.dotted(target.value) in {"self", "cls"}:
        ways = _own_ways(world, symbol, name)
        return are_alike(ways) or not any(_is_parameter(frame, way) for way in ways)
    key = ("attribute alike", frame.within, symbol, name)
    ask = partial(_has_one_way, frame, symbol, name)
    return world.memo.ask(key, ask, False)


def _own_ways(world: Surroundings, symbol: ClassSymbol, name: str) -> list[str]:
    """What the bodies of a class and its bases set an attribute to."""
    says = re.compile(rf"^[ \t]+(?:(?:self|cls)\.)?{_set_to(name)}", re.M)
    line = world.classes.line(symbol)
    homes = (each.definition.text(each.scope.source.lines) for each in line)
    return [way for home in homes for way in says.findall(home)]


def _has_one_way(frame: Frame, symbol: ClassSymbol, name: str) -> bool:
    """Whether it is set in one function, which may choose, or to the same elsewhere."""
    if _is_common(frame.world, name):
        return False
    here: list[str] = []
    if isinstance(frame.within, FunctionSymbol):
        source = frame.within.scope.source
        here = _ways_of_others(frame.within.definition.text(source.lines), name)
    found = _own_ways(frame.world, symbol, name)
    for text in _texts(frame.world, name):
        found += _ways_of_others(text, name)
    return are_alike(found) or not (Counter(found) - Counter([*here, "None"]))


def _ways_of_others(text: str, name: str) -> list[str]:
    """What code sets ``x.name`` to, where ``x`` is not the object itself."""
    return [
        found[1]
        for found in re.finditer(rf"\.{_set_to(name)}", text)
        if not text.endswith(("self", "cls"), 0, found.start())
    ]


def _set_to(name: str) -> str:
    """A pattern for ``name = value`` or ``name: Kind = value``, whose group is the value."""
    return rf"{re.escape(name)}[ \t]*(?::[^=\n]+)?=(?!=)[ \t]*([^\n#]+)"


def is_put_alike(frame: Frame, variable: str) -> bool:
    """The same for a context variable: ``current.set(Jobs())``."""
    return _is_called_alike(frame.world, f"{variable}.set") and not any(
        "default=" in way and "default=None" not in way
        for text in _texts(frame.world, variable)
        for way in _made(text, variable)
    )


def _made(text: str, variable: str) -> Iterator[str]:
    """What ``current = ContextVar("current", default=Jobs())`` is made with."""
    made = rf"\b{variable}\s*(?::[^=\n]+)?=\s*[\w.]*ContextVar(?:\[[^=\n]*\])?\("
    for found in re.finditer(made, text):
        yield _enclosed(text, found.end())


def _is_own(frame: Frame, given: str) -> bool:
    """Whether callers have no say in it, or all of them say the same."""
    if not _is_parameter(frame, given):
        return True
    symbol = frame.within
    return isinstance(symbol, FunctionSymbol) and _is_called_alike(frame.world, symbol.name)


def _is_parameter(frame: Frame, name: str) -> bool:
    """Whether a function is given it; what ``__init__`` is given was already looked at."""
    function = frame.world.calls.code_around(frame.within)
    if function is None or function.name == "__init__":
        return False
    return any(parameter.name == name for parameter in function.parameters)


def _is_called_alike(world: Surroundings, name: str) -> bool:
    return world.memo.ask(("called alike", name), partial(_agree, world, name), False)


def _agree(world: Surroundings, name: str) -> bool:
    if _is_common(world, name.partition(".")[0]):
        return False
    calls = list(_calls(world, name))
    ways = set(calls)
    if _HANDED_ON in ways or len(ways) > 1:
        return False
    is_made_there = all("(" in way or not way for way in ways)
    return len(calls) <= 1 or is_made_there


def _calls(world: Surroundings, name: str) -> Iterator[str]:
    """The arguments of each call of a name, outside tests."""
    # They begin with the name: that is what is searched quickly.
    called = re.compile(rf"{re.escape(name)}(?:\.__init__)?\s*\(")
    handed_on = re.compile(rf"{re.escape(name)}\s*[,)]")
    for text in _texts(world, name.partition(".")[0]):
        calls = [
            each for each in called.finditer(text) if not _is_other(text, each.start())
        ]
        if f"class {name}" in text:
            calls += _OWN_CALL.finditer(text)
        for found in calls:
            yield _enclosed(text, found.end())
        if any(_is_argument(text, each.start()) for each in handed_on.finditer(text)):
            yield _HANDED_ON


def _is_other(text: str, start: int) -> bool:
    return _DEFINED.search(text, max(0, start - _NEAR), start) is not None


def _is_argument(text: str, start: int) -> bool:
    """Whether what begins there is what a call is given, first or alone."""
    return _GIVEN.search(text, max(0, start - _NEAR), start) is not None


def are_alike(found: Iterable[str]) -> bool:
    """Whether these texts set something to the same."""
    return len(_told_apart(found)) <= 1


def _told_apart(found: Iterable[str]) -> frozenset[str]:
    """Texts without their blanks; None only empties what is set."""
    return frozenset("".join(way.split()) for way in found) - {"None"}


def _settings(world: Surroundings, scope: Scope, name: str) -> frozenset[str]:
    """What code outside tests sets a variable of a module to."""
    path = PurePath(scope.path)
    module = path.parent.name if path.stem == "__init__" else path.stem
    own = re.compile(rf"^[ \t]*{_set_to(name)}", re.M)
    others = re.compile(rf"(?<![\w.])(?!self\.|cls\.)(?:\w+\.)+{_set_to(name)}")
    found = own.findall(scope.source.text)
    for text in _texts(world, name):
        found += others.findall(text) if module in text else ()
    return _told_apart(found)


def _is_common(world: Surroundings, name: str) -> bool:
    """Whether so many files mention a name that each edit of one would ask for all again."""
    world.project.search({name})
    return world.project.fame(name) > MOST_FILES


def _texts(world: Surroundings, name: str) -> Iterator[str]:
    """The files outside of tests that mention a name; findings depend on their texts."""
    for path in world.project.mentioning({name}):
        if not world.is_test(path):
            yield world.project.consult(path).text


def _enclosed(text: str, start: int) -> str:
    """What stands up to the parenthesis that closes the one before ``start``."""
    depth = 1
    for place in range(start, min(len(text), start + _LONGEST)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return "".join(text[start:place].split()).rstrip(",")
    return _HANDED_ON
