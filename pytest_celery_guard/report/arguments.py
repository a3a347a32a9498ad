"""The arguments of a send, as its call would have them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_celery_guard.values.send import Send


def arguments_of(headers: Mapping[str, Any], send: Send) -> str:
    """``'A-17', cents=499``, from the headers of a send.

    Celery writes them into the headers for people to read. A sender that hides a secret by
    ``argsrepr`` or ``kwargsrepr`` hides it here, too.
    """
    args, kwargs = headers.get("argsrepr"), headers.get("kwargsrepr")
    if args is None or kwargs is None:  # protocol 1, or a sender that is not Celery
        args, kwargs = repr(send.args), repr(send.kwargs)
    return ", ".join(filter(None, [_positional(str(args)), *_named(str(kwargs))]))


def _positional(args: str) -> str:
    inside = args.removeprefix("(").removesuffix(")") if args.startswith("(") else args
    is_one = inside.endswith(",")  # ('A-17',)
    return inside[:-1] if is_one else inside


def _named(kwargs: str) -> Iterator[str]:
    if kwargs == "{}":
        return
    try:
        found = ast.literal_eval(kwargs)
    except (ValueError, SyntaxError):  # objects in it, or cut short
        found = None
    if isinstance(found, dict):
        yield from (f"{name}={value!r}" for name, value in found.items())
    else:
        yield f"**{kwargs}"
