"""A call whose arguments a method does not have: what was written, and what to write instead."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter
from types import FunctionType
from typing import Any, TypeVar, cast

from pytest_celery_guard.basics.meant import closest, did_you_mean
from pytest_celery_guard.errors import WrongCallError

Method = TypeVar("Method", bound=Callable[..., Any])

OURS = "pytest_celery_guard."

ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("return_value", "result", "value"), "returns"),
    **dict.fromkeys(("side_effect", "exception", "error", "exc"), "raises"),
    **dict.fromkeys(("task", "tasks", "name", "names"), "only"),
    **dict.fromkeys(("max", "count", "max_tasks"), "limit"),
    **dict.fromkeys(("condition", "while_"), "until"),
    **dict.fromkeys(("queues", "q"), "queue"),
}
"""Words of other libraries for the same, where difflib would not find them."""

ANY = (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)
"""Kinds of parameters that stand for any number of arguments."""

OF_SIGNATURES = frozenset(
    {
        "args", "compression", "countdown", "exchange", "expires", "ignore_result", "kwargs",
        "link", "link_error", "priority", "queue", "routing_key", "serializer", "shadow",
        "soft_time_limit", "task_id", "time_limit",
    }
)  # fmt: skip
"""Options of a send that a signature has."""


def tell_wrong_calls(owner: type) -> None:
    """Let all public methods of a class name the argument that is wrong."""
    for name in dir(owner):
        method = inspect.getattr_static(owner, name)
        is_ours = isinstance(method, FunctionType) and method.__module__.startswith(OURS)
        if is_ours and not name.startswith("_"):
            setattr(owner, name, telling(method))


def telling(method: Method) -> Method:
    """The same method, which raises WrongCallError where it can't take its arguments."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        try:
            return method(*args, **kwargs)
        except TypeError:
            signature = inspect.signature(method)  # not before: it takes long for a start
            try:
                signature.bind(*args, **kwargs)
            except TypeError:
                text = told(method.__name__, signature, args[1:], kwargs)
            else:
                raise
        raise WrongCallError(text)

    return cast(Method, call)


def told(
    name: str,
    signature: inspect.Signature,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> str:
    """What is wrong with the arguments of a call."""
    all_of_them = list(signature.parameters.values())[1:]
    parameters = [each for each in all_of_them if each.kind not in ANY]
    known = [each.name for each in parameters]
    unknown = next((each for each in kwargs if each not in known), None)
    if unknown is not None:
        return f"{name}({unknown}=…): there is no such argument.{_meant(unknown, known)}"
    by_place = [each.name for each in parameters if each.kind is not Parameter.KEYWORD_ONLY]
    if len(args) > len(by_place):
        has_any = any(each.kind is Parameter.VAR_KEYWORD for each in all_of_them)
        return _too_many(name, known or ["name"] * has_any, by_place)
    needed = [each.name for each in parameters if each.default is Parameter.empty]
    missing = [each for each in needed[len(args) :] if each not in kwargs]
    return f"{name}() requires an argument: {name}({', '.join(missing)})."


def _meant(unknown: str, known: list[str]) -> str:
    if "signature" in known and unknown in OF_SIGNATURES:
        return f" Set it in the signature: charge.s(499).set({unknown}=…)."
    likely = closest(unknown, known) or ALIASES.get(unknown)
    all_known = f" It has {', '.join(known)}." if known else " It takes none."
    return did_you_mean(likely if likely in known else None, all_known, shown=str)


def _too_many(name: str, known: list[str], by_place: list[str]) -> str:
    options = [f"{each}=…" for each in known if each not in by_place]
    written = ", ".join([*by_place, *options])
    return f"{name}(…) has too many arguments without a name. Write {name}({written})."
