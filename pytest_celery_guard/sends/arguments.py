"""The arguments of a send, as its call would have them: what every message and report shows."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, cast

from pytest_celery_guard.basics import secrets
from pytest_celery_guard.sends.signatures import is_signature

LONGEST = 200
"""In characters: one argument, which may be a whole document."""

CUT = "..."
"""Celery writes it where it leaves something out."""


class Call(Protocol):
    """What a send tells of its call."""

    @property
    def task(self) -> str:
        """The task's name."""

    @property
    def args(self) -> tuple[Any, ...]:
        """Positional arguments, as the worker gets them."""

    @property
    def kwargs(self) -> dict[str, Any]:
        """Keyword arguments, as the worker gets them."""

    @property
    def headers(self) -> dict[str, Any]:
        """All headers of the message."""

    @property
    def hidden(self) -> set[str]:
        """``argsrepr`` and ``kwargsrepr``, where the sender has written them itself."""


def arguments_of(send: Call) -> str:
    """``'A-17', cents=499``: as they were sent, without what a secret's name stands for.

    Celery writes them into the headers for people to read. A sender that hides something by
    ``argsrepr`` or ``kwargsrepr`` hides it here, too.
    """
    hidden = send.hidden
    args, kwargs = send.headers.get("argsrepr"), send.headers.get("kwargsrepr")
    if "argsrepr" in hidden:
        given = [secrets.masked_text(inside(str(args)))]
    else:
        found = literal(args, list | tuple, send.args)
        given = list(map(shown, secrets.masked_args(send.task, found)))
    if "kwargsrepr" in hidden:
        given += [named_text(str(kwargs))]
    else:
        given += shown_kwargs(literal(kwargs, dict, send.kwargs))
    return ", ".join(filter(None, given))


def shown_kwargs(kwargs: Mapping[str, Any]) -> list[str]:
    """Keyword arguments."""
    return [
        f"{name}={shown(secrets.masked(value, name))}" for name, value in kwargs.items()
    ]


def shown(value: object) -> str:
    """A value, cut in its middle where it is very long. A signature is shown as its call."""
    text = repr(readable(value))
    if len(text) <= LONGEST:
        return text
    half = (LONGEST - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


class Written(str):
    """Text that is shown without quotes, also inside a list."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def readable(value: object) -> object:
    """A value with calls in place of signatures, which ``map`` and ``chunks`` take, for one."""
    if type(value) in {list, tuple}:
        items = map(readable, cast("Iterable[object]", value))
        return [*items] if type(value) is list else tuple(items)
    if not is_signature(value):
        return value
    call = cast("dict[str, Any]", value)
    task = str(call["task"])
    given = [shown(each) for each in secrets.masked_args(task, [*call["args"]])]
    return Written(f"{task}({', '.join([*given, *shown_kwargs(call['kwargs'])])})")


def literal(text: object, kind: Any, otherwise: Any) -> Any:
    """What Celery wrote of the arguments, where it is all there, else what the message carries.

    A tuple in it is still a tuple, which JSON makes a list of.
    """
    if not isinstance(text, str) or CUT in text:
        return otherwise
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):  # objects in it
        return otherwise
    return found if isinstance(found, kind) else otherwise


def inside(args: str) -> str:
    """The text between the brackets of a tuple or a list."""
    if args[:1] + args[-1:] not in {"()", "[]"}:
        return args
    return args[1:-1].removesuffix(",")  # ('A-17',)


def named_text(kwargs: str) -> str:
    """Keyword arguments that the sender has written for people to read."""
    found = literal(kwargs, dict, None)
    if found is not None:
        return ", ".join(shown_kwargs(found))
    return f"**{secrets.masked_text(kwargs)}"
