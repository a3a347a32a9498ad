"""What code concludes from PENDING, which is also the state of an id that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias, TypeGuard

from flake8_celery_get.model.ask.looked_up import is_looked_up, is_owner_asked
from flake8_celery_get.model.ask.states import UNEQUAL, compared_states
from flake8_celery_get.model.noticed.notes import Comparison
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import StateValue
from flake8_celery_get.source import code

RUNS, EXISTS = "runs", "exists"
"""What is concluded: a PENDING task runs; a task that is not PENDING exists, no other does."""

_SAYS_RUNS = re.compile(r"running|in_progress|is_(active|alive|processing|busy)")
_SAYS_EXISTS = re.compile(r"(^|_)exists?($|_)")
_NOT_FOUND = re.compile(r"Http404|HTTP_404_NOT_FOUND|(HTTP|HttpResponse)?NotFound")
_TOLD_RUNS = re.compile(
    r"\b(running|in[ _-]progress|processing|executing)\b", re.IGNORECASE
)


def conclusion(note: Comparison, function: code.Function, *, is_view: bool) -> str:
    """What ``function`` concludes from a comparison with PENDING; empty where that is unsure."""
    if "PENDING" not in compared_states(note) or not _is_from_outside(note, function):
        return ""
    if is_looked_up(_names_of_id(note), function) or is_owner_asked(_ids(note), function):
        return ""
    negative = note.operator in UNEQUAL
    if note.at in _returned(function, "and" if negative else "or"):
        if negative and _SAYS_EXISTS.search(function.name):
            return EXISTS
        if not negative and _SAYS_RUNS.search(function.name):
            return RUNS
    kept = frozenset(_kept_as(note, function))
    if any(map((_SAYS_EXISTS if negative else _SAYS_RUNS).search, kept)):
        return EXISTS if negative else RUNS
    says_runs = _SAYS_RUNS.search(function.name) is not None
    if says_runs and any(map(_is_true, _when_pending(note, function, kept))):
        return RUNS
    return _told(note, function, kept) if is_view else ""


def _is_true(body: list[code.Statement]) -> bool:
    """Whether it is nothing but ``return True``."""
    returned = (
        body[0].value if len(body) == 1 and isinstance(body[0], code.Return) else None
    )
    return isinstance(returned, code.Constant) and returned.value is True


def _told(note: Comparison, function: code.Function, kept: frozenset[str]) -> str:
    """What a view says of a PENDING task to those who ask: in words, or with a 404."""
    bodies = list(_when_pending(note, function, kept))
    answers = _names_returned(function)
    if any(_tells_runs(body, answers) for body in bodies):
        return RUNS
    is_alone = set(compared_states(note)) == {"PENDING"}
    return EXISTS if is_alone and any(map(_tells_missing, bodies)) else ""


def _kept_as(note: Comparison, function: code.Function) -> Iterator[str]:
    """The variables that hold the comparison, or can be true because of it."""
    operator = "and" if note.operator in UNEQUAL else "or"
    for part in code.walk(function):
        if isinstance(part, code.Assign) and part.value is not None:
            places = map(code.place, _sides(part.value, operator))
            if note.at in places:
                yield from (target.id for target in part.targets if _is_name(target))


def _is_name(node: code.Expression) -> TypeGuard[code.Name]:
    return isinstance(node, code.Name)


def _is_from_outside(note: Comparison, function: code.Function) -> bool:
    """Whether the handle is made from an id that the function was given, or that was kept."""
    given = {parameter.name for parameter in function.parameters}
    names = _names_of_id(note)
    return bool(names) and all(
        name in given or _STORE.fullmatch(name) or _is_taken_from_store(name, function)
        for name in names
    )


_STORE = re.compile(r"(?:\w*_)?(?:cache|redis|session)(?:_\w+)?", re.IGNORECASE)
"""Names of what keeps an id longer than the backend may keep the result."""


def _is_taken_from_store(name: str, function: code.Function) -> bool:
    """Whether a variable holds nothing but what a cache or a session gives."""
    values = [
        part.value
        for part in code.walk(function)
        if isinstance(part, code.Assign)
        and any(_is_name(target) and target.id == name for target in part.targets)
    ]
    return bool(values) and all(map(_is_of_store, values))


def _is_of_store(node: code.Expression | None) -> bool:
    """``cache.get(key)``, ``request.session["key"]``."""
    if isinstance(node, code.Subscript):
        owner = node.value
    elif isinstance(node, code.Call) and code.last_name(node.function) == "get":
        owner = getattr(node.function, "value", node)
    else:
        return False
    return _STORE.fullmatch(code.last_name(owner)) is not None


def _names_of_id(note: Comparison) -> frozenset[str]:
    """The names that the handle's id is made of; none where it is not made of an id."""
    names: frozenset[str] = frozenset()
    for option in options(note.left):
        key = option.handle.key if isinstance(option, StateValue) else ()
        if key[:1] != ("id",) or not isinstance(key[2], frozenset):
            return frozenset()
        names |= key[2]
    return names


def _ids(note: Comparison) -> frozenset[str]:
    """The ids that the handle is made of, as they are written."""
    keys = [way.handle.key for way in options(note.left) if isinstance(way, StateValue)]
    return frozenset(str(key[1]) for key in keys if key[:1] == ("id",))


def _returned(function: code.Function, operator: str) -> Iterator[code.Span]:
    """The places of what the function returns, also as parts of an ``or`` or ``and``."""
    for part in code.walk(function):
        if isinstance(part, code.Return) and part.value is not None:
            yield from (code.place(side) for side in _sides(part.value, operator))


def _sides(node: code.Expression, operator: str) -> Iterator[code.Expression]:
    if isinstance(node, code.Boolean) and node.operator == operator:
        yield from _sides(node.left, operator)
        yield from _sides(node.right, operator)
    else:
        yield node


def _when_pending(
    note: Comparison, function: code.Function, kept: frozenset[str]
) -> Iterator[list[code.Statement]]:
    """What the function does where the comparison says PENDING, or a variable with it."""
    for whole, branches in _branches(function):
        is_turned = isinstance(whole, code.Not)
        test = whole.value if isinstance(whole, code.Not) else whole
        is_kept = isinstance(test, code.Name) and test.id in kept
        if is_kept or code.place(test) == note.at:
            is_negative = (note.operator in UNEQUAL) is not is_turned
            yield branches[is_negative]


_Branches: TypeAlias = "tuple[list[code.Statement], list[code.Statement]]"


def _branches(function: code.Function) -> Iterator[tuple[code.Expression, _Branches]]:
    """Each test, with what is done where it holds, and where it does not."""
    for part in code.walk(function):
        if isinstance(part, code.Conditional):
            yield part.test, ([code.Return(part.body)], [code.Return(part.orelse)])
        for name in ("body", "orelse", "final"):
            block = getattr(part, name, None)
            block = block if isinstance(block, list) else []
            for place, each in enumerate(block):
                if isinstance(each, code.If):
                    yield each.test, (each.body, each.orelse or _else(each, block[place:]))


def _else(test: code.If, block: list[code.Statement]) -> list[code.Statement]:
    """The statement after an ``if`` whose body leaves the function: it does as an ``else``."""
    leaves = bool(test.body) and isinstance(test.body[-1], (code.Raise, code.Return))
    return block[1:2] if leaves else []


def _names_returned(function: code.Function) -> frozenset[str]:
    """The names that occur in what a function returns: ``jsonify(response)``."""
    returns = (part for part in code.walk(function) if isinstance(part, code.Return))
    names = (code.names_in(part.value) for part in returns if part.value is not None)
    return frozenset().union(*names)


def _tells_runs(body: list[code.Statement], answers: frozenset[str]) -> bool:
    """Whether an answer, or what becomes a part of it, says in words that the task is at work."""
    return any(
        isinstance(part, code.Constant)
        and isinstance(part.value, str)
        and _TOLD_RUNS.search(part.value) is not None
        for statement in body
        if isinstance(statement, code.Return) or _is_part_of(statement, answers)
        for part in code.walk(statement)
    )


def _is_part_of(statement: code.Statement, answers: frozenset[str]) -> bool:
    """Whether it binds one of the names that are returned: ``response = {…}``."""
    return isinstance(statement, code.Assign) and any(
        _is_name(target) and target.id in answers for target in statement.targets
    )


def _tells_missing(body: list[code.Statement]) -> bool:
    """Whether an answer is a 404: ``raise Http404``, ``abort(404)``, ``return "…", 404``."""
    return any(
        (isinstance(part, code.Constant) and part.value == 404)
        or (
            isinstance(part, (code.Name, code.Attribute))
            and _NOT_FOUND.fullmatch(code.last_name(part)) is not None
        )
        for statement in body
        if isinstance(statement, (code.Return, code.Raise, code.Evaluate))
        for part in code.walk(statement)
    )
