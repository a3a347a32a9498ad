"""CEL602: the arguments survive the serialiser.

What kombu's JSON knows is the same from kombu 5.3 to 5.7: dates, times, UUID, Decimal, bytes and
what a project registers; no set, no timedelta, no Enum. Seen by running it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kombu.exceptions import EncodeError, SerializerNotInstalled
from kombu.serialization import dumps, loads

from pytest_celery_guard.app.parameters import names_of
from pytest_celery_guard.contract.call import Call, Finding, Weight
from pytest_celery_guard.contract.differences import differences
from pytest_celery_guard.contract.kinds import kind_of, live_kind_of
from pytest_celery_guard.explain import sending

CODE = "CEL602"
PLAIN = frozenset({str, int, float, bool, type(None)})
"""Types that every serialiser gives back as they are."""


class Argument(NamedTuple):
    """One argument, by the name of its parameter."""

    where: str
    value: Any


def check(call: Call) -> Iterator[Finding]:
    """Of the call itself, and of each signature that it carries."""
    if not (is_plain(call.args) and is_plain(call.kwargs)):
        for argument in special(call.task, call.args, call.kwargs):
            yield from judged(argument, call.serializer)
    for carried in call.carried:
        args, kwargs = carried.signature["args"], carried.signature["kwargs"]
        if not (is_plain(args) and is_plain(kwargs)):
            task = call.app.tasks.get(carried.name)
            for argument in special(task, args, kwargs, int(carried.is_partial)):
                where = f"{argument.where} of {carried.name}"
                yield from judged(Argument(where, argument.value), call.serializer)


def is_plain(value: Any) -> bool:
    """Whether any serialiser gives it back as it is; args may be a tuple."""
    members = value.values() if type(value) is dict else value
    for each in members or ():
        kind = type(each)
        if kind in PLAIN:
            continue
        if kind is dict:
            if any(type(key) is not str for key in each) or not is_plain(each):
                return False
        elif kind is not list or not is_plain(each):
            return False
    return True


def special(
    task: Any, args: Sequence[Any], kwargs: Mapping[str, Any], before: int = 0
) -> Iterator[Argument]:
    """The arguments that are not plain; ``before`` is how many the worker puts before them."""
    names = names_of(task)[before:] if not is_plain(args) else []
    for at, value in enumerate(args or ()):
        if not is_plain((value,)):
            yield Argument(names[at] if at < len(names) else f"argument {at + 1}", value)
    for name, value in (kwargs or {}).items():
        if not is_plain((value,)):
            yield Argument(name, value)


def judged(argument: Argument, serializer: str) -> Iterator[Finding]:
    """What the way through the serialiser does to one argument."""
    where, value = argument
    try:
        content_type, encoding, body = dumps(value, serializer)
    except SerializerNotInstalled:  # Celery is about to say so
        return
    except EncodeError:
        culprit = refused(argument, serializer)
        kind, remedy = kind_of(culprit.value)
        yield Finding(CODE, sending.unserialisable(culprit.where, kind, serializer, remedy))
        return
    if lives := list(living(argument)):
        for part, (kind, remedy) in lives:
            text = sending.copied(part.where, kind, serializer, remedy)
            yield Finding(CODE, text, Weight.DOUBT)
        return
    try:
        arrived = loads(body, content_type, encoding, force=True)
    except Exception as error:
        yield Finding(CODE, sending.undecodable(where, value, first_line(error)))
        return
    for each in differences(where, value, arrived):
        text = sending.changes(each.where, each.before, each.after)
        yield Finding(CODE, text, Weight.TRIFLE if each.is_trifle else Weight.DOUBT)


def refused(argument: Argument, serializer: str) -> Argument:
    """The innermost part that the serialiser refuses."""
    parts = (part for part in inner(argument) if is_refused(part.value, serializer))
    found = next(parts, None)
    return argument if found is None else refused(found, serializer)


def is_refused(value: Any, serializer: str) -> bool:
    """Whether a serialiser can't carry a value."""
    try:
        dumps(value, serializer)
    except EncodeError:
        return True
    return False


def living(argument: Argument) -> Iterator[tuple[Argument, tuple[str, str]]]:
    """The parts that live with this process: what is carried is a copy."""
    if (live := live_kind_of(argument.value)) is not None:
        yield argument, live
    else:
        for part in inner(argument):
            yield from living(part)


def inner(argument: Argument) -> Iterator[Argument]:
    """The members of a list or a dict."""
    where, value = argument
    if isinstance(value, list | tuple):
        for at, each in enumerate(value):
            yield Argument(f"{where}[{at}]", each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield Argument(f"{where}[{key!r}]", each)


def first_line(error: Exception) -> str:
    """The text of an exception that fits into a line."""
    return (str(error) or type(error).__name__).splitlines()[0]
