"""Named tuples: ``namedtuple("Sent", "handle name")``, and the rows that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.values import UNKNOWN, Items, Literal, RowClass, Value


def row_class(given: Sequence[Given]) -> Value:
    """The class that ``namedtuple(name, fields)`` makes; UNKNOWN if it can't be told."""
    named = {
        argument.name or str(place): argument.value for place, argument in enumerate(given)
    }
    fields = tuple(_names(named.get("field_names", named.get("1", UNKNOWN))))
    return RowClass(fields) if fields else UNKNOWN


def _names(value: Value) -> Iterator[str]:
    parts = value.values if isinstance(value, Items) else (value,)
    for part in parts:
        if isinstance(part, Literal) and isinstance(part.value, str):
            yield from part.value.replace(",", " ").split()


def row(kind: RowClass, given: Sequence[Given]) -> Items:
    """What calling such a class gives: its fields by place, each with its name as a key."""
    values: dict[str, Value] = dict.fromkeys(kind.fields, UNKNOWN)
    for place, argument in enumerate(given):
        if argument.name in {"*", "**"}:
            break
        name = argument.name or kind.fields[min(place, len(kind.fields) - 1)]
        values[name] = argument.value
    known = tuple(values[name] for name in kind.fields)
    return Items(known, exact=True, keys=tuple(map(Literal, kind.fields)))
