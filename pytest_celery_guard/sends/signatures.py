"""What a signature asks of a send: only what the signature sets is compared."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from pytest_celery_guard.sends.wildcards import same


class Difference(NamedTuple):
    """A part of a send that is not what a signature says."""

    part: str
    expected: object
    got: object


def is_signature(value: object) -> bool:
    """Whether a value is a Celery signature, which is a dict with these keys."""
    return isinstance(value, dict) and {"task", "args", "kwargs", "options"} <= value.keys()


def is_chain(signature: Mapping[str, Any]) -> bool:
    """Whether a signature is a chain, whose first task is what is sent."""
    return str(signature["task"]) == "celery.chain"


def call_differences(
    signature: Mapping[str, Any], args: Sequence[Any], kwargs: Mapping[str, Any], json: Any
) -> Iterator[Difference]:
    """The parameters that the signature sets and that the call has otherwise.

    ``json`` takes a value through the serialiser, as the call's own values went.
    """
    wanted, given = both_bound(signature, args, kwargs)
    for name, value in wanted.items():
        if name not in given:
            yield Difference(name, value, MISSING)
        elif not same(value, given[name], json):
            yield Difference(name, value, given[name])


def both_bound(
    signature: Mapping[str, Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a signature sets and what a call has, by the names of the task's parameters.

    By position where the task isn't known here, or where one of the two doesn't fit it.
    """
    own_args, own_kwargs = signature["args"], signature["kwargs"]
    parameters = parameters_of(signature)
    if parameters is not None:
        with suppress(TypeError):
            wanted = flat(parameters.bind_partial(*own_args, **own_kwargs))
            return wanted, flat(parameters.bind_partial(*args, **kwargs))
    return by_position(own_args, own_kwargs), by_position(args, kwargs)


def by_position(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of a call whose parameters have no names here."""
    return {f"argument {at}": value for at, value in enumerate(args, 1)} | dict(kwargs)


def flat(call: inspect.BoundArguments) -> dict[str, Any]:
    """Bound arguments with ``*args`` and ``**kwargs`` taken apart."""
    found: dict[str, Any] = {}
    for name, value in call.arguments.items():
        kind = call.signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            found |= {f"*{name}[{i}]": each for i, each in enumerate(value)}
        elif kind is inspect.Parameter.VAR_KEYWORD:
            found |= value
        else:
            found[name] = value
    return found


def parameters_of(signature: Any) -> inspect.Signature | None:
    """The parameters of the task's body; None when the task isn't known here."""
    try:
        return inspect.signature(signature.type.run)
    except Exception:  # not registered, not a plain function, a plain dict: all the same
        return None


class _Missing:
    def __repr__(self) -> str:
        return "(not given)"


MISSING = _Missing()
"""Stands for a parameter or an option that the send does not have."""
