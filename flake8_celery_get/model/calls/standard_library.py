"""Functions of the standard library that keep what they get, or give it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.calls.builtin_calls import as_items, as_mapping, reduced
from flake8_celery_get.model.values.values import UNKNOWN, Items, Value, either, elements
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

Function: TypeAlias = "Callable[[Frame, tuple[Given, ...], code.Call], Value]"


def _argument(place: int) -> Function:
    """What gives one of its arguments back."""

    def called(_frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
        return given[place].value if place < len(given) else UNKNOWN

    return called


def _sequence(frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
    return as_items(frame, "list", given[:1])


def _mapping(frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
    return as_mapping(frame, given)


def _mapping_with_default(
    frame: Frame, given: tuple[Given, ...], _node: code.Call
) -> Value:
    """``defaultdict(list, mapping)``."""
    return as_mapping(frame, given[1:])


def _one_after_the_other(_frame: Frame, given: Sequence[Given], _node: code.Call) -> Value:
    parts = (
        elements(elements(each.value)) if each.name == "*" else elements(each.value)
        for each in given
    )
    return Items((either(parts),))


def _flattened(_frame: Frame, given: Sequence[Given], _node: code.Call) -> Value:
    return Items((elements(elements(given[0].value)),)) if given else UNKNOWN


FUNCTIONS: dict[str, Function] = {
    "asyncio.wait_for": _argument(0),
    "collections.OrderedDict": _mapping,
    "collections.defaultdict": _mapping_with_default,
    "collections.deque": _sequence,
    "copy.copy": _argument(0),
    "copy.deepcopy": _argument(0),
    "functools.reduce": reduced,
    "itertools.chain": _one_after_the_other,
    "itertools.chain.from_iterable": _flattened,
    "itertools.cycle": _argument(0),
    "itertools.islice": _argument(0),
    "typing.cast": _argument(1),
}
"""What a call of these gives, by their dotted paths."""
