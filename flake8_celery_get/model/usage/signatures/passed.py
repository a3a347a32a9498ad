"""The arguments that a send passes to its task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.arguments import Given, named_by_place
from flake8_celery_get.model.values.mappings import entries_of
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import UNKNOWN, Items, Literal
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.usage.signatures.shapes import Shape

APPLY_ASYNC = {
    "args": 0, "kwargs": 1, "task_id": 2, "producer": 3, "link": 4, "link_error": 5,
    "shadow": 6,
}  # fmt: skip
"""The places of the parameters of `Task.apply_async`."""

SEND_TASK = {"name": 0, "args": 1, "kwargs": 2, "countdown": 3, "eta": 4, "task_id": 5}
"""The first of `Celery.send_task`; nobody gives more of them by place."""

SIGNATURE = {"args": 0, "kwargs": 1}
"""Those of `Task.signature` and `Task.subtask`."""

NAMED_SIGNATURE = {"name": 0, "args": 1, "kwargs": 2}
"""Those of `celery.signature` and `Celery.signature`, where the first one is a name."""

RETRY = {"args": 0, "kwargs": 1}
"""Those of `Task.retry`."""

_SCALARS = frozenset({"bool", "float", "int", "len", "repr", "str"})
"""Built-in functions that give no sequence of arguments."""


@dataclass(frozen=True, slots=True)
class Passed:
    """How many arguments come by place, and which by name; more may come where it is open.

    ``fault`` says what is wrong whatever the task takes: it is no sequence at all.
    """

    count: int = 0
    names: tuple[str, ...] = ()
    is_open: bool = False
    fault: str = ""

    def after(self, previous: int) -> Passed:
        """The same with so many arguments in front."""
        return Passed(self.count + previous, self.names, self.is_open, self.fault)

    def misfit(self, shape: Shape, *, is_whole: bool) -> str:
        """Why the task can't be called with these arguments; empty where it can.

        More may come unless it ``is_whole``.
        """
        is_whole = is_whole and not self.is_open
        return self.fault or shape.misfit(self.count, self.names, is_whole=is_whole)


def spread(given: Iterable[Given]) -> Passed:
    """The arguments of ``delay(…)`` and ``s(…)``: they are the task's own."""
    count, names, is_open = 0, list[str](), False
    for argument in given:
        if argument.name == "*":
            is_open = True
        elif argument.name == "**":
            known = entries_of(argument.value) or ()
            names += [entry.name for entry in known if entry.name is not None]
            is_open = is_open or not isinstance(argument.node, code.Mapping)
            is_open = is_open or any(entry.name is None for entry in known)
        elif argument.name:
            names.append(argument.name)
        else:
            count += 1
    return Passed(count, tuple(names), is_open)


def packed(given: Sequence[Given], places: dict[str, int]) -> Passed:
    """The arguments of ``apply_async(args, kwargs, …)``, as far as they are written out."""
    said = {each.name: each for each in (*named_by_place(given, places), *given)}
    args, kwargs = said.get("args"), said.get("kwargs")
    is_open = any(each.name in {"*", "**"} for each in given)
    count, fault, args_open = _counted(args)
    names, names_open = _named(kwargs)
    return Passed(count, names, is_open or args_open or names_open, fault)


def repacked(given: Sequence[Given]) -> Passed:
    """The arguments of ``retry(args, kwargs, …)``: those of the request fill in what it lacks."""
    passed = packed(given, RETRY)
    named = {each.name: each.value for each in (*named_by_place(given, RETRY), *given)}
    are_both_given = all(
        named.get(name, Literal(None)) not in (Literal(None), UNKNOWN)
        for name in ("args", "kwargs")
    )
    return replace(passed, is_open=passed.is_open or not are_both_given)


def items_passed(way: str, given: Sequence[Given]) -> Iterator[Passed]:
    """What each call gets that ``map(items)``, ``starmap(items)`` or ``chunks(items, n)`` makes.

    ``map`` gives one item to each call; those of the others are written out, or nobody knows.
    """
    first = given[0] if given else None
    if first is None or first.name:
        return
    if way == "map":
        yield Passed(1)
    elif isinstance(first.node, code.Display):
        for item in first.node.items:
            if isinstance(item, code.Display) and item.kind != "set":
                is_open = any(isinstance(part, code.Starred) for part in item.items)
                yield Passed(len(item.items) - is_open, is_open=is_open)


def _counted(args: Given | None) -> tuple[int, str, bool]:
    """How many there are, what is wrong with them, and whether more may come."""
    if args is None or args.value == Literal(None):
        return 0, "", False
    if isinstance(args.node, code.Display) and args.node.kind == "set":
        return 0, "needs a tuple of arguments, not a set", True
    if isinstance(args.node, code.Display):
        is_open = any(isinstance(item, code.Starred) for item in args.node.items)
        count = sum(not isinstance(item, code.Starred) for item in args.node.items)
        return count, "", is_open
    if isinstance(args.node, (code.Constant, code.Template)) or _is_one_value(args):
        return 0, "needs a tuple of arguments", True
    return 0, "", True


def _is_one_value(args: Given) -> bool:
    """Whether an expression gives a key of a row, a text or a number: ``args=(row.pk)``."""
    node = args.node
    if isinstance(node, code.Call):
        return code.dotted(node.function) in _SCALARS
    name = code.last_name(node)
    is_key = isinstance(node, code.Attribute) and name in {"id", "pk"}
    is_list = any(isinstance(each, Items) for each in options(args.value))
    return not is_list and (is_key or name.endswith(("_id", "_pk")))


def _named(kwargs: Given | None) -> tuple[tuple[str, ...], bool]:
    """The names, and whether more may come."""
    if kwargs is None or kwargs.value == Literal(None):
        return (), False
    entries = entries_of(kwargs.value)
    if entries is None:
        return (), True
    names = tuple(entry.name for entry in entries if entry.name is not None)
    is_open = len(names) < len(entries) or not _is_written_out(kwargs.node)
    return names, is_open


def _is_written_out(node: code.Expression) -> bool:
    """Whether nothing can have been added to a dict since it was made."""
    is_dict = isinstance(node, code.Call) and code.last_name(node.function) == "dict"
    return is_dict or isinstance(node, code.Mapping)
